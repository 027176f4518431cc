// A layer's space in two dimensions.

import { STREAM_PROBE } from "../../assembly/abi.ts";
import { orthonormal } from "../initializers/orthogonal.ts";
import { RandomStream } from "../random.ts";
import type { Activations, Probe, ProbeTask } from "./probe.ts";

/**
 * The plane that a layer of `width` units is shown in, [width × 2]. The identity for one unit and two. Else
 * two orthonormal directions: the probe's as far as there are any, the rest depends on the width alone.
 */
export function axesFor(width: number, probeDirections: readonly Float64Array[]): Float32Array {
  if (width === 1) return Float32Array.of(1, 0);
  if (width === 2) return Float32Array.of(1, 0, 0, 1);
  const random = new RandomStream(width, STREAM_PROBE);
  const axes = orthonormal(2, width, random, probeDirections);
  return Float32Array.from({ length: 2 * width }, (_, i) => axes[i % 2]?.[i >> 1] ?? Number.NaN);
}

/**
 * Where a probe rises: towards class 1 of two, towards the first two of the values that it fits; of more
 * classes from class 0 towards classes 1 and 2. In their plane the lines between these are exact.
 */
export function directionsOf(
  { weight, outputs }: Pick<Probe, "weight" | "outputs">,
  { classes }: Pick<ProbeTask, "classes">,
): readonly Float64Array[] {
  const first = classes > 2 ? 1 : 0;
  return Array.from({ length: Math.min(outputs, 2) }, (_, direction) =>
    Float64Array.from({ length: weight.length / outputs }, (_, unit) => {
      const row = weight.subarray(unit * outputs);
      return (row[first + direction] ?? 0) - first * (row[0] ?? 0);
    }),
  );
}

/** [rows × width] · [width × 2] + shift [2] */
export function project(
  { data, rows, width }: Activations,
  axes: Float32Array,
  [left = 0, up = 0]: Iterable<number> = [],
): Float32Array {
  const out = new Float32Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    let x = left;
    let y = up;
    for (let j = 0; j < width; j++) {
      const value = data[i * width + j] ?? 0;
      x += value * (axes[2 * j] ?? 0);
      y += value * (axes[2 * j + 1] ?? 0);
    }
    out[2 * i] = x;
    out[2 * i + 1] = y;
  }
  return out;
}

/** [rows × width] → [width × rows] */
export function transpose({ data, rows, width }: Activations): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) out[j * rows + i] = data[i * width + j] ?? 0;
  }
  return out;
}
