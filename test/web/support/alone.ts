// The page's default network trained by the library alone, in Node: what the page must agree with to the bit.

import { createHash } from "node:crypto";
import { adam, datasets, dense, type Sequential, type Split, sequential } from "layerwise";
import { defaultSettings } from "../../../web/src/recipe.ts";

export interface Alone {
  readonly model: Sequential;
  readonly split: Split;
  /** Trains up to a step. */
  to(step: number): Promise<void>;
  /** SHA-256 of all weights, in hex. */
  hash(): string;
}

export async function trainedAlone({ seed = defaultSettings.seed } = {}): Promise<Alone> {
  const { data, layers, optimizer, batchSize } = defaultSettings;
  const { samples, noise, seed: dataSeed, trainShare } = data;
  const split = datasets
    .circles({ samples, noise, seed: dataSeed, classes: 2 })
    .split({ fraction: trainShare, seed: dataSeed });
  const model = await sequential({
    inputShape: [2],
    seed,
    layers: [
      ...layers.map(({ units, activation }) => dense(units, activation)),
      dense(1, "sigmoid"),
    ],
  });
  const { learningRate } = optimizer;
  model.compile({ optimizer: adam({ learningRate }), loss: "binaryCrossentropy" });
  let done = 0;
  return {
    model,
    split,
    async to(step) {
      await model.step(step - done, done === 0 ? { data: split.train, batchSize } : {});
      done = step;
    },
    hash() {
      const sum = createHash("sha256");
      for (const { data } of Object.values(model.getWeights())) sum.update(Float32Array.from(data));
      return sum.digest("hex");
    },
  };
}
