// Sequences are learned: a network with one bit of memory. The longer runs, with their bars, are in
// bench/learning.

import { expect, test } from "vitest";
import { adam, datasets, dense, gru, masking, sequential } from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";

/** The bounds-checked kernel is slow. */
const checked = kernelName === "check";

test.skipIf(checked)("a gru learns the parity of up to 6 bits, and it holds for 12", async () => {
  const layers = () => [
    masking(),
    gru({ units: 12, name: "memory" }),
    dense({ units: 1, activation: "sigmoid", name: "odd" }),
  ];
  const make = (steps: number) => sequential({ inputShape: [steps, 1], seed: 1, layers: layers() });
  const [short, long] = [await make(6), await make(12)];
  for (const model of [short, long]) {
    model.compile({
      optimizer: adam({ learningRate: 0.01 }),
      loss: "binaryCrossentropy",
      metrics: ["accuracy"],
    });
  }
  await short.fit(datasets.parity({ samples: 1000, seed: 1, maxLength: 6 }), { epochs: 40 });
  long.setWeights(short.getWeights());
  const held = datasets.parity({ samples: 500, seed: 2, minLength: 7, maxLength: 12 });
  expect((await long.evaluate(held)).accuracy).toBeGreaterThanOrEqual(0.99);
  for (const model of [short, long]) model.dispose();
});
