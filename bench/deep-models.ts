// The contenders `layerwise` and `layerwise-2t` on networks of more than dense layers, by the public API. Apart
// from models.ts: the page, which measures those, has no need of these layers.

import {
  adam,
  conv2d,
  dense,
  type Engine,
  flatten,
  fromArrays,
  lstm,
  maxPooling2d,
  type Sequential,
  sequential,
} from "../src/index.ts";
import type { Runner } from "./harness/contender.ts";
import {
  type ConvnetWorkload,
  deepData,
  inputShapeOf,
  type LstmWorkload,
  type Samples,
} from "./workloads.ts";

export type DeepWorkload = ConvnetWorkload | LstmWorkload;

/** A network as a model, ready to train. */
export async function deepModel(workload: DeepWorkload, on?: Engine): Promise<Sequential> {
  const body =
    workload.kind === "convnet"
      ? [
          ...workload.filters.flatMap((filters) => [
            conv2d({ filters, kernelSize: 3, activation: "relu" }),
            maxPooling2d({ poolSize: 2 }),
          ]),
          flatten(),
        ]
      : [lstm({ units: workload.units })];
  const model = await sequential({
    inputShape: inputShapeOf(workload),
    seed: 42,
    layers: [...body, dense(workload.classes, "softmax")],
    ...(on && { engine: on }),
  });
  const { learningRate } = workload;
  model.compile({ optimizer: adam({ learningRate }), loss: "sparseCategoricalCrossentropy" });
  return model;
}

/** What it trains on. */
export function deepDataset(workload: DeepWorkload, { x, y }: Samples = deepData(workload)) {
  const { classes } = workload;
  return fromArrays({ features: x, targets: y, inputShape: inputShapeOf(workload), classes });
}

export async function trainDeep(workload: DeepWorkload, on: Engine): Promise<Runner> {
  const { epochs, batchSize, samples } = workload;
  const model = await deepModel(workload, on);
  const data = deepDataset(workload);
  return {
    unitsPerCall: epochs * samples,
    run: () => model.fit(data, { epochs, batchSize, shuffle: true }),
    dispose: () => model.dispose(),
  };
}
