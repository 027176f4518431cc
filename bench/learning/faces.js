// Units that answer to one part of a face only: in a network that has learned to tell which parts are there,
// and in one that has learned to tell noses apart. A unit's d′ for a part: how far its answers to that part
// alone are from those to the other part alone that it answers to most, in deviations of the answers.

import {
  adam,
  conv2d,
  datasets,
  dense,
  flatten,
  fromArrays,
  maxPooling2d,
  sequential,
} from "layerwise";
import { atLeast, deviation, engine, mean, report, using } from "./common.js";

export const name = "faces";

const PARTS = ["outline", "eyes", "nose", "mouth"];
const SIZE = 32;
const UNITS = 32;

const lower = () => [
  conv2d({ filters: 12, kernelSize: 5, strides: 2, activation: "relu", name: "conv_1" }),
  maxPooling2d(),
  conv2d({ filters: 24, kernelSize: 3, activation: "relu", name: "conv_2" }),
  flatten(),
  dense({ units: UNITS, activation: "relu", name: "hidden" }),
];

export async function run() {
  return [...(await whichParts()), ...(await whichNose())];
}

async function whichParts() {
  const layers = [...lower(), dense({ units: PARTS.length, activation: "sigmoid", name: "parts" })];
  const test = withParts({ samples: 50, seed: 2 });
  const { weights, accuracy } = await learn(layers, withParts({ samples: 300, seed: 1 }), test, {
    epochs: 15,
    loss: "binaryCrossentropy",
    metrics: ["binaryAccuracy"],
  });
  const rows = [atLeast("which parts are there: accuracy", accuracy, 0.98)];
  for (const { part, unit, distance } of await best(weights)) {
    rows.push(atLeast(`d′ of the best unit for ${part} (unit ${unit})`, distance, 2));
  }
  return rows;
}

async function whichNose() {
  const layers = [...lower(), dense({ units: 4, activation: "softmax", name: "nose" })];
  const [train, test] = [
    { samples: 4000, seed: 3 },
    { samples: 1000, seed: 4 },
  ].map((options) => datasets.faces({ ...options, size: SIZE, target: "nose" }).dataset);
  const { weights, accuracy } = await learn(layers, train, test, {
    epochs: 15,
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const { unit, distance } = (await best(weights)).find(({ part }) => part === "nose");
  return [
    atLeast("which nose it is, of four: accuracy", accuracy, 0.9),
    report(`d′ of the best unit for nose there (unit ${unit})`, distance),
  ];
}

/** Faces with every choice of parts, `samples` each; the target says which. */
function withParts({ samples, seed }) {
  const choices = Array.from({ length: 2 ** PARTS.length }, (_, choice) =>
    PARTS.map((_, part) => (choice >> part) & 1),
  );
  const features = choices.map((choice, i) => {
    const show = PARTS.filter((_, part) => choice[part]);
    return datasets.faces({ samples, seed: 100 * seed + i, size: SIZE, show }).dataset.features;
  });
  return fromArrays({
    features: Float32Array.from(features.flatMap((it) => [...it])),
    targets: choices.flatMap((choice) => Array(samples).fill(choice)),
    inputShape: [SIZE, SIZE, 1],
    task: "regression",
  });
}

function learn(layers, train, test, { epochs, loss, metrics }) {
  const { inputShape } = train;
  return using(sequential({ inputShape, seed: 1, engine, layers }), async (model) => {
    model.compile({ optimizer: adam({ learningRate: 0.002 }), loss, metrics });
    await model.fit(train, { epochs, batchSize: 32 });
    return { weights: model.getWeights(), accuracy: (await model.evaluate(test))[metrics[0]] };
  });
}

/** For each part the unit with the largest d′: chosen on some faces, measured on others. */
async function best(weights) {
  const own = Object.entries(weights).filter(([name]) => /^(conv|hidden)/.test(name));
  const inputShape = [SIZE, SIZE, 1];
  return using(sequential({ inputShape, engine, layers: lower() }), async (model) => {
    model.setWeights(Object.fromEntries(own));
    const [choosing, measuring] = [await distancesOf(model, 9), await distancesOf(model, 10)];
    return PARTS.map((part, p) => {
      const unit = choosing[p].indexOf(Math.max(...choosing[p]));
      return { part, unit, distance: measuring[p][unit] };
    });
  });
}

/** d′ by part and unit. */
async function distancesOf(model, seed) {
  const answers = [];
  for (const part of PARTS) {
    const { dataset } = datasets.faces({ samples: 500, seed, size: SIZE, show: [part] });
    const { data } = await model.predict(dataset);
    answers.push(
      Array.from({ length: UNITS }, (_, unit) => data.filter((_, i) => i % UNITS === unit)),
    );
  }
  return answers.map((own, p) =>
    own.map((to, unit) =>
      Math.min(...answers.flatMap((it, q) => (q === p ? [] : dPrime(to, it[unit])))),
    ),
  );
}

/** (mean − mean) / √(mean of the variances); 0 where nothing differs. */
function dPrime(a, b) {
  const noise = Math.sqrt((deviation(a) ** 2 + deviation(b) ** 2) / 2);
  return noise > 0 ? (mean(a) - mean(b)) / noise : 0;
}
