// Pictures that are new in every frame, drawn by hand into the bytes of an image: many short lines and small
// marks cost less so than as paths. Pure; all on an opaque ground, in whole pixels of the screen.

import type { RGB } from "./palette.ts";

/** Red, green, blue and alpha of a square image, row by row. */
export interface Raster {
  readonly bytes: Uint8ClampedArray;
  readonly size: number;
}

/** A small picture at 4 × 4 places within a pixel, so that it moves smoothly: one after the other. */
export interface Stamp {
  readonly bytes: Uint8ClampedArray;
  readonly side: number;
}

/** Places within a pixel, along each axis. */
export const PHASES = 4;

export function fillGround({ bytes, size }: Raster, [red, green, blue]: RGB): void {
  for (let i = 0; i < 4 * size * size; i += 4) {
    bytes[i] = red;
    bytes[i + 1] = green;
    bytes[i + 2] = blue;
    bytes[i + 3] = 255;
  }
}

/** Colors the pixels whose middles are within an area without dents, given by its corners. */
export function fillArea({ bytes, size }: Raster, corners: Float32Array, color: RGB): void {
  const [red, green, blue] = color;
  for (let row = 0; row < size; row++) {
    const [from, to] = across(corners, row + 0.5);
    const end = 4 * (row * size + Math.min(size, Math.round(to)));
    for (let i = 4 * (row * size + Math.max(0, Math.round(from))); i < end; i += 4) {
      bytes[i] = red;
      bytes[i + 1] = green;
      bytes[i + 2] = blue;
    }
  }
}

/** Where a row enters an area and leaves it; the wrong way round where it misses it. */
function across(corners: Float32Array, row: number): readonly [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < corners.length; i += 2) {
    const next = (i + 2) % corners.length;
    const [y, v] = [corners[i + 1] ?? 0, corners[next + 1] ?? 0];
    if (y > row === v > row) continue;
    const x = corners[i] ?? 0;
    const at = x + ((corners[next] ?? 0) - x) * ((row - y) / (v - y));
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return [from, to];
}

/** Draws polylines of `length` corners each, one pixel wide. */
export function drawHairs(
  raster: Raster,
  places: Float32Array,
  length: number,
  color: RGB,
  strength: number,
): void {
  for (let i = 0; i + 3 < places.length; i += 2) {
    if ((i / 2 + 1) % length === 0) continue;
    const [x, y] = [places[i] ?? 0, places[i + 1] ?? 0];
    drawHair(raster, x, y, (places[i + 2] ?? 0) - x, (places[i + 3] ?? 0) - y, color, strength);
  }
}

/** From x, y by dx, dy: pixel by pixel along the longer way, each time shared by the two beside it. */
function drawHair(
  raster: Raster,
  x: number,
  y: number,
  dx: number,
  dy: number,
  color: RGB,
  strength: number,
): void {
  const { size } = raster;
  // What of it is in the picture, as shares of its length.
  const from = Math.max(0, entry(x, dx, size), entry(y, dy, size));
  const to = Math.min(1, exit(x, dx, size), exit(y, dy, size));
  if (!(from < to)) return;
  const isFlat = Math.abs(dx) >= Math.abs(dy);
  const [start, way] = isFlat ? [x, dx] : [y, dy];
  const [side, sideways] = isFlat ? [y, dy] : [x, dx];
  const low = start + way * (way > 0 ? from : to);
  const high = start + way * (way > 0 ? to : from);
  for (let along = Math.floor(low); along < high; along++) {
    const first = Math.max(low, along);
    const last = Math.min(high, along + 1);
    const middle = side + (((first + last) / 2 - start) / way) * sideways - 0.5;
    const near = Math.floor(middle);
    const ink = strength * (last - first);
    const far = ink * (middle - near);
    dot(raster, isFlat ? along : near, isFlat ? near : along, color, ink - far);
    dot(raster, isFlat ? along : near + 1, isFlat ? near + 1 : along, color, far);
  }
}

/** Where a coordinate comes into 0 to `size`, as a share of its way. */
function entry(start: number, way: number, size: number): number {
  if (way === 0) return start >= 0 && start <= size ? 0 : 2;
  return way > 0 ? -start / way : (size - start) / way;
}

/** Where it leaves again. */
function exit(start: number, way: number, size: number): number {
  if (way === 0) return 1;
  return way > 0 ? (size - start) / way : -start / way;
}

function dot({ bytes, size }: Raster, x: number, y: number, color: RGB, share: number): void {
  if (x < 0 || y < 0 || x >= size || y >= size) return;
  blend(bytes, 4 * (y * size + x), color[0], color[1], color[2], (share * 256) | 0);
}

/** Stamps the points that `members` names of `places` [n × 2]. What reaches over the edge is cut off. */
export function drawStamps(
  raster: Raster,
  { bytes: ink, side }: Stamp,
  places: Float32Array,
  members: Uint32Array,
): void {
  const { bytes, size } = raster;
  for (const member of members) {
    // In parts of a pixel, from the stamp's corner.
    const x = Math.round(((places[2 * member] ?? 0) - side / 2) * PHASES);
    const y = Math.round(((places[2 * member + 1] ?? 0) - side / 2) * PHASES);
    const [left, top] = [Math.floor(x / PHASES), Math.floor(y / PHASES)];
    const phase = (y - top * PHASES) * PHASES + (x - left * PHASES);
    const firstColumn = Math.max(0, -left);
    const lastColumn = Math.min(side, size - left);
    const lastRow = Math.min(side, size - top);
    for (let row = Math.max(0, -top); row < lastRow; row++) {
      let from = 4 * ((phase * side + row) * side + firstColumn);
      let to = 4 * ((top + row) * size + left + firstColumn);
      for (let column = firstColumn; column < lastColumn; column++, from += 4, to += 4) {
        const alpha = ink[from + 3] ?? 0;
        if (alpha === 0) continue;
        blend(
          bytes,
          to,
          ink[from] ?? 0,
          ink[from + 1] ?? 0,
          ink[from + 2] ?? 0,
          alpha + (alpha >> 7),
        );
      }
    }
  }
}

/** A color over what is there; `share` from 0 to 256, so that all numbers are whole. */
function blend(
  bytes: Uint8ClampedArray,
  i: number,
  red: number,
  green: number,
  blue: number,
  share: number,
): void {
  const [r, g, b] = [bytes[i] ?? 0, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
  bytes[i] = r + (((red - r) * share) >> 8);
  bytes[i + 1] = g + (((green - g) * share) >> 8);
  bytes[i + 2] = b + (((blue - b) * share) >> 8);
}
