// Digits by small convolutional networks: drawn ones, and those that people have written.

import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  adam,
  conv2d,
  cosineDecay,
  datasets,
  dense,
  dropout,
  flatten,
  fromArrays,
  fromCSV,
  maxPooling2d,
  randomTranslation,
  sequential,
} from "layerwise";
import { atLeast, engine, report, using } from "./common.js";

export const name = "digits";

/**
 * scikit-learn's, from the UCI repository: 1,797 rows of 8 × 8 pixels, 0 to 16, and the digit. Not part of
 * the project: where there is no such file, that row is skipped.
 */
const WRITTEN =
  process.env.DIGITS ?? new URL("../../../shared/data/digits.csv.gz", import.meta.url);

export async function run() {
  return [await drawn(), await written()];
}

async function drawn() {
  const train = datasets.digits({ samples: 4000, seed: 1 });
  const test = datasets.digits({ samples: 2000, seed: 2 });
  const layers = [
    conv2d({ filters: 12, kernelSize: 5, strides: 2, activation: "relu" }),
    conv2d({ filters: 24, kernelSize: 3, activation: "relu" }),
    maxPooling2d(),
    flatten(),
    dropout(0.3),
    dense(64, "relu"),
    dense(10, "softmax"),
  ];
  const accuracy = await learn(layers, train, test, 10);
  return atLeast("accuracy on 2,000 drawn digits of another seed", accuracy, 0.98);
}

async function written() {
  if (!existsSync(WRITTEN)) return report("accuracy on 360 written digits", "skipped: no file");
  const table = fromCSV(gunzipSync(readFileSync(WRITTEN)).toString());
  const { train, test } = fromArrays({
    features: table.features.map((it) => it / 16),
    targets: table.targets,
    inputShape: [8, 8, 1],
    classes: 10,
  }).split({ fraction: 0.8, seed: 1 });
  const layers = [
    randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }),
    conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
    conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
    maxPooling2d(),
    flatten(),
    dropout(0.3),
    dense(64, "relu"),
    dense(10, "softmax"),
  ];
  const accuracy = await learn(layers, train, test, 30);
  return atLeast(`accuracy on ${test.samples} written digits held out`, accuracy, 0.98);
}

function learn(layers, train, test, epochs) {
  const { inputShape } = train;
  return using(sequential({ inputShape, seed: 1, engine, layers }), async (model) => {
    const steps = epochs * Math.ceil(train.samples / 32);
    model.compile({
      optimizer: adam({
        learningRate: cosineDecay({ initialLearningRate: 0.002, decaySteps: steps }),
      }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    await model.fit(train, { epochs, batchSize: 32 });
    return (await model.evaluate(test)).accuracy;
  });
}
