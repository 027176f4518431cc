// Two numbers far apart, to be found and added: the adding problem at length 50.

import { adam, datasets, dense, gru, sequential } from "layerwise";
import { below, engine, report, using } from "./common.js";

export const name = "adding";

export async function run() {
  const train = datasets.addingProblem({ samples: 10_000, seed: 1, length: 50 });
  const test = datasets.addingProblem({ samples: 2000, seed: 2, length: 50 });
  const layers = [gru({ units: 32, name: "memory" }), dense({ units: 1, name: "sum" })];
  const error = await using(
    sequential({ inputShape: [50, 2], seed: 1, engine, layers }),
    async (model) => {
      model.compile({
        optimizer: adam({ learningRate: 0.005, globalClipNorm: 1 }),
        loss: "meanSquaredError",
      });
      await model.fit(train, { epochs: 10, batchSize: 50 });
      return (await model.evaluate(test)).loss;
    },
  );
  return [
    below("mean squared error at length 50", error, 0.01),
    report("of always answering 1", 1 / 6),
  ];
}
