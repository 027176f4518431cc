// TensorFlow.js, by its core API: a loss in tensors, differentiated and minimized by its optimizers. Its
// layers API is the same with more around it, and was slower on every workload here. Batches, one-hot labels
// and matrices are tensors made once.

import { type Player, type Runner, type Unavailable, unavailable } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import {
  batchesOf,
  type GemmTask,
  oneHot,
  type PredictTask,
  type Task,
  type TrainTask,
} from "../task.ts";
import type { DeepTf, Tensor, TfCore, TfWasm } from "./tfjs-api.ts";
import { trainDeep } from "./tfjs-deep.ts";
import { startThreads } from "./tfjs-threads.ts";

export interface TfjsOptions {
  readonly backend: "wasm" | "cpu";
  /**
   * Transpose matrices before products. The wasm backend has fast products only for what is not transposed,
   * and the gradient of a product is two transposed ones: this is what an expert would do about it.
   */
  readonly tuned?: boolean;
  /** More than one has to be forced in Node (tfjs-threads.ts). */
  readonly threads?: number;
}

type Dense = (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;

export async function tfjs({ backend, tuned = false, threads = 1 }: TfjsOptions): Promise<Player> {
  const tf = await peer<TfCore>("@tensorflow/tfjs-core");
  // It brings the gradients, which in Node are not in the core.
  await peer("@tensorflow/tfjs-layers");
  let problem: Unavailable | undefined;
  if (backend === "cpu") await peer("@tensorflow/tfjs-backend-cpu");
  else {
    const wasm = await peer<TfWasm>("@tensorflow/tfjs-backend-wasm");
    if (threads > 1) await startThreads(tf, wasm, threads);
    await tf.setBackend("wasm");
    const running = wasm.getThreadsCount();
    if (running !== threads) {
      problem = unavailable(`asked for ${threads} threads, the wasm backend runs ${running}`);
    }
  }
  await tf.setBackend(backend);
  await tf.ready();
  tf.enableProdMode();
  return {
    version: peerVersion("@tensorflow/tfjs-core"),
    prepare: (task) => problem ?? prepare(tf, task, { tuned, threads, backend }),
  };
}

function prepare(
  tf: TfCore,
  task: Task,
  { tuned, threads, backend }: Required<TfjsOptions>,
): Runner | Unavailable {
  const forward =
    task.kind === "predict" || (task.kind === "gemm" && task.workload.transpose === "nn");
  if (tuned && threads === 1 && forward)
    return unavailable("nothing is transposed here: as tfjs-wasm");
  switch (task.kind) {
    case "gemm":
      return gemm(tf, task, tuned);
    case "train":
      return train(tf, task, tuned);
    case "predict":
      return predict(tf, task);
    case "deep":
      return trainDeep(tf as unknown as DeepTf, task, { tuned, filterGradient: backend === "cpu" });
    default:
      return task satisfies never;
  }
}

function gemm(tf: TfCore, { workload, a, b }: GemmTask, tuned: boolean): Runner {
  const { transpose, m, n, k } = workload;
  const tn = transpose === "tn";
  const nt = transpose === "nt";
  const left = tf.tensor(a, tn ? [k, m] : [m, k]);
  const right = tf.tensor(b, nt ? [n, k] : [k, n]);
  const multiply = tuned
    ? () =>
        tf.tidy(() => tf.matMul(tn ? tf.transpose(left) : left, nt ? tf.transpose(right) : right))
    : () => tf.matMul(left, right, tn, nt);
  return {
    unitsPerCall: 1,
    // Both backends compute at once.
    run: (calls) => {
      for (let call = 0; call < calls; call++) multiply().dispose();
    },
    result: read(multiply()),
  };
}

function train(tf: TfCore, task: TrainTask, tuned: boolean): Runner {
  const { workload, x, y, checkedSteps } = task;
  const { network, batchSize } = workload;
  const { sizes, optimizer, output } = network;
  const width = sizes[0] ?? 0;
  const units = sizes.at(-1) ?? 0;
  const targets = output === "softmax" ? oneHot(y, units) : y;
  const batches = Array.from({ length: batchesOf(workload) }, (_, i) => ({
    x: tf.tensor(slice(x, i, batchSize * width), [batchSize, width]),
    y: tf.tensor(slice(targets, i, batchSize * units), [batchSize, units]),
  }));
  const dense = tuned ? transposingDense(tf) : plainDense(tf);
  const activate = { relu: tf.relu, tanh: tf.tanh }[network.hidden];
  const layers = task.layers.map((layer) => ({
    weight: tf.variable(tf.tensor(layer.weight, [layer.inputs, layer.units])),
    bias: tf.variable(tf.tensor(layer.bias, [layer.units])),
  }));
  const { softmaxCrossEntropy, sigmoidCrossEntropy } = tf.losses;
  const lossOf = output === "softmax" ? softmaxCrossEntropy : sigmoidCrossEntropy;
  const { learningRate } = optimizer;
  const update =
    optimizer.name === "adam"
      ? tf.train.adam(learningRate, 0.9, 0.999, 1e-7)
      : tf.train.sgd(learningRate);
  let next = 0;
  const step = (): Tensor | null => {
    const batch = batches[next++ % batches.length];
    if (batch === undefined) return null;
    return update.minimize(() => {
      let h = batch.x;
      layers.forEach(({ weight, bias }, i) => {
        h = dense(h, weight, bias);
        if (i + 1 < layers.length) h = activate(h);
      });
      return lossOf(batch.y, h);
    }, true);
  };
  const steps = Array.from({ length: checkedSteps }, () => read(step())[0] ?? Number.NaN);
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) step()?.dispose();
    },
    losses: { steps },
  };
}

function predict(tf: TfCore, task: PredictTask): Runner {
  const { network, batchSize } = task.workload;
  const layers = task.layers.map((layer) => ({
    weight: tf.tensor(layer.weight, [layer.inputs, layer.units]),
    bias: tf.tensor(layer.bias, [layer.units]),
  }));
  const forward = () =>
    tf.tidy(() => {
      let h = tf.tensor(task.x, [batchSize, network.sizes[0] ?? 0]);
      layers.forEach(({ weight, bias }, i) => {
        const activation = i + 1 < layers.length ? network.hidden : "linear";
        h = tf.fused.matMul({ a: h, b: weight, bias, activation });
      });
      return tf.softmax(h);
    });
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) read(forward());
    },
    result: read(forward()),
  };
}

/** As one writes it. */
function plainDense(tf: TfCore): Dense {
  return (x, weight, bias) => tf.add(tf.matMul(x, weight), bias);
}

/** The same, with a gradient that transposes first and then multiplies. */
function transposingDense(tf: TfCore): Dense {
  return tf.customGrad((x, weight, bias, save) => {
    save([x, weight]);
    return {
      value: tf.add(tf.matMul(x, weight), bias),
      gradFunc: (dy, [x, weight]) => [
        tf.matMul(dy, tf.transpose(weight)),
        tf.matMul(tf.transpose(x), dy),
        tf.sum(dy, 0),
      ],
    };
  });
}

function slice(numbers: Float32Array, index: number, length: number): Float32Array {
  return numbers.slice(index * length, (index + 1) * length);
}

/** Its numbers; the tensor is gone. */
function read(tensor: Tensor | null): Float32Array {
  if (tensor === null) return new Float32Array();
  const numbers = tensor.dataSync();
  tensor.dispose();
  return numbers;
}
