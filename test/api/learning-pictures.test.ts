// Pictures are learned: a small convolutional network tells drawn digits apart. The longer runs, with their
// bars, are in bench/learning.

import { expect, test } from "vitest";
import {
  adam,
  conv2d,
  datasets,
  dense,
  flatten,
  maxPooling2d,
  sequential,
} from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";

/** The bounds-checked kernel is slow. */
const checked = kernelName === "check";

test.skipIf(checked)(
  "a convolutional network tells 95 % of digits that it has not seen",
  async () => {
    const train = datasets.digits({ samples: 1500, seed: 1 });
    const held = datasets.digits({ samples: 500, seed: 2 });
    const model = await sequential({
      inputShape: train.inputShape,
      seed: 1,
      layers: [
        conv2d({ filters: 12, kernelSize: 5, strides: 2, activation: "relu" }),
        conv2d({ filters: 24, kernelSize: 3, activation: "relu" }),
        maxPooling2d(),
        flatten(),
        dense(48, "relu"),
        dense(10, "softmax"),
      ],
    });
    model.compile({
      optimizer: adam({ learningRate: 0.003 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    await model.fit(train, { epochs: 6, batchSize: 32 });
    expect((await model.evaluate(held)).accuracy).toBeGreaterThanOrEqual(0.95);
    model.dispose();
  },
);
