// A denoising autoencoder against principal components: codes of the same size, digits held
// out. The bar is what the components leave.

import { adam, cosineDecay, datasets, dense, dropout, pca, sequential } from "layerwise";
import { asOwnTargets, below, engine, random, squaredError, using } from "./common.js";

export const name = "denoising";

const CODES = 16;
/** The noise: that part of the pixels is gone, the others are darker for it. */
const GONE = 0.3;
const EPOCHS = 20;
const BATCH = 50;

export async function run() {
  const train = datasets.digits({ samples: 5000, seed: 1, size: 16 });
  const test = datasets.digits({ samples: 1000, seed: 2, size: 16 });
  const { features } = test;
  const next = random(3);
  const noisy = features.map((it) => (next() < GONE ? 0 : it / (1 - GONE)));
  const [clean, gone] = [asOwnTargets(test), asOwnTargets(test, noisy)];
  const linear = pca(train, { components: CODES });
  const [linearClean, linearGone] = [clean, gone].map((x) =>
    squaredError(linear.inverseTransform(linear.transform(x)), features),
  );
  return using(autoencoder(train), async (model) => {
    const error = async (x) => squaredError((await model.predict(x)).data, features);
    const ofGone = await error(gone);
    return [
      below(`squared error of ${CODES} codes, digits held out`, await error(clean), linearClean),
      below("of codes of noisy digits, against clean ones", ofGone, linearGone),
      below("the same, against that of the noisy digits", ofGone, squaredError(noisy, features)),
    ];
  });
}

async function autoencoder(train) {
  const width = train.featureCount;
  const layers = [
    dropout(GONE),
    dense(256, "relu"),
    dense(CODES),
    dense(256, "relu"),
    dense(width, "sigmoid"),
  ];
  const model = await sequential({ inputShape: [width], seed: 1, engine, layers });
  const decaySteps = (EPOCHS * train.samples) / BATCH;
  const learningRate = cosineDecay({ initialLearningRate: 0.002, decaySteps });
  model.compile({ optimizer: adam({ learningRate }), loss: "meanSquaredError" });
  await model.fit(asOwnTargets(train), { epochs: EPOCHS, batchSize: BATCH });
  return model;
}
