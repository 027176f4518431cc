// What layers have in common that make one value of several of the same shape: add, multiply,
// maximum, …

import { COMBINE_PRODUCT, COMBINE_SUM } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import type { PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import { defineLayer, type Layer, throughActivation, type Value } from "./layer.ts";

/** Options of {@link add} and the other layers that merge. */
export interface MergeOptions {
  readonly name?: string;
}

/** What a way to merge is given. */
export interface MergeContext {
  readonly plan: PlanBuilder;
  readonly name: string;
  /** Two at least. */
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/**
 * The way back: gradients with respect to each input, no two in the same place; dy may be one of
 * them.
 */
export type MergeBackward = (dy: Tensor) => readonly Tensor[];

/** A layer of inputs of one shape. `most`: how many it takes. */
export function mergeLayer(
  type: string,
  options: MergeOptions,
  emit: (context: MergeContext) => MergeBackward,
  most = Number.POSITIVE_INFINITY,
): Layer {
  checkOptions(type, options, ["name"]);
  return defineLayer({
    type,
    name: options.name,
    config: {},
    merges: true,
    build(where, inputShape, inputShapes = [inputShape]) {
      checkInputs(where, inputShapes, most);
      const expected = `inputs of one shape, ${formatShape(inputShape)} as the first`;
      for (const shape of inputShapes) {
        if (formatShape(shape) !== formatShape(inputShape)) {
          throw fail("shapeMismatch", { where, expected, got: formatShape(shape) });
        }
      }
      return { outputShape: inputShape, parameters: [] };
    },
    emit({ plan, name, x, inputs, keep }) {
      const output = plan.tensor(`${name}.y`, x.tensor.cols, { keep });
      const backward = emit({ plan, name, inputs: inputs.map((it) => it.tensor), output });
      return {
        output: { tensor: output, mask: jointMask(plan, name, inputs) },
        backward: (dy) =>
          backward(dy).map((dx, index) =>
            throughActivation(plan, name, inputs[index] as Value, dx),
          ),
      };
    },
  });
}

/**
 * Two inputs at least, and `most` at most.
 * @throws LayerwiseError `shapeMismatch`
 */
export function checkInputs(
  where: string,
  inputShapes: readonly (readonly number[])[],
  most = Number.POSITIVE_INFINITY,
): void {
  if (inputShapes.length >= 2 && inputShapes.length <= most) return;
  throw fail("shapeMismatch", {
    where,
    expected: most === 2 ? "two inputs" : "two inputs at least",
    got: inputShapes.map(formatShape).join(", "),
    remedy: "Apply it to a list of values.",
  });
}

/** `factor` · a in a new tensor. */
export function scaled(plan: PlanBuilder, layer: string, a: Tensor, factor: number): Tensor {
  const to = plan.tensor(`${a.name}.part`, a.cols);
  const scale = [factor, 0] as const;
  plan.combine({ layer, role: "gradient" }, COMBINE_SUM, a, undefined, to, { scale });
  return to;
}

/** Steps that all inputs have; undefined if none of them lacks any. */
export function jointMask(
  plan: PlanBuilder,
  name: string,
  inputs: readonly Value[],
): Tensor | undefined {
  const [first, ...others] = new Set(inputs.flatMap(({ mask }) => mask ?? []));
  if (first === undefined) return undefined;
  return others.reduce((joint, mask) => {
    const both = plan.tensor(`${name}.mask`, mask.cols);
    plan.combine({ layer: name, role: "mask" }, COMBINE_PRODUCT, joint, mask, both);
    return both;
  }, first);
}
