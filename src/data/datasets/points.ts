// What all generated data sets share: their options, and the loop that turns four random words into one
// point. Same options, same bits in every engine; the first n points don't depend on how many follow.

import { STREAM_DATA } from "../../../assembly/abi.ts";
import { fail } from "../../errors.ts";
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

/** Keys of {@link GeneratorOptions}. */
export const SHARED_OPTIONS: readonly (keyof GeneratorOptions)[] = ["samples", "noise", "seed"];

/** A point of the plane before the noise, and its class. */
export interface LabeledPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
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
    features[2 * i] = x + noise * random.normal();
    features[2 * i + 1] = y + noise * random.normal();
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
    const point = [6 * random.uniform() - 3, 6 * random.uniform() - 3] as const;
    for (let c = 0; c < width; c++) features[width * i + c] = point[c] ?? 0;
    targets[i] = target(...point) + noise * random.normal();
    random.word(); // four words a point, as for classes
  }
  const inputShape = [width];
  return new Dataset({ features, targets, inputShape, task: "regression", featureNames }, where);
}

/**
 * `value`, or its default.
 * @throws LayerwiseError `invalidArgument` unless it is an integer from `least` to `most`
 */
export function integerOption(
  where: string,
  value: number | undefined,
  { standard, least, most }: { standard: number; least: number; most: number },
): number {
  const result = value ?? standard;
  if (!(Number.isInteger(result) && result >= least && result <= most)) {
    const required = `an integer from ${least} to ${most}`;
    throw fail("invalidArgument", { where, required, got: result });
  }
  return result;
}

/** A radius for u in [0, 1), so that points are uniform by area between two circles. */
export function radiusBetween(inner: number, outer: number, u: number): number {
  return Math.sqrt(inner * inner + u * (outer * outer - inner * inner));
}

function start(where: string, options: GeneratorOptions) {
  const limits = { standard: 500, least: 1, most: 2 ** 24 };
  const samples = integerOption(`${where}: samples`, options.samples, limits);
  const { noise = 0, seed = 0 } = options;
  if (!(noise >= 0 && noise <= 1e6)) {
    const at = `${where}: noise`;
    throw fail("invalidArgument", { where: at, required: "a number from 0 to 10^6", got: noise });
  }
  return { samples, noise, random: new RandomStream(seed, STREAM_DATA) };
}
