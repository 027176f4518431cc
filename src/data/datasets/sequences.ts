// What sequences of different lengths share: how long they are, and how they are padded. A step that is
// padding is all 0, which is what a masking layer leaves out by default; symbols are never all 0.

import { checkInteger } from "../../options.ts";
import type { SampleOptions } from "./samples.ts";

/** Options of sequences of different lengths. */
export interface PaddedOptions extends SampleOptions {
  /** Steps of the shortest sequence. */
  readonly minLength?: number;
  /** Steps of the longest sequence, at most 4096. */
  readonly maxLength?: number;
  /**
   * Steps of every sample: zeros follow the sequence. Default: `maxLength`. Give it to test a model on
   * sequences longer than those it has learned from.
   */
  readonly steps?: number;
}

/** The keys of {@link PaddedOptions} that are not those of all samples. */
export const PADDED_KEYS = ["minLength", "maxLength", "steps"] as const;

/** @throws LayerwiseError `invalidArgument` */
export function checkLengths(
  where: string,
  options: PaddedOptions,
  shortest: number,
  standard: number,
): Required<Pick<PaddedOptions, (typeof PADDED_KEYS)[number]>> {
  const maxLength = checkSteps(where, "maxLength", options.maxLength ?? standard, shortest);
  const smallest = options.minLength ?? shortest;
  const minLength = checkInteger(where, "minLength", smallest, shortest, maxLength);
  const steps = checkSteps(where, "steps", options.steps ?? maxLength, maxLength);
  return { minLength, maxLength, steps };
}

/** @throws LayerwiseError `invalidArgument` unless it is an integer from `least` to 4096 */
export function checkSteps(where: string, name: string, value: number, least: number): number {
  return checkInteger(where, name, value, least, 4096);
}
