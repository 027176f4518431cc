// A hundred labels and many pictures without: does greedy pretraining help? The same network from the same
// seeds, its layers started at random, as Boltzmann machines, and as denoising autoencoders. A report,
// whatever it says.

import { adam, datasets, dense, flatten, greedyPretraining, sequential } from "layerwise";
import { deviation, engine, mean, report, using } from "./common.js";

export const name = "pretraining";

const SEEDS = [1, 2, 3, 4, 5];
const WIDTHS = [128, 64];
const STARTS = {
  "at random": async () => random("sigmoid"),
  "at random, relu instead of sigmoid": async () => random("relu"),
  "as Boltzmann machines": (data, seed) =>
    pretrained({ data, seed, method: "rbm", epochs: 20, batchSize: 20 }),
  "as autoencoders": (data, seed) =>
    pretrained({
      data,
      seed,
      method: "autoencoder",
      epochs: 20,
      batchSize: 20,
      corruption: 0.2,
      reconstruction: "sigmoid",
    }),
};

const random = (f) => [flatten(), ...WIDTHS.map((units) => dense(units, f))];

async function pretrained(options) {
  return (await greedyPretraining({ ...options, layers: WIDTHS, engine })).layers;
}

export async function run() {
  const test = datasets.digits({ samples: 2000, seed: 1000, size: 16 });
  const accuracies = Object.fromEntries(Object.keys(STARTS).map((start) => [start, []]));
  for (const seed of SEEDS) {
    const unlabeled = datasets.digits({ samples: 4000, seed: 100 + seed, size: 16 });
    const labeled = unlabeled.take(100);
    for (const [start, layersFor] of Object.entries(STARTS)) {
      const layers = await layersFor(unlabeled, seed);
      accuracies[start].push(await tune(layers, labeled, test, seed));
    }
  }
  return Object.entries(accuracies).map(([start, list]) =>
    report(
      `accuracy, 100 labels, layers started ${start}`,
      `${percent(mean(list))} ± ${percent(deviation(list))} (${list.map(percent).join(", ")})`,
    ),
  );
}

function tune(layers, labeled, test, seed) {
  const all = [...layers, dense({ units: 10, activation: "softmax", name: "digit" })];
  const { inputShape } = labeled;
  return using(sequential({ inputShape, seed, engine, layers: all }), async (model) => {
    model.compile({
      optimizer: adam({ learningRate: 0.002 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    await model.fit(labeled, { epochs: 200, batchSize: 20 });
    return (await model.evaluate(test)).accuracy;
  });
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
