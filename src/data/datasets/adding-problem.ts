// The adding problem: two numbers far apart, to be found and added.

import { Dataset } from "../dataset.ts";
import { integerFrom, type SampleOptions, sampleCount, startSamples } from "./samples.ts";
import { checkSteps } from "./sequences.ts";

/** Options of {@link addingProblem}. */
export interface AddingProblemOptions extends SampleOptions {
  /** Steps, 2 to 4096. Default 50. */
  readonly length?: number;
}

/**
 * Regression, [length, 2]: at every step a number uniform in [0, 1], and a marker, which is 1 at one
 * step of the first half and at one of the second, elsewhere 0. The target is the sum of the two marked
 * numbers. Who always answers 1 has the mean squared error 1/6.
 *
 * After Hochreiter & Schmidhuber 1997, "Long short-term memory", in the form of Le, Jaitly & Hinton
 * 2015, "A simple way to initialize recurrent networks of rectified linear units".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function addingProblem(options: AddingProblemOptions = {}): Dataset {
  const where = "addingProblem";
  const random = startSamples(where, options, ["length"]);
  const length = checkSteps(where, "length", options.length ?? 50, 2);
  const samples = sampleCount(where, options, 2 * length);
  const features = new Float32Array(samples * length * 2);
  const targets = new Float32Array(samples);
  const half = Math.floor(length / 2);
  for (let i = 0; i < samples; i++) {
    const row = features.subarray(i * length * 2, (i + 1) * length * 2);
    for (let step = 0; step < length; step++) row[2 * step] = random.uniform();
    let sum = 0;
    for (const step of [integerFrom(random, 0, half - 1), integerFrom(random, half, length - 1)]) {
      row[2 * step + 1] = 1;
      sum += row[2 * step] as number;
    }
    targets[i] = sum;
  }
  return new Dataset({ features, targets, inputShape: [length, 2], task: "regression" }, where);
}
