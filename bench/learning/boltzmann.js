// A restricted Boltzmann machine on digits of two values: what it believes before and after it has learned.

import { datasets, fromArrays, rbm } from "layerwise";
import { above, below, engine, mean, report, squaredError, using } from "./common.js";

export const name = "boltzmann";

const WIDTH = 256;

export async function run() {
  const train = binary(datasets.digits({ samples: 4000, seed: 1, size: 16 }));
  const test = binary(datasets.digits({ samples: 1000, seed: 2, size: 16 }));
  const made = rbm({ inputShape: [WIDTH], units: 128, chains: 100, seed: 1, engine });
  return using(made, async (machine) => {
    const before = await measure(machine, test);
    await machine.fit(train, { epochs: 30, batchSize: 50 });
    const after = await measure(machine, test);
    return [
      above("log-likelihood estimate of digits held out, nats", after.score, before.score),
      below("error of reconstructions of digits held out", after.error, before.error),
      below("from samples to the nearest digit", after.nearest, before.nearest),
      report("from other digits to the nearest", nearestTo(train.features, test.features)),
      report("ink of samples, share of pixels", after.ink),
      report("ink of digits", mean(test.features)),
    ];
  });
}

async function measure(machine, test) {
  const samples = await machine.sample(100, { steps: 1000, seed: 1 });
  return {
    score: mean(await machine.scoreSamples(test, { seed: 1 })),
    error: squaredError((await machine.reconstruct(test)).data, test.features),
    nearest: nearestTo(samples.data, test.features),
    ink: mean(samples.data),
  };
}

/** The mean squared difference of each picture and the one of `others` that is most like it, on average. */
function nearestTo(pictures, others, width = WIDTH) {
  const distances = [];
  for (let i = 0; i < Math.min(100, pictures.length / width); i++) {
    const picture = pictures.subarray(i * width, (i + 1) * width);
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < others.length; j += width) {
      least = Math.min(least, squaredError(picture, others.subarray(j, j + width)));
    }
    distances.push(least);
  }
  return mean(distances);
}

/** Ink or paper, as rows. */
function binary(pictures) {
  return fromArrays({
    features: pictures.features.map((it) => (it > 0.5 ? 1 : 0)),
    inputShape: [WIDTH],
  });
}
