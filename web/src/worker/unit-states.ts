// What each unit does with the training data: whether it still answers, how often its slope is nearly 0.

import type { ActivationName, Sequential } from "layerwise";
import type { UnitState } from "../protocol.ts";

/** A slope below this share of its largest teaches a unit next to nothing. */
const FLAT = 0.05;
/** selu's scale · alpha: its largest slope, just below 0. */
const SELU = 1.0507009873554805 * 1.6732632423543772;
/** softplus: f′ = 1 − e^(−f). */
const SOFTPLUS = -Math.log(1 - FLAT);

/**
 * Whether |f′| < 5 % of its largest where f gives y. Not there: functions that are never that flat (linear,
 * leakyRelu), or without a largest slope (exponential), or whose slope can't be told from what they give
 * (step, gelu, swish, mish, sine, gaussian, softmax).
 */
const flat: Partial<Readonly<Record<ActivationName, (y: number) => boolean>>> = {
  relu: (y) => y <= 0,
  relu6: (y) => y <= 0 || y >= 6,
  elu: (y) => y + 1 < FLAT,
  selu: (y) => y + SELU < FLAT * SELU,
  sigmoid: (y) => 4 * y * (1 - y) < FLAT,
  hardSigmoid: (y) => y <= 0 || y >= 1,
  tanh: (y) => 1 - y * y < FLAT,
  softplus: (y) => y < SOFTPLUS,
  softsign: (y) => (1 - Math.abs(y)) * (1 - Math.abs(y)) < FLAT,
};

/** What a layer gives for all points, and which of them train. */
export interface Activity {
  /** [points × width] */
  readonly activations: Float32Array;
  readonly width: number;
  /** [points]: 1 where a point tests. */
  readonly held: Uint8Array;
}

/**
 * The share of training points where a unit's slope is nearly 0, as far as its outputs tell; else 0.
 */
export function saturation(activation: string | undefined, activity: Activity): Float64Array {
  const { activations, width, held } = activity;
  const isFlat = Object.entries(flat).find(([name]) => name === activation)?.[1];
  const counts = new Float64Array(width);
  if (isFlat === undefined) return counts;
  let points = 0;
  for (let point = 0; point < held.length; point++) {
    if (held[point] === 1) continue;
    points++;
    for (let unit = 0; unit < width; unit++) {
      if (isFlat(activations[point * width + unit] ?? 0)) counts[unit] = (counts[unit] ?? 0) + 1;
    }
  }
  return counts.map((it) => it / points);
}

/** Of each unit, whether it gives the same for every training point. */
export function deadUnits({ activations, width, held }: Activity): readonly boolean[] {
  const first = held.indexOf(0) * width;
  const dead = new Array<boolean>(width).fill(true);
  for (let point = 0; point < held.length; point++) {
    if (held[point] === 1) continue;
    for (let unit = 0; unit < width; unit++) {
      if (activations[point * width + unit] !== activations[first + unit]) dead[unit] = false;
    }
  }
  return dead;
}

/** The units of a layer of the model; undefined: of the input, which nobody takes in hand. */
export function unitStates(
  model: Sequential,
  layer: { readonly name: string; readonly activation: string | undefined } | undefined,
  activity: Activity,
): readonly UnitState[] {
  const saturated = saturation(layer?.activation, activity);
  return deadUnits(activity).map((dead, index) => {
    const unit = layer && model.unit(layer.name, index);
    return {
      frozen: unit?.frozen ?? false,
      enabled: unit?.enabled ?? true,
      dead,
      saturated: saturated[index] ?? 0,
    };
  });
}
