// Training against losses recorded from PyTorch: the same data, weights and batches, step by step.

import { describe, expect, test } from "vitest";
import {
  adam,
  type CompileOptions,
  dense,
  rmsprop,
  type Sequential,
  sequential,
  sgd,
  type TrainingData,
} from "../../src/index.ts";
import * as small from "../support/golden/mlp-2-8-8-1.ts";
import * as large from "../support/golden/mlp-784-32-10.ts";

/** Each batch's loss over whole epochs until there are 20. */
async function lossesOf(
  model: Sequential,
  data: TrainingData,
  batchSize: number,
  options: CompileOptions,
): Promise<number[]> {
  model.compile(options);
  const losses: number[] = [];
  while (losses.length < 20) {
    await model.fit(data, {
      batchSize,
      shuffle: false,
      callbacks: { onBatchEnd: (_, { loss = Number.NaN }) => void losses.push(loss) },
    });
  }
  return losses;
}

function named(weights: readonly { readonly weight: Float32Array; readonly bias: Float32Array }[]) {
  return Object.fromEntries(
    weights.flatMap(({ weight, bias }, i) => [
      [`dense_${i + 1}.weight`, weight],
      [`dense_${i + 1}.bias`, bias],
    ]),
  );
}

describe("784-32-10, relu, softmax crossentropy, batch 64", () => {
  const model = async () => {
    const it = await sequential({
      inputShape: [784],
      layers: [dense(32, "relu"), dense(10, "softmax")],
    });
    it.setWeights(named(large.weights()));
    return it;
  };
  const { x, labels, oneHot } = large.data();
  const { sgd: sgdOptions, adam: adamOptions } = large.hyper;

  test("20 SGD steps have the losses that PyTorch has", async () => {
    const options = { optimizer: sgd(sgdOptions), loss: "sparseCategoricalCrossentropy" } as const;
    const losses = await lossesOf(await model(), { x, y: labels }, large.batchSize, options);
    expect(losses).toBeNear(large.losses.sgd, { relative: 1e-4 });
  });
  test("20 Adam steps have the losses that PyTorch has", async () => {
    const options = {
      optimizer: adam(adamOptions),
      loss: "sparseCategoricalCrossentropy",
    } as const;
    const losses = await lossesOf(await model(), { x, y: labels }, large.batchSize, options);
    expect(losses).toBeNear(large.losses.adam, { relative: 1e-4 });
  });
  test("one-hot targets have the same losses as class indices", async () => {
    const options = { optimizer: sgd(sgdOptions), loss: "categoricalCrossentropy" } as const;
    const losses = await lossesOf(await model(), { x, y: oneHot }, large.batchSize, options);
    expect(losses).toBeNear(large.losses.sgd, { relative: 1e-4 });
  });
});

describe("2-8-8-1, tanh, sigmoid, binary crossentropy, batch 10", () => {
  const model = async () => {
    const layers = [dense(8, "tanh"), dense(8, "tanh"), dense(1, "sigmoid")];
    const it = await sequential({ inputShape: [2], layers });
    it.setWeights(named(small.weights()));
    return it;
  };
  const { x, t } = small.data();

  test("20 steps of SGD with Nesterov's momentum have the losses that PyTorch has", async () => {
    const optimizer = sgd({ ...small.hyper.sgd, nesterov: true });
    const options = { optimizer, loss: "binaryCrossentropy" } as const;
    const losses = await lossesOf(await model(), { x, y: t }, small.batchSize, options);
    expect(losses).toBeNear(small.losses.sgd, { relative: 1e-4 });
  });
  test("20 steps of RMSprop have the losses that PyTorch has", async () => {
    const options = {
      optimizer: rmsprop(small.hyper.rmsprop),
      loss: "binaryCrossentropy",
    } as const;
    const losses = await lossesOf(await model(), { x, y: t }, small.batchSize, options);
    expect(losses).toBeNear(small.losses.rmsprop, { relative: 1e-4 });
  });
});
