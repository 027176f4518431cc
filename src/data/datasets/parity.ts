// The parity of bits: one bit of memory, of which every step may change the answer.

import { Dataset } from "../dataset.ts";
import { integerFrom, sampleCount, startSamples } from "./samples.ts";
import { checkLengths, PADDED_KEYS, type PaddedOptions } from "./sequences.ts";

/** Options of {@link parity}. */
export interface ParityOptions extends PaddedOptions {
  /** Default 1. */
  readonly minLength?: number;
  /** Default 16. */
  readonly maxLength?: number;
}

/**
 * Sequences of bits, [steps, 1]: −1 is a zero, 1 is a one, 0 is padding, at the end. The class says
 * whether the number of ones is odd; the classes take turns. Lengths are uniform from `minLength` to
 * `maxLength`, the bits of each length uniform among those of their parity.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function parity(options: ParityOptions = {}): Dataset {
  const where = "parity";
  const random = startSamples(where, options, PADDED_KEYS);
  const { minLength, maxLength, steps } = checkLengths(where, options, 1, 16);
  const samples = sampleCount(where, options, steps);
  const features = new Float32Array(samples * steps);
  const targets = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    const length = integerFrom(random, minLength, maxLength);
    let odd = 0;
    for (let step = 0; step < length; step++) {
      // The last bit makes the parity that it is this class's turn to have.
      const bit = step < length - 1 ? random.word() & 1 : odd ^ (i & 1);
      features[i * steps + step] = 2 * bit - 1;
      odd ^= bit;
    }
    targets[i] = i & 1;
  }
  const inputShape = [steps, 1];
  const classNames = ["even", "odd"];
  return new Dataset({ features, targets, inputShape, task: "classification", classNames }, where);
}
