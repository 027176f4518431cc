// Units that answer to one part of a face only, found and named by nameUnits: in a network that has learned to
// tell which parts are there, and in one that has learned to tell noses apart. A unit's d′ for a part: how far
// its answers to that part alone are from those to the other parts alone, in deviations of the answers.

import {
  adam,
  conv2d,
  datasets,
  dense,
  flatten,
  fromArrays,
  maxPooling2d,
  nameUnits,
  sequential,
} from "layerwise";
import { atLeast, engine, report, using } from "./common.js";

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
  const { found, accuracy } = await learn(layers, withParts({ samples: 300, seed: 1 }), test, {
    epochs: 15,
    loss: "binaryCrossentropy",
    metrics: ["binaryAccuracy"],
  });
  const rows = [atLeast("which parts are there: accuracy", accuracy, 0.98)];
  for (const { part, unit, own, next } of found) {
    rows.push(atLeast(`d′ of unit ${unit}, named ${part}`, own, 2));
    rows.push(report(`d′ of that unit for the part it answers to next`, next));
  }
  return rows;
}

async function whichNose() {
  const layers = [...lower(), dense({ units: 4, activation: "softmax", name: "nose" })];
  const [train, test] = [
    { samples: 4000, seed: 3 },
    { samples: 1000, seed: 4 },
  ].map((options) => datasets.faces({ ...options, size: SIZE, target: "nose" }).dataset);
  const { found, accuracy } = await learn(layers, train, test, {
    epochs: 15,
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const { unit, own } = found.find(({ part }) => part === "nose");
  return [
    atLeast("which nose it is, of four: accuracy", accuracy, 0.9),
    report(`d′ of unit ${unit} for nose there`, own),
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
    return { found: await unitsOf(model), accuracy: (await model.evaluate(test))[metrics[0]] };
  });
}

/** For each part the unit that is named by it with the largest d′: chosen on some faces, measured on others. */
async function unitsOf(model) {
  const chosen = await nameUnits(model, "hidden", probes(9));
  const measured = await nameUnits(model, "hidden", probes(10));
  const dPrime = ({ parts }, part) => parts.find((it) => it.part === part).dPrime;
  return PARTS.map((part) => {
    const [{ unit }] = [...chosen].sort((a, b) => dPrime(b, part) - dPrime(a, part));
    const { parts } = measured[unit];
    const others = parts.filter((it) => it.part !== part).map((it) => it.dPrime);
    return { part, unit, own: dPrime(measured[unit], part), next: Math.max(...others) };
  });
}

/** Faces of which one part is drawn, by that part. */
function probes(seed) {
  const only = (part) => datasets.faces({ samples: 500, seed, size: SIZE, show: [part] }).dataset;
  return Object.fromEntries(PARTS.map((part) => [part, only(part)]));
}
