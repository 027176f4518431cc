// What all generated data sets share: their options, and the loop that turns four random words into one
// point. Same options, same bits in every engine; the first n points don't depend on how many follow.

import { STREAM_DATA } from "../../../assembly/abi.ts";
import { checkInteger, checkOptions, checkThat } from "../../options.ts";
import { cos, sin } from "../../portable-math.ts";
import { RandomStream } from "../../random.ts";
import { Dataset } from "../dataset.ts";

/** Options of every generated data set. */
export interface GeneratorOptions {
  /** Number of points, 1 to 2^24. Default 500. */
  readonly samples?: number;
  /**
   * Standard deviation of the Gaussian noise, ≥ 0, in the units of the plane. It is added to x and y
   * after the class has been decided; in regression to the target instead. Default 0.
   */
  readonly noise?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** A point of the plane before the noise, and its class. */
export interface LabeledPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/**
 * Checks the options' keys. Returns the number under `key`, the generator's own option: an integer from
 * 2 to `most`.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function countOption<K extends string>(
  where: string,
  options: GeneratorOptions & { readonly [key in K]?: number },
  key: K,
  most: number,
  standard = 2,
): number {
  checkKeys(where, options, key);
  return checkInteger(where, key, options[key] ?? standard, 2, most);
}

/** @throws LayerwiseError `invalidArgument`, `unknownName` */
export function checkKeys(where: string, options: GeneratorOptions, ...own: string[]): void {
  checkOptions(where, options, ["samples", "noise", "seed", ...own]);
}

/**
 * Points with a class each. `point` gets the point's number, by which classes take turns, and two
 * uniform variables in [0, 1).
 * @throws LayerwiseError `invalidArgument`
 */
export function classified(
  where: string,
  options: GeneratorOptions,
  classNames: readonly string[],
  point: (i: number, u: number, v: number) => LabeledPoint,
): Dataset {
  const { samples, noise, random } = start(where, options);
  const features = new Float32Array(2 * samples);
  const targets = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    const { x, y, label } = point(i, random.uniform(), random.uniform());
    const [dx, dy] = random.normals();
    features.set([x + noise * dx, y + noise * dy], 2 * i);
    targets[i] = label;
  }
  const featureNames = ["x", "y"];
  const task = "classification";
  return new Dataset({ features, targets, inputShape: [2], task, classNames, featureNames }, where);
}

/**
 * Points with a quantity each: `target` of inputs that are uniform in [−3, 3).
 * @throws LayerwiseError `invalidArgument`
 */
export function measured(
  where: string,
  options: GeneratorOptions,
  featureNames: readonly ("x" | "y")[],
  target: (x: number, y: number) => number,
): Dataset {
  const { samples, noise, random } = start(where, options);
  const width = featureNames.length;
  const features = new Float32Array(width * samples);
  const targets = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    const [x, y] = [6 * random.uniform() - 3, 6 * random.uniform() - 3];
    features.set([x, y].slice(0, width), width * i);
    targets[i] = target(x, y) + noise * random.normal();
  }
  const inputShape = [width];
  return new Dataset({ features, targets, inputShape, task: "regression", featureNames }, where);
}

/** The point at that angle, in turns, and at a distance from the origin. */
export function polar(radius: number, turns: number, label: number): LabeledPoint {
  const angle = 2 * Math.PI * turns;
  return { x: radius * cos(angle), y: radius * sin(angle), label };
}

/** A radius for u in [0, 1), so that points are uniform by area between two circles. */
export function radiusBetween(inner: number, outer: number, u: number): number {
  return Math.sqrt(inner * inner + u * (outer * outer - inner * inner));
}

/** "ring 1", "ring 2", … */
export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, k) => `${name} ${k + 1}`);
}

function start(where: string, { samples = 500, noise = 0, seed = 0 }: GeneratorOptions) {
  checkInteger(where, "samples", samples, 1, 2 ** 24);
  checkThat(noise >= 0 && noise <= 1e6, where, "noise as a number from 0 to 10^6", noise);
  return { samples, noise, random: new RandomStream(seed, STREAM_DATA) };
}
