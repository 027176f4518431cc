import { expect, test } from "vitest";
import { adam, datasets, dense, sequential } from "../../src/index.ts";

test("a deep network learns the circles", async () => {
  const { train, test: held } = datasets.circles({ samples: 500, noise: 0.1, seed: 1 }).split(0.8);
  const model = await sequential({ inputShape: [2], seed: 42, layers: [dense(8, "tanh"), dense(8, "tanh"), dense(1, "sigmoid")] });
  model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: "binaryCrossentropy", metrics: ["accuracy"] });
  console.log(model.summary());
  const t = performance.now();
  const history = await model.fit(train, { epochs: 100, batchSize: 10, validationData: held });
  console.log(performance.now() - t, "ms", history.history.loss?.at(-1), history.history.valAccuracy?.at(-1));
  console.log(await model.evaluate(held));
  console.log((await model.predict([[0, 0], [0.9, 0.9]])).rows());
  const t2 = performance.now();
  const lens = await model.lens(held);
  console.log(performance.now() - t2, "ms lens");
  for (const layer of lens) console.log(layer.name, layer.accuracy);
  const t3 = performance.now();
  const lens2 = await model.lens(held, { train });
  console.log(performance.now() - t3, "ms lens");
  for (const layer of lens2) console.log(layer.name, layer.accuracy);
  expect(history.history.loss?.at(-1)).toBeLessThan(0.2);
});
