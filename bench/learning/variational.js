// A variational autoencoder on digits: reconstruction and divergence fall, and what it makes of noise has as
// much ink, spread as widely, as digits have.

import { adam, datasets, dense, gaussianSampling, input, model, sequential } from "layerwise";
import {
  asOwnTargets,
  below,
  deviation,
  engine,
  mean,
  random,
  report,
  squaredError,
  using,
} from "./common.js";

export const name = "variational";

const CODES = 8;
const WIDTH = 256;
/** binaryCrossentropy is a mean over pixels: a weight that makes both sums of nats, of which this is a part. */
const KL_WEIGHT = 1 / WIDTH;

export async function run() {
  const train = datasets.digits({ samples: 5000, seed: 1, size: 16 });
  const test = datasets.digits({ samples: 1000, seed: 2, size: 16 });
  const picture = input({ shape: [WIDTH] });
  const hidden = dense(256, "relu").apply(picture);
  const code = gaussianSampling({ klWeight: KL_WEIGHT, name: "code" }).apply(
    dense({ units: CODES, name: "mean" }).apply(hidden),
    dense({ units: CODES, name: "logVariance" }).apply(hidden),
  );
  const decoder = () => [
    dense({ units: 256, activation: "relu", name: "decoder_1" }),
    dense({ units: WIDTH, activation: "sigmoid", name: "decoder_2" }),
  ];
  const outputs = decoder().reduce((x, layer) => layer.apply(x), code);
  return using(model({ inputs: picture, outputs, seed: 1, engine }), async (autoencoder) => {
    autoencoder.compile({ optimizer: adam({ learningRate: 0.001 }), loss: "binaryCrossentropy" });
    const held = asOwnTargets(test);
    const before = (await autoencoder.evaluate(held)).loss * WIDTH;
    await autoencoder.fit(asOwnTargets(train), { epochs: 30, batchSize: 50 });
    const after = (await autoencoder.evaluate(held)).loss * WIDTH;
    const again = (await autoencoder.predict(held)).data;
    const reconstruction = crossentropy(again, test.features);

    const made = await sampled(decoder(), autoencoder.getWeights());
    const [ofData, ofSamples] = [test.features, made].map(inks);
    return [
      below("reconstruction and divergence, nats a digit held out, after", after, before),
      report("before", before),
      report("of it divergence", after - reconstruction),
      below(
        "mean squared error of reconstructions",
        squaredError(again, test.features),
        spread(test.features),
      ),
      below(
        "ink of digits made from noise: off by, of that of digits",
        Math.abs(mean(ofSamples) / mean(ofData) - 1),
        0.1,
      ),
      below(
        "its deviation: off by, of that of digits",
        Math.abs(deviation(ofSamples) / deviation(ofData) - 1),
        0.5,
      ),
      report("ink of digits", `${mean(ofData).toFixed(2)} ± ${deviation(ofData).toFixed(2)}`),
      report(
        "ink of those from noise",
        `${mean(ofSamples).toFixed(2)} ± ${deviation(ofSamples).toFixed(2)}`,
      ),
    ];
  });
}

/** What the decoder makes of 1,000 codes drawn from the standard distribution. */
async function sampled(layers, weights) {
  const own = Object.entries(weights).filter(([name]) => name.startsWith("decoder"));
  return using(sequential({ inputShape: [CODES], layers, engine }), async (decoder) => {
    decoder.setWeights(Object.fromEntries(own));
    const next = random(7);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const codes = Array.from({ length: 1000 }, () => Array.from({ length: CODES }, normal));
    return (await decoder.predict(codes)).data;
  });
}

/** Σ of pixels, picture by picture. */
function inks(pictures) {
  return Array.from({ length: pictures.length / WIDTH }, (_, i) =>
    pictures.subarray(i * WIDTH, (i + 1) * WIDTH).reduce((a, b) => a + b),
  );
}

/** Nats a picture. */
function crossentropy(p, targets) {
  let sum = 0;
  targets.forEach((t, i) => {
    const q = Math.min(1 - 1e-7, Math.max(1e-7, p[i]));
    sum -= t * Math.log(q) + (1 - t) * Math.log(1 - q);
  });
  return sum / (targets.length / WIDTH);
}

/** The mean squared difference from the mean picture. */
function spread(pictures) {
  const middle = new Float64Array(WIDTH);
  pictures.forEach((it, i) => {
    middle[i % WIDTH] += it / (pictures.length / WIDTH);
  });
  return squaredError(
    pictures,
    pictures.map((_, i) => middle[i % WIDTH]),
  );
}
