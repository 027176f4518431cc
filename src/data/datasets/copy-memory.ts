// The copy memory problem: symbols to be kept over a long delay, then repeated in order.

import { checkInteger, checkName } from "../../options.ts";
import { Dataset } from "../dataset.ts";
import { integerFrom, type SampleOptions, sampleCount, startSamples } from "./samples.ts";
import { checkSteps } from "./sequences.ts";

/** Options of {@link copyMemory}. */
export interface CopyMemoryOptions extends SampleOptions {
  /** Symbols to remember, 1 to 4096. Default 10. */
  readonly length?: number;
  /** Steps from the last symbol to the signal to repeat them, 1 to 4096. Default 50. */
  readonly delay?: number;
  /** Different symbols, 2 to 256. Default 8. */
  readonly symbols?: number;
  /**
   * "oneHot", the default: the inputs [steps, symbols + 2], each target steps × (symbols + 1) numbers,
   * step after step. "codes": the inputs [steps], for an embedding, each target `steps` codes.
   */
  readonly encoding?: "oneHot" | "codes";
}

/**
 * Sequences of delay + 2 · length steps: symbols, blanks, at the step length + delay − 1 the signal to
 * repeat, blanks. The targets are blanks, and the symbols again at the last `length` steps. Code 0 is
 * the blank, 1 … symbols are the symbols, symbols + 1 is the signal, which targets don't have.
 *
 * A data set has one class a sample at most, so that these targets, a class a step, make a
 * regression to it; as one-hot rows they suit categoricalCrossentropy and meanSquaredError. Who
 * remembers nothing has at best a cross-entropy of length · ln(symbols) / steps a step.
 *
 * After Hochreiter & Schmidhuber 1997 in the form of Arjovsky, Shah & Bengio 2016, "Unitary evolution
 * recurrent neural networks".
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function copyMemory(options: CopyMemoryOptions = {}): Dataset {
  const where = "copyMemory";
  const random = startSamples(where, options, ["length", "delay", "symbols", "encoding"]);
  const length = checkSteps(where, "length", options.length ?? 10, 1);
  const delay = checkSteps(where, "delay", options.delay ?? 50, 1);
  const symbols = checkInteger(where, "symbols", options.symbols ?? 8, 2, 256);
  const encoding = options.encoding ?? "oneHot";
  const oneHot = checkName(where, "encoding", encoding, ["oneHot", "codes"]) === "oneHot";
  const steps = delay + 2 * length;
  const [inputs, outputs] = oneHot ? [symbols + 2, symbols + 1] : [1, 1];
  const samples = sampleCount(where, options, steps * inputs);
  const features = new Float32Array(samples * steps * inputs);
  const targets = new Float32Array(samples * steps * outputs);
  const write = (array: Float32Array, width: number, step: number, code: number) => {
    if (oneHot) array[step * width + code] = 1;
    else array[step] = code;
  };
  for (let i = 0; i < samples; i++) {
    const codes = Array.from({ length }, () => integerFrom(random, 1, symbols));
    for (let step = 0; step < steps; step++) {
      const isSignal = step === length + delay - 1;
      write(features, inputs, i * steps + step, codes[step] ?? (isSignal ? symbols + 1 : 0));
      write(targets, outputs, i * steps + step, codes[step - (steps - length)] ?? 0);
    }
  }
  const inputShape = oneHot ? [steps, inputs] : [steps];
  return new Dataset({ features, targets, inputShape, task: "regression" }, where);
}
