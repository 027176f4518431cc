// A layer's space in two dimensions.

import { STREAM_PROBE } from "../../assembly/abi.ts";
import { initialize } from "../initializers/index.ts";
import { RandomStream } from "../random.ts";
import type { Activations } from "./probe.ts";

/** The identity for two units; else two orthonormal directions that depend on the width alone. */
export function axesFor(width: number): Float32Array {
  if (width === 1) return Float32Array.of(1, 0);
  if (width === 2) return Float32Array.of(1, 0, 0, 1);
  return initialize(
    { name: "orthogonal", gain: 1 },
    [width, 2],
    new RandomStream(width, STREAM_PROBE),
  );
}

/** [rows × width] · [width × 2] */
export function project({ data, rows, width }: Activations, axes: Float32Array): Float32Array {
  const out = new Float32Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    let x = 0;
    let y = 0;
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
