// What pictures and sequences share: how many samples, and which random numbers they are made of. Same
// options, same bits in every engine; the first n samples don't depend on how many follow.

import { STREAM_DATA } from "../../../assembly/abi.ts";
import { checkInteger, checkOptions, checkThat } from "../../options.ts";
import { RandomStream, subStream } from "../../random.ts";

/** Options of every generated set of pictures or sequences. */
export interface SampleOptions {
  /** How many. Default 500. */
  readonly samples?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Checks the options' keys, `own` being those of the maker, and the seed.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function startSamples(
  where: string,
  options: SampleOptions,
  own: readonly string[],
): RandomStream {
  checkOptions(where, options, ["samples", "seed", ...own]);
  return new RandomStream(options.seed ?? 0, STREAM_DATA);
}

/**
 * The number of samples of `width` floats each: an array of all must not exceed 4 GiB.
 * @throws LayerwiseError `invalidArgument`
 */
export function sampleCount(where: string, { samples = 500 }: SampleOptions, width: number) {
  return checkInteger(where, "samples", samples, 1, Math.floor(2 ** 30 / width));
}

/** @throws LayerwiseError `invalidArgument` unless `noise` is a number from 0 to 10 */
export function checkNoise(where: string, noise: number): number {
  checkThat(noise >= 0 && noise <= 10, where, "noise as a number from 0 to 10", noise);
  return noise;
}

/**
 * The random numbers of the noise: a stream of its own, so that the samples beneath are the same
 * whatever the noise is.
 */
export function noiseStream({ seed = 0 }: SampleOptions): RandomStream {
  return new RandomStream(seed, subStream(STREAM_DATA, 1));
}

/** An integer from `from` to `to`, from one word. */
export function integerFrom(random: RandomStream, from: number, to: number): number {
  return from + Math.floor(random.uniform() * (to - from + 1));
}
