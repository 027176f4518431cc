// Concatenate: its inputs one behind another.

import { fail } from "../errors.ts";
import { checkOptions, checkThat } from "../options.ts";
import { fixedTensor, type Tensor, view } from "../plan/tensor.ts";
import { elementCount, formatShape } from "../shape.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import { checkInputs, jointMask } from "./merge.ts";

/** Options of {@link concatenate}. */
export interface ConcatenateOptions {
  /**
   * Which dimension grows. As in Keras, from 1, the first of a sample, since 0 is the batch; or
   * from the end, −1 being the last. Default: −1.
   */
  readonly axis?: number;
  readonly name?: string;
}

/**
 * Puts two or more inputs one behind another, whose shapes agree but for the dimension `axis`:
 * [2, 3] and [2, 5] become [2, 8].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; when the model is built, `shapeMismatch`
 */
export function concatenate(options: ConcatenateOptions = {}): Layer {
  const where = "concatenate";
  checkOptions(where, options, ["axis", "name"]);
  const { axis = -1, name } = options;
  const required = "axis as an integer from 1, the first of a sample's, or from −1, the last, down";
  checkThat(Number.isSafeInteger(axis) && axis !== 0, where, required, axis);
  return defineLayer({
    type: "concatenate",
    name,
    config: { axis },
    merges: true,
    build(where, inputShape, inputShapes = [inputShape]) {
      checkInputs(where, inputShapes);
      const rank = inputShape.length;
      const at = positionOf(axis, rank);
      if (at < 0 || at >= rank) {
        const expected = `samples with an axis ${axis}`;
        throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
      }
      const agrees = (shape: readonly number[]) =>
        shape.length === rank && shape.every((size, i) => i === at || size === inputShape[i]);
      for (const shape of inputShapes) {
        if (agrees(shape)) continue;
        const first = formatShape(inputShape);
        const expected = `inputs that agree with the first, ${first}, but for axis ${axis}`;
        throw fail("shapeMismatch", { where, expected, got: formatShape(shape) });
      }
      const sum = inputShapes.reduce((total, shape) => total + (shape[at] ?? 0), 0);
      const outputShape = inputShape.map((size, i) => (i === at ? sum : size));
      return { outputShape, parameters: [] };
    },
    emit: (context) => emitConcatenate(context, positionOf(axis, context.outputShape.length)),
  });
}

/** Of an axis as the user counts, among a sample's dimensions. */
function positionOf(axis: number, rank: number): number {
  return axis < 0 ? rank + axis : axis - 1;
}

function emitConcatenate(context: EmitContext, at: number): Emitted {
  const { plan, name, inputs, outputShape, keep } = context;
  const outer = elementCount(outputShape.slice(0, at));
  const width = elementCount(outputShape.slice(at));
  const y = plan.tensor(`${name}.y`, outer * width, { keep });
  let next = 0;
  const parts = inputs.map((x) => {
    const own = x.tensor.cols / outer;
    const part = { x, size: [outer, own], own: [own, 1], start: next };
    next += own;
    return part;
  });
  for (const { x, size, own, start } of parts) {
    const block = { size, from: own, to: [width, 1], toStart: start };
    plan.copy({ layer: name, role: "forward" }, x.tensor, y, block);
  }
  return {
    output: {
      tensor: y,
      mask: at === 0 && outputShape.length > 1 ? joinMasks(context) : jointMask(plan, name, inputs),
    },
    backward: (dy) =>
      parts.map(({ x, size, own, start }, index) => {
        const label = { layer: name, role: "gradient" };
        const dx = plan.tensor(`${name}.dx${index}`, x.tensor.cols);
        // What stands in the padding would get into that of a weight's gradient.
        if (dx.cols !== dx.ld) plan.select(label, undefined, dx);
        plan.copy(label, dy, dx, { size, from: [width, 1], to: own, fromStart: start });
        return throughActivation(plan, name, x, dx);
      }),
  };
}

/** Of sequences one behind another: their masks, ones where one has none. */
function joinMasks({ plan, name, inputs, outputShape }: EmitContext): Tensor | undefined {
  if (inputs.every((it) => it.mask === undefined)) return undefined;
  const mask = plan.tensor(`${name}.mask`, outputShape[0] ?? 1);
  let toStart = 0;
  for (const it of inputs) {
    const steps = it.shape[0] ?? 1;
    const block = { size: [steps], from: [1], to: [1], toStart };
    plan.copy({ layer: name, role: "mask" }, it.mask ?? ones(name, steps), mask, block);
    toStart += steps;
  }
  return mask;
}

/** A row of ones that is every sample's. */
function ones(name: string, cols: number): Tensor {
  const values = new Float32Array(cols).fill(1);
  return view({ ...fixedTensor(`${name}.ones`, 1, cols, -1), values }, { ld: 0 });
}
