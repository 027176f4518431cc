// The bench's two kinds of plain JavaScript (../../pure-js): no library, and the yardstick that all
// results are checked against.

import { deepPureJs } from "../../deep-pure-js.ts";
import { type Arithmetic, f32, f64 } from "../../pure-js/arithmetic.ts";
import type { PureJsMlp } from "../../pure-js/mlp.ts";
import { mlp } from "../../pure-js.ts";
import type { Player, Runner } from "../contender.ts";
import {
  batchesOf,
  type DeepTask,
  type GemmTask,
  type LayerWeights,
  type PredictTask,
  type Task,
  type TrainTask,
} from "../task.ts";

export interface PureJsOptions {
  readonly arithmetic: "f32" | "f64";
}

export function pureJs({ arithmetic }: PureJsOptions): Player {
  const chosen = { f32, f64 }[arithmetic];
  return { version: "", prepare: (task) => prepare(chosen, task) };
}

function prepare(arithmetic: Arithmetic, task: Task): Runner {
  switch (task.kind) {
    case "gemm":
      return gemm(arithmetic, task);
    case "train":
      return train(arithmetic, task);
    case "predict":
      return predict(arithmetic, task);
    case "deep":
      return deep(arithmetic, task);
    default:
      return task satisfies never;
  }
}

function gemm({ gemm }: Arithmetic, { workload, a, b }: GemmTask): Runner {
  const { transpose, m, n, k } = workload;
  const c = new Float32Array(m * n);
  const run = (calls: number) => {
    for (let call = 0; call < calls; call++) gemm(transpose, m, n, k, a, b, c);
  };
  run(1);
  return { unitsPerCall: 1, run, result: c };
}

function train(arithmetic: Arithmetic, task: TrainTask): Runner {
  const { workload, layers } = task;
  const { network, batchSize } = workload;
  const model = withWeights(mlp(arithmetic, network, { batchSize, shuffle: false }), layers);
  return stepper(model, task);
}

function deep(arithmetic: Arithmetic, task: DeepTask): Runner {
  const model = deepPureJs(arithmetic, task.workload, { shuffle: false });
  setAll(model.parameters, task.parameters);
  return stepper(model, task);
}

/** A batch's worth of samples is trained as an epoch of its own. */
function stepper(
  model: Pick<PureJsMlp, "trainEpoch">,
  { workload, x, y, checkedSteps }: TrainTask | DeepTask,
): Runner {
  const { batchSize } = workload;
  const width = x.length / workload.samples;
  const batches = Array.from({ length: batchesOf(workload) }, (_, i) => ({
    x: x.subarray(i * batchSize * width, (i + 1) * batchSize * width),
    y: y.subarray(i * batchSize, (i + 1) * batchSize),
  }));
  let next = 0;
  const step = () => {
    const batch = batches[next++ % batches.length];
    return batch === undefined ? Number.NaN : model.trainEpoch(batch.x, batch.y);
  };
  const steps = Array.from({ length: checkedSteps }, step);
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) step();
    },
    losses: { steps },
  };
}

function predict(arithmetic: Arithmetic, { workload, x, layers }: PredictTask): Runner {
  const { network, batchSize } = workload;
  const model = withWeights(mlp(arithmetic, network, { batchSize }), layers);
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) model.predict(x);
    },
    result: model.predict(x),
  };
}

function withWeights(model: PureJsMlp, layers: readonly LayerWeights[]): PureJsMlp {
  setAll(
    model.parameters,
    layers.flatMap(({ weight, bias }) => [weight, bias]),
  );
  return model;
}

/** One after another. */
function setAll(parameters: Float32Array, given: readonly Float32Array[]): void {
  let at = 0;
  for (const numbers of given) {
    parameters.set(numbers, at);
    at += numbers.length;
  }
}
