// Layers, units and weights in words: names for labels, and what a unit or a line has to say.

import type { LinkAddress } from "../draw/links.ts";
import type { UnitAddress } from "../draw/tiles.ts";
import type { LayerFrame, Points, UnitState } from "../protocol.ts";
import type { IconName } from "../ui/icons.ts";
import { isDead, isSaturated } from "../unit-state.ts";
import { digits, minus, percent } from "../words.ts";
import { titleOf } from "./words.ts";

/** A unit within its layer: inputs by their name, outputs of several classes by theirs. */
export function unitTitle(
  layers: readonly Pick<LayerFrame, "width">[],
  { layer, unit }: UnitAddress,
  points: Pick<Points, "inputs" | "classNames"> | undefined,
): string {
  if (layer === 0) return points?.inputs[unit] ?? `input ${unit + 1}`;
  const isOutput = layer === layers.length - 1;
  const className = points?.classNames[unit];
  return isOutput && (layers[layer]?.width ?? 0) > 1 && className !== undefined
    ? className
    : `unit ${unit + 1}`;
}

/** "Layer 2, unit 3". */
export function fullTitle(
  layers: readonly LayerFrame[],
  address: UnitAddress,
  points: Points | undefined,
): string {
  return `${titleOf(address.layer, layers.length)}, ${unitTitle(layers, address, points)}`;
}

/** What is unusual about a unit. */
export type Mark = "off" | "frozen" | "dead" | "saturated";

/** The most telling first. */
export function marksOf(state: UnitState): readonly Mark[] {
  const marks: Mark[] = [];
  if (!state.enabled) marks.push("off");
  if (state.frozen) marks.push("frozen");
  if (isDead(state)) marks.push("dead");
  if (isSaturated(state)) marks.push("saturated");
  return marks;
}

export const markWords: Readonly<Record<Mark, string>> = {
  off: "switched off",
  frozen: "frozen",
  dead: "dead",
  saturated: "saturated",
};

export const markIcons: Readonly<Record<Mark, IconName>> = {
  off: "power",
  frozen: "snow",
  dead: "close",
  saturated: "flat",
};

/** How a unit does, in a sentence. */
export function stateInWords(state: UnitState): string {
  if (!state.enabled) return "It gives 0 everywhere, so it has no part in the answer.";
  if (isDead(state))
    return "Dead: it gives the same for every training point, so it tells nothing apart.";
  if (isSaturated(state)) {
    const share = percent(state.saturated, 0);
    return `Saturated: for ${share} of the training points its slope is nearly 0, so they hardly move its weights.`;
  }
  return "At work: it gives different values for different points.";
}

/** A number in three digits, zeros and all: it keeps its width while it changes. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (!(size >= 0.001 && size < 1000)) return digits(value);
  return minus(value.toPrecision(3));
}

/** How many weights are read out on each side: more would not be read. */
const MOST_READ = 6;

/** A unit's numbers in one line. */
export function readUnit(
  layers: readonly LayerFrame[],
  address: UnitAddress,
  points: Points | undefined,
): string {
  const { layer, unit } = address;
  const here = layers[layer];
  if (!here) return "";
  const state = here.unitStates[unit];
  const marks = state ? marksOf(state).map((it) => markWords[it]) : [];
  const bias = here.bias[unit];
  const parts = [[fullTitle(layers, address, points), ...marks].join(", ")];
  if (bias !== undefined) parts.push(`bias ${short(bias)}`);
  const before = layers[layer - 1];
  if (before && here.weight.length > 0) {
    const weights = Array.from(
      { length: before.width },
      (_, i) => here.weight[i * here.width + unit] ?? Number.NaN,
    );
    parts.push(`in: ${strongest(weights, (i) => name(layer - 1, i))}`);
  }
  const after = layers[layer + 1];
  if (after) {
    const weights = [...after.weight.subarray(unit * after.width, (unit + 1) * after.width)];
    parts.push(`out: ${strongest(weights, (i) => name(layer + 1, i))}`);
  }
  return parts.join(" · ");

  function name(of: number, i: number): string {
    return unitTitle(layers, { layer: of, unit: i }, points);
  }
}

function strongest(weights: readonly number[], name: (i: number) => string): string {
  const order = weights.map((_, i) => i);
  const size = (i: number) => Math.abs(weights[i] ?? 0);
  const read = order.sort((a, b) => size(b) - size(a)).slice(0, MOST_READ);
  const words = read.sort((a, b) => a - b).map((i) => `${name(i)} ${short(weights[i] ?? 0)}`);
  const more = weights.length - read.length;
  return words.join(", ") + (more > 0 ? `, and ${more} weaker` : "");
}

/** A line's number, and what it joins. */
export function readLink(
  layers: readonly LayerFrame[],
  { layer, source, target }: LinkAddress,
  points: Points | undefined,
): string {
  const here = layers[layer];
  const weight = here?.weight[source * here.width + target];
  if (weight === undefined) return "";
  const from = fullTitle(layers, { layer: layer - 1, unit: source }, points);
  const to = fullTitle(layers, { layer, unit: target }, points);
  return `${from} → ${to}: weight ${short(weight)}`;
}
