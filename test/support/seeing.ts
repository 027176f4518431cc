// Models to look into, and what their units give: for tests of the functions that see.

import { type AnyModel, featureMaps, type Layer, sequential } from "../../src/index.ts";
import { draw } from "./layer.ts";

export const size = (shape: readonly number[]) => shape.reduce((product, it) => product * it, 1);

/** Samples of a shape, uniform in ±1. */
export const inputsOf = (shape: readonly number[], samples: number, seed = 3) =>
  Float32Array.from(draw(samples * size(shape), seed));

/** A model of layers that are named a, b, c, … */
export async function chain(inputShape: readonly number[], ...layers: readonly Layer[]) {
  const named = layers.map((it, i) => ({ ...it, name: String.fromCharCode(97 + i) }));
  return sequential({ inputShape, seed: 5, layers: named });
}

/** The last layer's name. */
export const lastOf = (it: { readonly layers: readonly { readonly name: string }[] }) =>
  it.layers.at(-1)?.name ?? "";

/** What `unit` of a layer gives, on average over its places, for each sample. */
export async function meansOf(net: AnyModel, x: Float32Array, layer: string, unit: number) {
  const { data, shape } = await featureMaps(net, x, layer);
  const [samples = 0, ...rest] = shape;
  const [units, width] = [rest.at(-1) ?? 1, size(rest)];
  return Array.from({ length: samples }, (_, n) => {
    const own = data.subarray(n * width, (n + 1) * width).filter((_, i) => i % units === unit);
    return own.reduce((sum, it) => sum + it, 0) / own.length;
  });
}
