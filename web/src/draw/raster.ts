// Pictures that are new in every frame, drawn by hand into the bytes of an image: many short lines and small
// marks cost less so than as paths. Pure; all on an opaque ground, in whole pixels of the screen.

import type { RGB } from "./palette.ts";

/** A square image, row by row: as red, green, blue, alpha and as whole pixels of the same memory. */
export interface Raster {
  readonly bytes: Uint8ClampedArray;
  readonly pixels: Uint32Array;
  readonly size: number;
}

export function rasterOf(bytes: Uint8ClampedArray, size: number): Raster {
  return { bytes, pixels: pixelsOf(bytes), size };
}

function pixelsOf({ buffer, byteOffset, length }: Uint8ClampedArray): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length / 4);
}

/** A small picture at 4 × 4 places within a pixel, so that it moves smoothly: one after the other. */
export interface Stamp {
  readonly bytes: Uint8ClampedArray;
  readonly pixels: Uint32Array;
  readonly side: number;
}

export function stampFrom(bytes: Uint8ClampedArray, side: number): Stamp {
  return { bytes, pixels: pixelsOf(bytes), side };
}

/** Places within a pixel, along each axis. */
export const PHASES = 4;

export function fillGround({ pixels }: Raster, color: RGB): void {
  pixels.fill(pixelOf(color));
}

/** Colors the pixels whose middles are within an area without dents, given by its corners. */
export function fillArea({ pixels, size }: Raster, corners: Float32Array, color: RGB): void {
  const pixel = pixelOf(color);
  for (let row = 0; row < size; row++) {
    const middle = row + 0.5;
    let from = size;
    let to = 0;
    for (let i = 0; i < corners.length; i += 2) {
      const next = i + 2 < corners.length ? i + 2 : 0;
      const y = corners[i + 1] ?? 0;
      const v = corners[next + 1] ?? 0;
      if (y > middle === v > middle) continue;
      const x = corners[i] ?? 0;
      const at = x + ((corners[next] ?? 0) - x) * ((middle - y) / (v - y));
      if (at < from) from = at;
      if (at > to) to = at;
    }
    const first = Math.max(0, Math.round(from));
    const last = Math.min(size, Math.round(to));
    if (first < last) pixels.fill(pixel, row * size + first, row * size + last);
  }
}

/** An opaque pixel; written as bytes, so that it is right on any machine. */
function pixelOf([red, green, blue]: RGB): number {
  return pixelsOf(Uint8ClampedArray.of(red, green, blue, 255))[0] ?? 0;
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
    const x = places[i] ?? 0;
    const y = places[i + 1] ?? 0;
    const dx = (places[i + 2] ?? 0) - x;
    const dy = (places[i + 3] ?? 0) - y;
    if (Math.abs(dx) >= Math.abs(dy))
      drawHair(raster, x, dx, 1, y, dy, raster.size, color, strength);
    else drawHair(raster, y, dy, raster.size, x, dx, 1, color, strength);
  }
}

/**
 * Pixel by pixel along its longer way, each time shared by the two beside it. `step` and `sidestep` are from
 * one pixel to the next: along that way, and across.
 */
function drawHair(
  { bytes, size }: Raster,
  start: number,
  way: number,
  step: number,
  side: number,
  sideways: number,
  sidestep: number,
  color: RGB,
  strength: number,
): void {
  // What of it is in the picture, as shares of its length.
  const from = Math.max(0, entry(start, way, size), entry(side, sideways, size));
  const to = Math.min(1, exit(start, way, size), exit(side, sideways, size));
  if (!(from < to)) return;
  const slope = sideways / way;
  const low = Math.max(0, start + way * (way > 0 ? from : to));
  const high = Math.min(size, start + way * (way > 0 ? to : from));
  for (let along = Math.floor(low); along < high; along++) {
    const first = Math.max(low, along);
    const last = Math.min(high, along + 1);
    const middle = side + ((first + last) / 2 - start) * slope - 0.5;
    const near = Math.floor(middle);
    const ink = 256 * strength * (last - first);
    const far = ink * (middle - near);
    const i = 4 * (along * step + near * sidestep);
    if (near >= 0 && near < size) blend(bytes, i, color[0], color[1], color[2], (ink - far) | 0);
    if (near + 1 < size) {
      blend(bytes, i + 4 * sidestep, color[0], color[1], color[2], far | 0);
    }
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

/** Stamps the points that `members` names of `places` [n × 2]. What reaches over the edge is cut off. */
export function drawStamps(
  { bytes, pixels, size }: Raster,
  { bytes: ink, pixels: inkPixels, side }: Stamp,
  places: Float32Array,
  members: Uint32Array,
): void {
  for (const member of members) {
    // In parts of a pixel, from the stamp's corner.
    const x = Math.round(((places[2 * member] ?? 0) - side / 2) * PHASES);
    const y = Math.round(((places[2 * member + 1] ?? 0) - side / 2) * PHASES);
    const left = Math.floor(x / PHASES);
    const top = Math.floor(y / PHASES);
    const phase = (y - top * PHASES) * PHASES + (x - left * PHASES);
    const firstColumn = Math.max(0, -left);
    const lastColumn = Math.min(side, size - left);
    const lastRow = Math.min(side, size - top);
    for (let row = Math.max(0, -top); row < lastRow; row++) {
      let from = (phase * side + row) * side + firstColumn;
      let to = (top + row) * size + left + firstColumn;
      for (let column = firstColumn; column < lastColumn; column++, from++, to++) {
        const alpha = ink[4 * from + 3] ?? 0;
        if (alpha === 0) continue;
        if (alpha === 255) {
          pixels[to] = inkPixels[from] ?? 0;
          continue;
        }
        const i = 4 * from;
        const share = alpha + (alpha >> 7);
        blend(bytes, 4 * to, ink[i] ?? 0, ink[i + 1] ?? 0, ink[i + 2] ?? 0, share);
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
  const r = bytes[i] ?? 0;
  const g = bytes[i + 1] ?? 0;
  const b = bytes[i + 2] ?? 0;
  bytes[i] = r + (((red - r) * share) >> 8);
  bytes[i + 1] = g + (((green - g) * share) >> 8);
  bytes[i + 2] = b + (((blue - b) * share) >> 8);
}
