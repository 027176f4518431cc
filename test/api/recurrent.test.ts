// Models with a memory, as users build them: trained like PyTorch trains them, saved, learning.

import { describe, expect, test } from "vitest";
import {
  adam,
  bidirectional,
  dense,
  embedding,
  gru,
  loadModel,
  lstm,
  masking,
  sequential,
  sgd,
  simpleRNN,
  timeDistributed,
} from "../../src/index.ts";
import * as golden from "../support/golden/recurrent.ts";

describe("20 SGD steps have the losses that PyTorch has", () => {
  for (const [type, layer] of [
    ["lstm", lstm],
    ["gru", gru],
  ] as const) {
    test(`embedding, ${type}, dense`, async () => {
      const { steps, features, units, batch, learningRate } = golden;
      const model = await sequential({
        inputShape: [steps],
        layers: [embedding({ inputDim: 7, outputDim: features }), layer({ units }), dense(1)],
      });
      model.setWeights(golden.weights(type));
      model.compile({ optimizer: sgd({ learningRate }), loss: "meanSquaredError" });
      const { history } = await model.fit(golden.data(), { batchSize: batch, epochs: 20 });
      expect(history.loss).toBeNear(golden.losses[type], { relative: 1e-4 });
      model.dispose();
    });
  }
});

test("a saved model is the same model again", async () => {
  const model = await sequential({
    inputShape: [5, 3],
    layers: [
      masking(),
      bidirectional(lstm({ units: 3, returnSequences: true, dropout: 0.5 })),
      timeDistributed(dense(4, "relu")),
      gru({ units: 5, returnSequences: true, goBackwards: true }),
      simpleRNN({ units: 2 }),
    ],
  });
  const x = Array.from({ length: 3 }, (_, s) =>
    Array.from({ length: 5 }, (_, t) => [0, 1, 2].map((f) => (t > s ? 0 : Math.sin(s + t + f)))),
  );
  const before = await model.predict(x);
  const again = await loadModel(await model.save());
  expect((await again.predict(x)).data).toEqual(before.data);
  expect(again.summary()).toEqual(model.summary());
  model.dispose();
  again.dispose();
});

test("a gru learns the parity of up to 6 bits", async () => {
  const [x, y]: [number[][][], number[][]] = [[], []];
  const steps = 6;
  for (let length = 1; length <= steps; length++) {
    for (let bits = 0; bits < 2 ** length; bits++) {
      const digits = Array.from({ length }, (_, i) => (bits >> i) & 1);
      // What fills up a sequence counts for nothing.
      x.push(Array.from({ length: steps }, (_, i) => [i < length ? 2 * (digits[i] ?? 0) - 1 : 0]));
      y.push([digits.reduce((sum, it) => sum + it, 0) % 2]);
    }
  }
  const model = await sequential({
    inputShape: [steps, 1],
    layers: [masking(), gru({ units: 16 }), dense(1, "sigmoid")],
    seed: 1,
  });
  const optimizer = adam({ learningRate: 0.02 });
  model.compile({ optimizer, loss: "binaryCrossentropy", metrics: ["accuracy"] });
  await model.fit({ x, y }, { batchSize: 32, epochs: 60 });
  expect((await model.evaluate({ x, y })).accuracy).toBe(1);
  model.dispose();
});
