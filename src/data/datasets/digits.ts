// Digits as if written by hand: a stand-in for MNIST that needs no download.

import { checkThat } from "../../options.ts";
import { cos, sin } from "../../portable-math.ts";
import type { RandomStream } from "../../random.ts";
import { Dataset } from "../dataset.ts";
import {
  addNoise,
  around,
  checkSize,
  curves,
  draw,
  type Line,
  type PictureOptions,
} from "./pictures.ts";
import { integerFrom, sampleCount, startSamples } from "./samples.ts";

/** Options of {@link digits}. */
export interface DigitsOptions extends PictureOptions {
  /** Height and width in pixels, 16 to 256. Default 28. */
  readonly size?: number;
  /**
   * How much slant, rotation, width, height, place, thickness and shape vary: from 0, where only the
   * ways of writing differ, to 2. Default 1.
   */
  readonly distortion?: number;
}

/** Ways to write each digit. See `curves`. */
const GLYPHS: readonly (readonly string[])[] = [
  ["30 60 93 96 69 39 06 03 30", "61 20 03 06 29 59 97 93 61 50"],
  ["50 59", "23 50 50 59", "23 50 50 59|19 89", "60 49"],
  ["12 30 60 82 74 47 09 09 99", "12 30 60 83 65 28 08 17 38 69 98", "02 30 71 84 56 09 09 89"],
  [
    "11 40 82 74 44 44 85 97 69 39 08",
    "00 80 80 44 44 85 97 69 39 08",
    "11 40 72 64 35 75 87 59 08",
  ],
  ["60 06 06 96|60 69", "20 05 05 95|62 69", "30 14 05 05 85|80 85 69"],
  ["80 10 10 14 14 53 85 87 59 08", "10 14 14 53 86 78 49 08|10 90", "90 30 14 14 64 86 68 39 08"],
  ["70 32 15 18 49 88 86 55 17", "60 23 06 18 49 79 97 75 45 17", "40 14 07 29 69 87 65 26"],
  ["00 90 90 49", "00 90 90 49|25 85", "02 00 00 90 90 55 39", "01 50 90 90 54 49"],
  [
    "50 12 44 86 88 49 18 16 54 82 50",
    "50 12 54 82 50|54 17 59 97 54",
    "82 40 12 34 76 88 49 07 26 74 82",
  ],
  ["82 50 12 24 55 82 82 85 79", "82 50 12 24 55 82 82 86 69 28", "50 12 24 64 82 50 71 84 69"],
];

/** Corners of the grid, in each direction, that are pulled to and fro. */
const GRID = 4;

/**
 * Pictures of the digits 0 to 9, which take turns: [size, size, 1], values from 0 (paper) to 1 (ink).
 * Each digit is written in two to four ways, as strokes of a pen whose slant, rotation, width, height,
 * place and thickness vary, and bent by a smooth field of displacements (after Simard, Steinkraus &
 * Platt 2003, "Best practices for convolutional neural networks"). The noise comes on top.
 *
 * ```ts
 * const train = datasets.digits({ samples: 5000, seed: 1 });
 * const test = datasets.digits({ samples: 1000, seed: 2 });
 * ```
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function digits(options: DigitsOptions = {}): Dataset {
  const where = "digits";
  const random = startSamples(where, options, ["size", "noise", "distortion"]);
  const { distortion = 1 } = options;
  const size = checkSize(where, options.size ?? 28);
  const samples = sampleCount(where, options, size * size);
  const isAmount = distortion >= 0 && distortion <= 2;
  checkThat(isAmount, where, "distortion as a number from 0 to 2", distortion);
  const glyphs = GLYPHS.map((ways) => ways.map(curves));
  const features = new Float32Array(samples * size * size);
  const targets = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    const ways = glyphs[i % 10] as Line[][];
    const strokes = ways[integerFrom(random, 0, ways.length - 1)] as Line[];
    const { place, thickness } = hand(random, distortion);
    const image = features.subarray(i * size * size, (i + 1) * size * size);
    for (const stroke of strokes) draw(image, size, place(stroke, size), (thickness * size) / 2);
    targets[i] = i % 10;
  }
  addNoise(where, features, options);
  const classNames = GLYPHS.map((_, digit) => `${digit}`);
  const inputShape = [size, size, 1];
  return new Dataset({ features, targets, inputShape, task: "classification", classNames }, where);
}

/** How one digit is written: `place` turns a stroke of the glyph into one of the picture. */
function hand(random: RandomStream, distortion: number) {
  const vary = (spread: number) => around(random, spread * distortion);
  const field = Float64Array.from({ length: 2 * GRID * GRID }, () => vary(0.11));
  const slant = vary(0.3) - 0.1 * distortion;
  const angle = vary(0.24);
  const width = 0.42 * (1 + vary(0.3));
  const height = 0.6 * (1 + vary(0.17));
  const [shiftX, shiftY] = [vary(0.08), vary(0.06)];
  const thickness = 0.09 * (1 + vary(0.35));
  const [c, s] = [cos(angle), sin(angle)];
  const place = (stroke: Line, size: number): Line => {
    const placed: number[] = [];
    for (let i = 0; i < stroke.length; i += 2) {
      const [u = 0, v = 0] = [stroke[i], stroke[i + 1]];
      const x = (u - slant * v + pull(field, 0, u, v)) * width;
      const y = (v + pull(field, 1, u, v)) * height;
      placed.push((0.5 + shiftX + c * x - s * y) * size, (0.5 + shiftY + s * x + c * y) * size);
    }
    return placed;
  };
  return { place, thickness };
}

/** The displacement along an axis at (u, v), which may lie a little outside ±½: smooth in between. */
function pull(field: Float64Array, axis: number, u: number, v: number): number {
  const cell = (at: number) => Math.min(GRID - 2, Math.max(0, Math.floor(at)));
  const [x, y] = [(u + 0.5) * (GRID - 1), (v + 0.5) * (GRID - 1)];
  const [column, row] = [cell(x), cell(y)];
  const ease = (t: number) => t * t * (3 - 2 * t);
  const [a, b] = [ease(x - column), ease(y - row)];
  const at = (dx: number, dy: number) =>
    field[2 * ((row + dy) * GRID + column + dx) + axis] as number;
  return (1 - b) * ((1 - a) * at(0, 0) + a * at(1, 0)) + b * ((1 - a) * at(0, 1) + a * at(1, 1));
}
