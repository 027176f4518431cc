// Pooling by its formula in f64: the largest or the mean of what of each window lies inside.

import type { Reference } from "./layer.ts";

export type Image = readonly [height: number, width: number, channels: number];
export type Pair = readonly [number, number];

export interface Window {
  readonly pool: Pair;
  readonly strides: Pair;
  readonly padding: "valid" | "same";
}

/** One number for both. */
export const pair = (it: number | Pair): Pair => (typeof it === "number" ? [it, it] : it);

/** Rows (or columns) of each window, from the definitions in TensorFlow's documentation. */
function along(n: number, pool: number, stride: number, padding: "valid" | "same"): number[][] {
  const same = padding === "same";
  const count = Math.ceil((same ? n : n - pool + 1) / stride);
  const outside = same ? Math.max(0, (count - 1) * stride + pool - n) : 0;
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: pool }, (_, k) => i * stride - Math.floor(outside / 2) + k).filter(
      (at) => at >= 0 && at < n,
    ),
  );
}

/** `pooling` layers of `kind`. */
export function pooled(
  kind: "max" | "average",
  [height, width, channels]: Image,
  { pool, strides, padding }: Window,
): Reference {
  const rows = along(height, pool[0], strides[0], padding);
  const cols = along(width, pool[1], strides[1], padding);
  return ([x = new Float64Array(0)], _parameters, batch) => {
    const y: number[] = [];
    for (let sample = 0; sample < batch; sample++) {
      for (const down of rows) {
        for (const right of cols) {
          for (let c = 0; c < channels; c++) {
            const values = down.flatMap((i) =>
              right.map((j) => x[((sample * height + i) * width + j) * channels + c] as number),
            );
            const sum = values.reduce((total, it) => total + it, 0);
            y.push(kind === "max" ? Math.max(...values) : sum / values.length);
          }
        }
      }
    }
    return Float64Array.from(y);
  };
}
