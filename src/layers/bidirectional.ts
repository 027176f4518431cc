// Bidirectional: a recurrent layer twice, the second time from the last step to the first.

import { COMBINE_PRODUCT, COMBINE_SUM } from "../../assembly/abi.ts";
import { checkName, checkOptions, checkThat, isRecord } from "../options.ts";
import type { Label, PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { type Cell, emitCell } from "./cell.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import { isRecurrent } from "./recurrent.ts";

const mergeModes = ["concat", "sum", "mul", "ave"] as const;
/** How what both directions say becomes one. */
export type MergeMode = (typeof mergeModes)[number];

/** Options of {@link bidirectional}. */
export interface BidirectionalOptions {
  /** "concat": one behind the other, twice as wide; "sum", "mul", "ave": by element. Default: "concat". */
  readonly mergeMode?: MergeMode;
  readonly name?: string;
}

const directions = ["forward", "backward"] as const;
type Direction = (typeof directions)[number];

/**
 * Runs a recurrent layer over the steps from the first to the last, and another one like it from the last to
 * the first: `bidirectional(lstm({ units: 32 }))`. With `returnSequences` both outputs of a step stand
 * together. Parameters: those of the layer, twice: forwardWeight, backwardWeight, …
 * Schuster & Paliwal, "Bidirectional recurrent neural networks", 1997.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function bidirectional(layer: Layer, options: BidirectionalOptions = {}): Layer {
  const where = "bidirectional";
  const recurrent = isRecord(layer) && isRecurrent(layer);
  checkThat(recurrent, where, "a layer made by simpleRNN, lstm or gru", layer);
  const required = "a layer without returnState: its states would be those of two";
  checkThat(layer.outputs === undefined, where, required, layer.config);
  checkOptions(where, options, ["mergeMode", "name"]);
  const mergeMode = checkName(where, "merge mode", options.mergeMode ?? "concat", mergeModes);
  const { cell, type, config, hyper, trainable } = layer;
  return defineLayer({
    type: "bidirectional",
    name: options.name,
    trainable,
    hyper,
    config: { layer: { type, ...config }, mergeMode },
    build(where, inputShape) {
      const { outputShape, parameters } = layer.build(where, inputShape);
      const width = cell.units * (mergeMode === "concat" ? 2 : 1);
      return {
        outputShape: [...outputShape.slice(0, -1), width],
        parameters: directions.flatMap((direction) =>
          parameters.map((it) => ({ ...it, name: nameIn(direction, it.name) })),
        ),
      };
    },
    emit: (context) => emitBoth(context, cell, mergeMode),
  });
}

/** "weight" → "forwardWeight". */
function nameIn(direction: Direction, name: string): string {
  return direction + name.charAt(0).toUpperCase() + name.slice(1);
}

function emitBoth(context: EmitContext, cell: Cell, mergeMode: MergeMode): Emitted {
  const { plan, name, x, keep, parameters, gradients, index } = context;
  const sequence = (direction: Direction) => {
    const own = (all: Readonly<Record<string, Tensor>>) =>
      Object.fromEntries(
        ["weight", "recurrentWeight", "bias"].flatMap((it) => {
          const tensor = all[nameIn(direction, it)];
          return tensor ? [[it, tensor]] : [];
        }),
      );
    const second = direction === "backward";
    const inner = {
      ...context,
      keep: false,
      parameters: own(parameters),
      ...(gradients && { gradients: own(gradients) }),
      // Each has a dropout of its own.
      index: second ? index + 2 ** 20 : index,
    };
    return emitCell(inner, { ...cell, backwards: cell.backwards !== second });
  };
  const both = [sequence("forward"), sequence("backward")] as const;
  const join = joins[mergeMode];
  const ys = [both[0].y, both[1].y] as const;
  const it = { plan, name, units: cell.units, keep };
  const y = join.forward({ ...it, label: { layer: name, role: "forward" } }, ...ys);
  return {
    output: { tensor: y, mask: cell.sequences ? x.mask : undefined },
    backward(dy, wanted) {
      const label = { layer: name, role: "gradient" };
      const shares = join.backward({ ...it, label, keep: false }, dy, ...ys);
      const [sum, more] = both.map((it, i) => it.backward(shares[i] as Tensor, wanted)[0]);
      if (sum === undefined || more === undefined) return undefined;
      plan.combine(label, COMBINE_SUM, sum, more, sum);
      return throughActivation(plan, name, x, sum);
    },
  };
}

interface JoinContext {
  readonly plan: PlanBuilder;
  readonly name: string;
  readonly label: Label;
  readonly units: number;
  readonly keep: boolean;
}

interface Join {
  forward(context: JoinContext, one: Tensor, two: Tensor): Tensor;
  /** The gradients of both, which are only read: they may be one. */
  backward(context: JoinContext, dy: Tensor, one: Tensor, two: Tensor): readonly Tensor[];
}

const joins: Readonly<Record<MergeMode, Join>> = {
  concat: {
    forward({ plan, name, label, units, keep }, one, two) {
      const y = plan.tensor(`${name}.y`, 2 * one.cols, { keep });
      const block = { size: [one.cols / units, units], from: [units, 1], to: [2 * units, 1] };
      plan.copy(label, one, y, block);
      plan.copy(label, two, y, { ...block, toStart: units });
      return y;
    },
    backward({ plan, name, label, units }, dy, one) {
      const block = { size: [one.cols / units, units], from: [2 * units, 1], to: [units, 1] };
      return directions.map((direction, number) => {
        const share = plan.tensor(`${name}.dy.${direction}`, one.cols);
        plan.copy(label, dy, share, { ...block, fromStart: number * units });
        return share;
      });
    },
  },
  sum: weightedSum(1),
  ave: weightedSum(0.5),
  mul: {
    forward({ plan, name, label, keep }, one, two) {
      const y = plan.tensor(`${name}.y`, one.cols, { keep });
      plan.combine(label, COMBINE_PRODUCT, one, two, y);
      return y;
    },
    backward({ plan, name, label }, dy, one, two) {
      return [two, one].map((other, number) => {
        const share = plan.tensor(`${name}.dy.${directions[number]}`, one.cols);
        plan.combine(label, COMBINE_PRODUCT, dy, other, share);
        return share;
      });
    },
  },
};

function weightedSum(weight: number): Join {
  return {
    forward({ plan, name, label, keep }, one, two) {
      const y = plan.tensor(`${name}.y`, one.cols, { keep });
      plan.combine(label, COMBINE_SUM, one, two, y, { scale: [weight, weight] });
      return y;
    },
    backward({ plan, label }, dy) {
      if (weight !== 1) {
        plan.combine(label, COMBINE_SUM, dy, undefined, dy, { scale: [weight, 0] });
      }
      return [dy, dy];
    },
  };
}
