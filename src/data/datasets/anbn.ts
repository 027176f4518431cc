// aⁿbⁿ: as many b as a, and all after them. The simplest language for which no finite memory is enough.

import { checkThat } from "../../options.ts";
import { Dataset } from "../dataset.ts";
import { integerFrom, sampleCount, startSamples } from "./samples.ts";
import { checkLengths, PADDED_KEYS, type PaddedOptions } from "./sequences.ts";

/** Options of {@link anbn}. */
export interface AnbnOptions extends PaddedOptions {
  /** Default 2. Words have even lengths. */
  readonly minLength?: number;
  /** Default 16. */
  readonly maxLength?: number;
}

/**
 * Words of a and b, [steps, 2]: a is [1, 0], b is [0, 1], padding is [0, 0], at the end. Class 1 is
 * aⁿbⁿ, with n uniform; class 0, in turns with it, another word of the same length: aᵏbᵐ with k ≠ m,
 * or aⁿbⁿ with one a and one b exchanged. So neither the length nor the last letters tell them apart.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function anbn(options: AnbnOptions = {}): Dataset {
  const where = "anbn";
  const random = startSamples(where, options, PADDED_KEYS);
  const { minLength, maxLength, steps } = checkLengths(where, options, 2, 16);
  const samples = sampleCount(where, options, 2 * steps);
  const features = new Float32Array(samples * steps * 2);
  const targets = new Float32Array(samples);
  const longest = Math.floor(maxLength / 2);
  const shortest = Math.ceil(minLength / 2);
  const range = `${minLength} to ${maxLength}`;
  checkThat(shortest <= longest, where, "an even length from minLength to maxLength", range);
  for (let i = 0; i < samples; i++) {
    const n = integerFrom(random, shortest, longest);
    const isWord = (i & 1) === 1;
    // How many a come first, before two letters change places.
    let as = n;
    let exchanged: readonly number[] = [];
    // Of the words of two letters only "ba" is another one with both.
    if (!isWord && n > 1 && (i & 2) === 0) {
      as = integerFrom(random, 1, 2 * n - 2);
      if (as >= n) as++;
    } else if (!isWord) {
      exchanged = [integerFrom(random, 0, n - 1), integerFrom(random, n, 2 * n - 1)];
    }
    for (let step = 0; step < 2 * n; step++) {
      const isA = step < as !== exchanged.includes(step);
      features[2 * (i * steps + step) + (isA ? 0 : 1)] = 1;
    }
    targets[i] = i & 1;
  }
  const inputShape = [steps, 2];
  const classNames = ["another word", "aⁿbⁿ"];
  return new Dataset({ features, targets, inputShape, task: "classification", classNames }, where);
}
