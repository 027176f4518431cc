// Sine curves to be continued: the simplest time series whose next values the last ones determine.

import { sin } from "../../portable-math.ts";
import { Dataset } from "../dataset.ts";
import {
  checkNoise,
  noiseStream,
  type SampleOptions,
  sampleCount,
  startSamples,
} from "./samples.ts";
import { checkSteps } from "./sequences.ts";

/** Options of {@link sineContinuation}. */
export interface SineContinuationOptions extends SampleOptions {
  /** Steps that are given, 1 to 4096. Default 32. */
  readonly length?: number;
  /** Steps to tell, 1 to 4096. Default 1. */
  readonly ahead?: number;
  /** Standard deviation of the Gaussian noise of the given steps; the targets have none. Default 0. */
  readonly noise?: number;
}

/**
 * Regression: the first `length` steps of a sine curve, [length, 1], and as the target the next `ahead`
 * ones. Each curve has an amplitude uniform in [½, 1), a phase, and a period of 8 to 32 steps, uniform
 * by frequency.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function sineContinuation(options: SineContinuationOptions = {}): Dataset {
  const where = "sineContinuation";
  const random = startSamples(where, options, ["length", "ahead", "noise"]);
  const length = checkSteps(where, "length", options.length ?? 32, 1);
  const ahead = checkSteps(where, "ahead", options.ahead ?? 1, 1);
  const noise = checkNoise(where, options.noise ?? 0);
  const samples = sampleCount(where, options, Math.max(length, ahead));
  const features = new Float32Array(samples * length);
  const targets = new Float32Array(samples * ahead);
  const noises = noiseStream(options);
  for (let i = 0; i < samples; i++) {
    const amplitude = 0.5 + 0.5 * random.uniform();
    const frequency = 1 / 32 + (1 / 8 - 1 / 32) * random.uniform();
    const phase = random.uniform();
    const at = (step: number) => {
      const turns = phase + frequency * step;
      return amplitude * sin(2 * Math.PI * (turns - Math.floor(turns)));
    };
    for (let step = 0; step < length; step++) {
      features[i * length + step] = at(step) + (noise > 0 ? noise * noises.normal() : 0);
    }
    for (let step = 0; step < ahead; step++) targets[i * ahead + step] = at(length + step);
  }
  return new Dataset({ features, targets, inputShape: [length, 1], task: "regression" }, where);
}
