// The way back through a convolution by the maxima that pooling and ReLU let through: every eighth number or so
// of its gradient, all others are 0.

/** Sides of the square kernels and pools. */
export const KERNEL = 3;
export const POOL = 2;

/** What one convolution and its pooling go through. */
export interface Shape {
  readonly side: number;
  readonly channels: number;
  readonly filters: number;
  /** Sides of what the convolution and the pooling give. */
  readonly convolved: number;
  readonly pooled: number;
  /** Pixels of the convolved image, and numbers in a window. */
  readonly pixels: number;
  readonly window: number;
}

/** to[n×m] ← from[m×n]. */
export function turn(
  from: Float32Array | Float64Array,
  to: Float32Array | Float64Array,
  m: number,
  n: number,
): void {
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) to[j * m + i] = from[i * n + j] as number;
}

interface MaximaGradients {
  readonly windows: Float32Array;
  /** [filters×window]: filter by filter. */
  readonly dturned: Float64Array;
  readonly dbias: Float32Array;
}

/** Adds to each filter's gradient the windows of its maxima, times what came back to them. */
export function visitMaxima(
  dpools: Float32Array,
  places: Int32Array,
  rows: number,
  { pooled, filters, pixels, window }: Shape,
  { windows, dturned, dbias }: MaximaGradients,
): void {
  let i = 0;
  for (let row = 0; row < rows; row++) {
    for (let left = pooled * pooled; left > 0; left--) {
      for (let f = 0; f < filters; f++, i++) {
        const place = places[i] as number;
        if (place < 0) continue;
        const d = dpools[i] as number;
        dbias[f] = (dbias[f] as number) + d;
        let to = f * window;
        let at = (row * pixels + (place - f) / filters) * window;
        const end = at + window;
        while (at < end) {
          dturned[to] = (dturned[to] as number) + d * (windows[at] as number);
          to = (to + 1) | 0;
          at = (at + 1) | 0;
        }
      }
    }
  }
}

/** Adds to the image, around each maximum, its filter times what came back. */
export function spreadMaxima(
  dpools: Float32Array,
  places: Int32Array,
  rows: number,
  { pooled, filters, convolved, window, side, channels }: Shape,
  turned: Float64Array,
  dx: Float32Array,
): void {
  const run = KERNEL * channels;
  const line = side * channels;
  let i = 0;
  for (let row = 0; row < rows; row++) {
    for (let left = pooled * pooled; left > 0; left--) {
      for (let f = 0; f < filters; f++, i++) {
        const place = places[i] as number;
        if (place < 0) continue;
        const d = dpools[i] as number;
        const pixel = ((place - f) / filters) | 0;
        const y = (pixel / convolved) | 0;
        let from = f * window;
        let to = row * side * line + y * line + (pixel - y * convolved) * channels;
        for (let k = 0; k < KERNEL; k++) {
          for (let c = 0; c < run; c++) {
            dx[(to + c) | 0] =
              (dx[(to + c) | 0] as number) + d * (turned[(from + c) | 0] as number);
          }
          from = (from + run) | 0;
          to = (to + line) | 0;
        }
      }
    }
  }
}
