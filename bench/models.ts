// The contender `layerwise` on models, by the public API alone, as a user would call it: also what a page
// can measure in a browser.

import {
  adam,
  dense,
  type Engine,
  engine,
  fromArrays,
  type Sequential,
  type SequentialOptions,
  sequential,
  sgd,
} from "../src/index.ts";
import type { Contender, Runner } from "./harness/contender.ts";
import {
  activationsOf,
  inputsOf,
  type LensWorkload,
  type Network,
  type PredictWorkload,
  type TrainWorkload,
  trainingData,
  uniform,
} from "./workloads.ts";

/** What the public API does in one call. */
export type ModelWorkload = TrainWorkload | PredictWorkload | LensWorkload;

const engines = new Map<number, Promise<Engine>>();

/** The engine with so many threads that the contenders of a process share. */
export function engineWith(threads: number): Promise<Engine> {
  const made = engines.get(threads) ?? engine({ threads });
  engines.set(threads, made);
  return made;
}

/** A contender by the public API, on so many threads. */
export function modelsOn(name: string, threads: number): Contender<ModelWorkload> {
  return { name, prepare: async (workload) => prepare(workload, await engineWith(threads)) };
}

export const models = modelsOn("layerwise", 1);

async function prepare(workload: ModelWorkload, on: Engine): Promise<Runner> {
  switch (workload.kind) {
    case "train":
      return train(workload, on);
    case "predict": {
      const { network, batchSize } = workload;
      const model = await compiled(network, on);
      const x = uniform(batchSize * inputsOf(network), 1);
      return {
        unitsPerCall: batchSize,
        run: () => model.predict(x),
        dispose: () => model.dispose(),
      };
    }
    case "lens": {
      const model = await compiled(workload.network, on);
      const data = dataset(workload);
      const { side: resolution } = workload;
      return {
        unitsPerCall: 1,
        run: () => model.lens(data, { resolution }),
        dispose: () => model.dispose(),
      };
    }
    default:
      return workload satisfies never;
  }
}

/** A network as the public API takes it. */
export function architecture(network: Network): SequentialOptions {
  const activations = activationsOf(network);
  return {
    inputShape: [inputsOf(network)],
    seed: 42,
    layers: network.sizes.slice(1).map((units, i) => dense(units, activations[i] ?? "linear")),
  };
}

/** A network as a model, ready to train. */
export async function compiled(network: Network, on?: Engine): Promise<Sequential> {
  const model = await sequential({ ...architecture(network), ...(on && { engine: on }) });
  const { optimizer, loss } = network;
  const make = { sgd, adam }[optimizer.name];
  model.compile({ optimizer: make({ learningRate: optimizer.learningRate }), loss });
  return model;
}

/** What a workload trains on. */
export function dataset(workload: TrainWorkload | LensWorkload) {
  const { x: features, y: targets } = trainingData(workload);
  const { network } = workload;
  const classes = network.output === "softmax" ? (network.sizes.at(-1) ?? 0) : 2;
  return fromArrays({ features, targets, inputShape: [inputsOf(network)], classes });
}

async function train(workload: TrainWorkload, on: Engine): Promise<Runner> {
  const { epochs, batchSize, samples } = workload;
  const model = await compiled(workload.network, on);
  const data = dataset(workload);
  return {
    unitsPerCall: epochs * samples,
    run: () => model.fit(data, { epochs, batchSize, shuffle: true }),
    dispose: () => model.dispose(),
  };
}
