// Layerwise itself: training and prediction by the public API, single products by the plan executor, as in
// ../../layerwise.ts.

import packageJson from "../../../package.json" with { type: "json" };
import {
  adam,
  type Dataset,
  type Engine,
  engine,
  fromArrays,
  type Sequential,
  sequential,
  sgd,
} from "../../../src/index.ts";
import { deepDataset, deepModel } from "../../deep-models.ts";
import { architecture } from "../../models.ts";
import { product } from "../../product.ts";
import { inputsOf, type Network } from "../../workloads.ts";
import { type Player, type Runner, unavailable } from "../contender.ts";
import type { DeepTask, GemmTask, LayerWeights, PredictTask, TrainTask } from "../task.ts";

export interface LayerwiseOptions {
  /** Threads of the engine. */
  readonly threads: number;
  readonly mode?: "deterministic" | "fast";
}

export async function layerwise({ threads, mode }: LayerwiseOptions): Promise<Player> {
  const it = await engine({ threads, ...(mode && { mode }) });
  const { version } = packageJson;
  return {
    version,
    prepare: (task) => {
      const { threads: running, simd, why } = it.report();
      if (mode === "fast" && simd !== "relaxed") return unavailable(why);
      if (running !== threads) {
        return unavailable(`engine({ threads: ${threads} }) runs on ${running}: ${why}`);
      }
      switch (task.kind) {
        case "gemm":
          return gemm(it, task, threads);
        case "train":
          return train(it, task);
        case "predict":
          return predict(it, task);
        case "deep":
          return deep(it, task);
        default:
          return task satisfies never;
      }
    },
  };
}

/** Its numbers are its own: the library's tests check them. */
async function gemm(engine: Engine, { workload }: GemmTask, threads: number): Promise<Runner> {
  const { unitsPerCall, run } = await product(engine, workload, { threads });
  return {
    unitsPerCall,
    run: async (calls) => {
      for (let call = 0; call < calls; call++) {
        // On one thread it is done when it returns, and a turn of the loop would cost more than it does.
        const done = run();
        if (threads > 1) await done;
      }
    },
  };
}

async function train(engine: Engine, task: TrainTask): Promise<Runner> {
  const { workload, x: features, y: targets, layers } = task;
  const { network } = workload;
  const model = await compiled(engine, network, layers);
  const classes = network.output === "softmax" ? (network.sizes.at(-1) ?? 0) : 2;
  const inputShape = [inputsOf(network)];
  return stepper(model, { ...task, data: fromArrays({ features, targets, inputShape, classes }) });
}

async function deep(engine: Engine, task: DeepTask): Promise<Runner> {
  const model = await deepModel(task.workload, engine);
  setWeights(model, task.parameters);
  return stepper(model, { ...task, data: deepDataset(task.workload, task) });
}

async function stepper(
  model: Sequential,
  {
    data,
    workload,
    checkedSteps,
  }: Pick<TrainTask | DeepTask, "workload" | "checkedSteps"> & {
    readonly data: Dataset;
  },
): Promise<Runner> {
  const { batchSize } = workload;
  const first = await model.step(1, { data, batchSize, shuffle: false });
  const steps = [first.loss];
  while (steps.length < checkedSteps) steps.push((await model.step(1)).loss);
  return {
    unitsPerCall: batchSize,
    run: async (calls) => {
      await model.step(calls);
    },
    losses: { steps },
  };
}

async function predict(engine: Engine, { workload, x, layers }: PredictTask): Promise<Runner> {
  const model = await compiled(engine, workload.network, layers);
  return {
    unitsPerCall: workload.batchSize,
    run: async (calls) => {
      for (let call = 0; call < calls; call++) await model.predict(x);
    },
    result: Float32Array.from((await model.predict(x)).data),
  };
}

async function compiled(engine: Engine, network: Network, layers: readonly LayerWeights[]) {
  const model = await sequential({ ...architecture(network), engine });
  const { optimizer, loss } = network;
  const make = { sgd, adam }[optimizer.name];
  model.compile({ optimizer: make({ learningRate: optimizer.learningRate }), loss });
  setWeights(
    model,
    layers.flatMap(({ weight, bias }) => [weight, bias]),
  );
  return model;
}

/** All parameters by name, in the order of the layers: weight, bias, weight, … */
function setWeights(model: Sequential, given: readonly Float32Array[]): void {
  const weights = model.getWeights();
  Object.values(weights).forEach((array, i) => {
    array.data.set(given[i] ?? []);
  });
  model.setWeights(weights);
}
