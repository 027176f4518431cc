// Images seen through affine maps, written from the formula: what augmentation is checked against.

/** Pixel (x, y) of the result stands for (xx·x + xy·y + x0, yx·x + yy·y + y0) of the image. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export const IDENTITY: Affine = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };

/** A turn by `angle` about the center, counterclockwise as one looks at it (rows go down). */
export function turned(angle: number, height: number, width: number): Affine {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  return { xx: c, xy: -s, x0: cx - c * cx + s * cy, yx: s, yy: c, y0: cy - s * cx - c * cy };
}

export interface Sampling {
  readonly fillMode: string;
  readonly fillValue: number;
  readonly interpolation: string;
}

/** One image [height, width, channels] through a map. */
export function seenThrough(
  image: ArrayLike<number>,
  [height = 1, width = 1, channels = 1]: readonly number[],
  map: Affine,
  { fillMode, fillValue, interpolation }: Sampling,
): number[] {
  const inside = (i: number, n: number) => {
    if (i >= 0 && i < n) return i;
    if (fillMode === "constant") return -1;
    if (fillMode === "nearest") return i < 0 ? 0 : n - 1;
    let r = i;
    while (r < 0 || r >= n) r = r < 0 ? -1 - r : 2 * n - 1 - r;
    return r;
  };
  const pixel = (x: number, y: number, c: number) => {
    const [column, line] = [inside(x, width), inside(y, height)];
    return column < 0 || line < 0
      ? fillValue
      : (image[(line * width + column) * channels + c] ?? Number.NaN);
  };
  const result: number[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const x = map.xx * j + map.xy * i + map.x0;
      const y = map.yx * j + map.yy * i + map.y0;
      const [l, t] = [Math.floor(x), Math.floor(y)];
      const [p, q] = [x - l, y - t];
      for (let c = 0; c < channels; c++) {
        result.push(
          interpolation === "nearest"
            ? pixel(Math.round(x), Math.round(y), c)
            : (1 - q) * ((1 - p) * pixel(l, t, c) + p * pixel(l + 1, t, c)) +
                q * ((1 - p) * pixel(l, t + 1, c) + p * pixel(l + 1, t + 1, c)),
        );
      }
    }
  }
  return result;
}
