// One bit of memory: the parity of at most 12 bits, learned from the answer for whole sequences alone, must
// hold for 50 bits.

import { adam, datasets, dense, gru, masking, sequential } from "layerwise";
import { agreement, atLeast, engine, using } from "./common.js";

export const name = "parity";

const SEEDS = [1, 2, 3];
/** Errors add up over 50 steps: the answers for 12 are right long before those for 50 are. */
const EPOCHS = 100;

export async function run() {
  const rows = [];
  for (const seed of SEEDS) {
    const accuracy = await learn(seed);
    rows.push(atLeast(`accuracy at 50 bits, trained on ≤ 12, seed ${seed}`, accuracy, 0.99));
  }
  return rows;
}

const layers = () => [
  masking(),
  gru({ units: 16, name: "memory" }),
  dense({ units: 1, activation: "sigmoid", name: "odd" }),
];

async function learn(seed) {
  const train = datasets.parity({ samples: 4000, seed, maxLength: 12 });
  const test = datasets.parity({ samples: 2000, seed: 100 + seed, minLength: 50, maxLength: 50 });
  const short = sequential({ inputShape: [12, 1], seed, engine, layers: layers() });
  const weights = await using(short, async (model) => {
    model.compile({
      optimizer: adam({ learningRate: 0.01, globalClipNorm: 1 }),
      loss: "binaryCrossentropy",
    });
    await model.fit(train, { epochs: EPOCHS, batchSize: 32 });
    return model.getWeights();
  });
  const long = sequential({ inputShape: [50, 1], seed, engine, layers: layers() });
  return using(long, async (model) => {
    model.setWeights(weights);
    const { data } = await model.predict(test);
    return agreement(
      data.map((it) => Math.round(it)),
      test.labels(),
    );
  });
}
