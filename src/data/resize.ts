// Images made larger or smaller. Pure; a pixel of the result is a weighted mean of those around its place.

/** Pixels of one image, row-major, `channels` numbers each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/**
 * `image` at another size, by a triangle filter as wide as the step where it shrinks: what
 * tf.image.resize does with "bilinear" and antialias.
 */
export function resize(image: Pixels, width: number, height: number): Pixels {
  const { width: from, height: rows, channels } = image;
  if (from === width && rows === height) return image;
  const across = weightsOf(from, width);
  const down = weightsOf(rows, height);
  const wide = new Float64Array(rows * width * channels);
  for (let y = 0; y < rows; y++) {
    across.forEach(({ first, weights }, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        weights.forEach((weight, i) => {
          sum += weight * (image.data[(y * from + first + i) * channels + c] ?? 0);
        });
        wide[(y * width + x) * channels + c] = sum;
      }
    });
  }
  const data = new Float32Array(height * width * channels);
  const row = width * channels;
  down.forEach(({ first, weights }, y) => {
    for (let at = 0; at < row; at++) {
      let sum = 0;
      weights.forEach((weight, i) => {
        sum += weight * (wide[(first + i) * row + at] ?? 0);
      });
      data[y * row + at] = sum;
    }
  });
  return { width, height, channels, data };
}

interface Weights {
  readonly first: number;
  /** They sum to 1. */
  readonly weights: readonly number[];
}

/** For each of `to` places, which of `from` it is a mean of. */
function weightsOf(from: number, to: number): Weights[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - reach));
    const last = Math.min(from, Math.ceil(center + reach));
    const weights = Array.from({ length: last - first }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - center) / reach),
    );
    const total = weights.reduce((sum, it) => sum + it, 0);
    return { first, weights: weights.map((it) => it / total) };
  });
}
