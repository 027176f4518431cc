// Cross-entropy behind a softmax: the loss of a model that is a softmax and nothing else.

import { activation, input, model } from "../../../src/index.ts";
import { elementCount } from "../../../src/shape.ts";
import { type Call, type Convert, note, Skip } from "../call.ts";
import { axesLast, type Floats, floats, shaped, transpose } from "../floats.ts";

/** So many losses are asked for one by one. */
const MOST = 1000;

interface Samples {
  /** Scores [samples, classes]. */
  readonly x: Floats;
  readonly labels: Float32Array;
  /** Of each sample: its class's, or 0 if that is to be ignored. */
  readonly weights: Float32Array;
  /** [n, …], as the losses stand. */
  readonly shape: readonly number[];
}

function samplesOf(call: Call): Samples {
  const scores = call.floats(0);
  const classes = scores.shape[1] as number;
  const rows = transpose(scores, axesLast(scores.shape.length, [1]));
  const ignored = call.has("ignore_index") ? call.integer("ignore_index", 0) : undefined;
  const given = call.integers(1) ?? [];
  const ofClass = call.optional(2)?.data;
  const weights = given.map((it) => (it === ignored ? 0 : (ofClass?.[it] ?? 1)));
  return {
    x: shaped(rows, [scores.data.length / classes, classes]),
    labels: Float32Array.from(given, (it) => (it === ignored ? 0 : it)),
    weights: Float32Array.from(weights),
    shape: rows.shape.slice(0, -1),
  };
}

/** Of all samples the mean loss, or of each its own. */
async function lossesOf({ x, labels, weights }: Samples, each: boolean): Promise<Float32Array> {
  const [samples = 1, classes = 1] = x.shape;
  const one = input({ shape: [classes] });
  const net = await model({ inputs: one, outputs: activation("softmax").apply(one) });
  note(net);
  try {
    net.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const size = each ? 1 : samples;
    const results: number[] = [];
    for (let at = 0; at < samples; at += size) {
      const { loss } = await net.evaluate({
        x: x.data.subarray(at * classes, (at + size) * classes),
        y: labels.subarray(at, at + size),
        sampleWeight: weights.subarray(at, at + size),
      });
      results.push(loss as number);
    }
    return Float32Array.from(results);
  } finally {
    net.dispose();
  }
}

export const losses: Readonly<Record<string, Convert>> = {
  async SoftmaxCrossEntropyLoss(call) {
    const samples = samplesOf(call);
    const reduction = call.text("reduction", "mean");
    const count = elementCount(samples.shape);
    if (reduction === "none") {
      if (count > MOST)
        throw new Skip(`more than ${MOST} losses: ours is the mean of the samples'`);
      return [floats(samples.shape, await lossesOf(samples, true))];
    }
    // Ours is Σ weight · loss / samples; theirs is not divided, or by Σ weight.
    const [mean = Number.NaN] = await lossesOf(samples, false);
    const total = samples.weights.reduce((sum, it) => sum + it, 0);
    const divisor = reduction === "sum" ? 1 : total;
    return [floats([], Float32Array.of((mean * count) / divisor))];
  },
};
