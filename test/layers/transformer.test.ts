// A small transformer of the public layers, as a graph: it learns as PyTorch's does.

import { describe, expect, test } from "vitest";
import {
  add,
  dense,
  flatten,
  input,
  type Model,
  model,
  multiHeadAttention,
  positionEmbedding,
  sgd,
} from "../../src/index.ts";
import * as golden from "../support/golden/attention.ts";

/** x + positions; h + attention(h); h + narrow(wide(h)); head. */
function transformer(useCausalMask: boolean): Promise<Model> {
  const { steps, features, numHeads, keyDim, hidden, outputs } = golden;
  const x = input({ shape: [steps, features] });
  const h = positionEmbedding({ name: "positions" }).apply(x);
  const seen = multiHeadAttention({ numHeads, keyDim, useCausalMask, name: "attention" }).apply(h);
  const around = add().apply(h, seen);
  const wide = dense({ units: hidden, activation: "relu", name: "wide" }).apply(around);
  const narrow = dense({ units: features, name: "narrow" }).apply(wide);
  const all = flatten().apply(add().apply(around, narrow));
  const head = dense({ units: outputs, name: "head" }).apply(all);
  return model({ inputs: x, outputs: head, seed: 1 });
}

describe("a transformer of one block", () => {
  for (const causal of [false, true]) {
    test(`has the losses that PyTorch has${causal ? ", causal" : ""}`, async () => {
      using model = await transformer(causal);
      model.setWeights(golden.weights());
      const optimizer = sgd({ learningRate: golden.learningRate });
      model.compile({ optimizer, loss: "meanSquaredError" });
      const { x, t } = golden.data();
      const losses: number[] = [];
      await model.fit(
        { x, y: t },
        {
          batchSize: golden.samples,
          epochs: 20,
          shuffle: false,
          callbacks: { onBatchEnd: (_, { loss = Number.NaN }) => void losses.push(loss) },
        },
      );
      expect(losses).toBeNear(causal ? golden.losses.causal : golden.losses.full, {
        relative: 1e-4,
      });
    });
  }
});
