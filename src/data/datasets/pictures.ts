// Pictures drawn with a pen: smooth curves through points of a grid, with soft edges. What the drawn data
// sets share. Knows nothing of what is drawn; sums, products and square roots only.

import { checkInteger } from "../../options.ts";
import type { RandomStream } from "../../random.ts";
import { checkNoise, noiseStream, type SampleOptions } from "./samples.ts";

/** Options of drawn pictures. */
export interface PictureOptions extends SampleOptions {
  /** Height and width in pixels, 16 to 256. */
  readonly size?: number;
  /** Standard deviation of the Gaussian noise of every pixel, which then is clipped. Default 0. */
  readonly noise?: number;
}

/** x, y, x, y, …: the corners of a line. */
export type Line = readonly number[];

/** Straight pieces between two points that a curve was given. */
const PIECES = 6;

/**
 * The curves that a text describes, in the square from −½ to ½ with y downwards. A point is two digits
 * on a grid from 0 to 9, x and y; spaces part points, | parts curves. A point that comes twice in a row
 * is a corner; a curve that ends where it began is closed.
 */
export function curves(text: string): Line[] {
  return text.split("|").map((curve) => {
    const grid = curve.split(" ").flatMap((point) => [...point].map((at) => Number(at) / 9 - 0.5));
    return smooth(grid);
  });
}

/** A smooth line through the points (Catmull & Rom 1974, "A class of local interpolating splines"). */
function smooth(points: Line): Line {
  const last = points.length / 2 - 1;
  const isClosed = points[0] === points[2 * last] && points[1] === points[2 * last + 1];
  const at = (i: number, axis: number) => {
    const wrapped = last === 0 ? 0 : (i + last) % last;
    const inside = i < 0 || i > last ? (isClosed ? wrapped : i < 0 ? 0 : last) : i;
    return points[2 * inside + axis] as number;
  };
  const line: number[] = [];
  for (let i = 0; i < last; i++) {
    // A corner: it would become a loop.
    if (at(i, 0) === at(i + 1, 0) && at(i, 1) === at(i + 1, 1)) continue;
    for (let piece = 0; piece < PIECES; piece++) {
      const t = piece / PIECES;
      for (const axis of [0, 1]) {
        const [a, b, c, d] = [at(i - 1, axis), at(i, axis), at(i + 1, axis), at(i + 2, axis)];
        const cubic = ((3 * (b - c) + d - a) * t + 2 * a - 5 * b + 4 * c - d) * t + c - a;
        line.push(b + 0.5 * t * cubic);
      }
    }
  }
  line.push(at(last, 0), at(last, 1));
  return line;
}

/**
 * Draws a line into `image` [size × size], in pixels, with a round pen of that radius. A pixel's value
 * is how much of it the pen covers, about: from 0 to 1. What is darker already
 * stays.
 */
export function draw(image: Float32Array, size: number, line: Line, radius: number): void {
  const reach = radius + 0.5;
  const clip = (at: number) => Math.min(size - 1, Math.max(0, Math.floor(at)));
  for (let i = 0; i < Math.max(2, line.length - 2); i += 2) {
    const [x = 0, y = 0, toX = x, toY = y] = line.slice(i, i + 4);
    const [dx, dy] = [toX - x, toY - y];
    const square = dx * dx + dy * dy;
    const [left, right] = [clip(Math.min(x, toX) - reach), clip(Math.max(x, toX) + reach)];
    const [top, bottom] = [clip(Math.min(y, toY) - reach), clip(Math.max(y, toY) + reach)];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [px, py] = [column + 0.5 - x, row + 0.5 - y];
        // The nearest point of the piece, as a share of its length.
        const along = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / square)) : 0;
        const [awayX, awayY] = [px - along * dx, py - along * dy];
        const ink = Math.min(1, reach - Math.sqrt(awayX * awayX + awayY * awayY));
        const pixel = row * size + column;
        if (ink > (image[pixel] as number)) image[pixel] = ink;
      }
    }
  }
}

/** @throws LayerwiseError `invalidArgument` */
export function checkSize(where: string, size: number): number {
  return checkInteger(where, "size", size, 16, 256);
}

/**
 * Adds the noise that `options` ask for to all pixels.
 * @throws LayerwiseError `invalidArgument`
 */
export function addNoise(where: string, pixels: Float32Array, options: PictureOptions): void {
  const noise = checkNoise(where, options.noise ?? 0);
  if (noise === 0) return;
  const random = noiseStream(options);
  for (let i = 0; i < pixels.length; i++) {
    const noisy = (pixels[i] as number) + noise * random.normal();
    pixels[i] = Math.min(1, Math.max(0, noisy));
  }
}

/** Uniform from −spread to spread. */
export function around(random: RandomStream, spread: number): number {
  return spread * (2 * random.uniform() - 1);
}
