// Arrays of floats in ordinary memory, and how they change their layout: what ONNX and Layerwise order
// differently.

import { elementCount } from "../../src/shape.ts";
import type { Tensor } from "./messages.ts";

export interface Floats extends Tensor {
  readonly type: "float";
  readonly data: Float32Array;
}

export function floats(shape: readonly number[], data: Float32Array): Floats {
  if (elementCount(shape) !== data.length) throw new Error(`${data.length} numbers for [${shape}]`);
  return { type: "float", shape, data };
}

/** The same numbers as another shape. */
export function shaped({ data }: Floats, shape: readonly number[]): Floats {
  return floats(shape, data);
}

/** As numpy's: axis i of the result is axis `order[i]` of x. */
export function transpose({ shape, data }: Floats, order: readonly number[]): Floats {
  const sizes = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => elementCount(shape.slice(axis + 1)));
  const out = new Float32Array(data.length);
  const index = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from] as number;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const step = steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      from += step;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      from -= step * (sizes[axis] as number);
      index[axis] = 0;
    }
  }
  return floats(sizes, out);
}

/** Back from {@link transpose}. */
export function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

/** Axes of x with some of them behind all others. */
export function axesLast(rank: number, last: readonly number[]): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [...axes.filter((axis) => !last.includes(axis)), ...last];
}

/** From [n, c, …] to [n, …, c]. */
export function channelsLast(x: Floats): Floats {
  return transpose(x, axesLast(x.shape.length, [1]));
}

/** From [n, …, c] to [n, c, …]. */
export function channelsFirst(x: Floats): Floats {
  return transpose(x, inverse(axesLast(x.shape.length, [1])));
}

/** Images [n, height, width, c] or sequences [n, steps, c] seen in a mirror, along all of these. */
export function mirrored({ shape, data }: Floats): Floats {
  const [samples = 1, channels = 1] = [shape[0], shape.at(-1)];
  const pixels = data.length / samples / channels;
  const out = new Float32Array(data.length);
  for (let n = 0; n < samples; n++) {
    for (let i = 0; i < pixels; i++) {
      const from = (n * pixels + pixels - 1 - i) * channels;
      out.set(data.subarray(from, from + channels), (n * pixels + i) * channels);
    }
  }
  return floats(shape, out);
}

/** What numpy makes of two shapes. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const size = (shape: readonly number[], i: number) => shape[i + shape.length - rank] ?? 1;
  return Array.from({ length: rank }, (_, i) => Math.max(size(a, i), size(b, i)));
}
