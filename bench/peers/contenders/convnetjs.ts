// ConvNetJS as it is on npm (0.3.0): doubles, one sample at a time with gradients summed over a batch. It
// has a softmax with cross-entropy, but no sigmoid with one (a softmax over two classes stands for it, which
// learns twice as fast in its last layer), and no Adam (AdaGrad stands for it).

import type { ConvnetWorkload, Network } from "../../workloads.ts";
import { type Player, type Runner, type Unavailable, unavailable } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import type { DeepTask, LayerWeights, PredictTask, Task, TrainTask } from "../task.ts";
import { ownTraining, rowsOf } from "./own-loss.ts";

interface Vol {
  w: Float64Array;
}

interface FullLayer {
  readonly layer_type: string;
  readonly filters?: readonly Vol[];
  readonly biases?: Vol;
}

interface ConvNet {
  readonly layers: readonly FullLayer[];
  readonly makeLayers: (definitions: readonly object[]) => void;
  readonly forward: (x: Vol, training: boolean) => Vol;
}

interface ConvNetJs {
  readonly Vol: new (width: number, height: number, depth: number, fill: number) => Vol;
  readonly Net: new () => ConvNet;
  readonly Trainer: new (
    net: ConvNet,
    options: object,
  ) => { readonly train: (x: Vol, label: number) => unknown };
}

export async function convnetJs(): Promise<Player> {
  const library = await peer<ConvNetJs>("convnetjs");
  return { version: peerVersion("convnetjs"), prepare: (task) => prepare(library, task) };
}

function prepare(library: ConvNetJs, task: Task): Runner | Unavailable {
  switch (task.kind) {
    case "gemm":
      return unavailable("has no matrix product");
    case "train":
      return train(library, task);
    case "predict":
      return predict(library, task);
    case "deep":
      return deep(library, task);
    default:
      return task satisfies never;
  }
}

function train(library: ConvNetJs, task: TrainTask): Runner {
  const { network, batchSize } = task.workload;
  const { optimizer } = network;
  const net = networkOf(library, network, task.layers);
  const trainer = new library.Trainer(net, {
    ...(optimizer.name === "sgd"
      ? { method: "sgd", momentum: 0, learning_rate: optimizer.learningRate }
      : { method: "adagrad", learning_rate: 0.001 }),
    batch_size: batchSize,
  });
  const samples = volumes(library, task.x, network);
  const label = (sample: number) => task.y[sample] ?? 0;
  const at = (sample: number) => samples[sample] as Vol;
  return ownTraining(task, {
    own:
      optimizer.name === "sgd"
        ? "cross-entropy of a softmax over two classes"
        : "cross-entropy, AdaGrad: it has no Adam",
    train: (sample) => trainer.train(at(sample), label(sample)),
    loss: (sample) => -Math.log(net.forward(at(sample), false).w[label(sample)] ?? 0),
  });
}

function deep(library: ConvNetJs, task: DeepTask): Runner | Unavailable {
  const { workload, parameters } = task;
  if (workload.kind === "lstm") return unavailable("has no recurrent layers");
  const { side, batchSize, learningRate } = workload;
  const net = convolutionsOf(library, workload, parameters);
  const options = { method: "adagrad", learning_rate: learningRate, batch_size: batchSize };
  const trainer = new library.Trainer(net, options);
  const samples = rowsOf(task.x, side * side).map((row) => {
    const sample = new library.Vol(side, side, 1, 0);
    sample.w.set(row);
    return sample;
  });
  const at = (sample: number) => samples[sample] as Vol;
  const label = (sample: number) => task.y[sample] ?? 0;
  return ownTraining(task, {
    own: "cross-entropy, AdaGrad: it has no Adam",
    train: (sample) => trainer.train(at(sample), label(sample)),
    loss: (sample) => -Math.log(net.forward(at(sample), false).w[label(sample)] ?? 0),
  });
}

/** Images and windows lie as they do elsewhere, [height, width, channels], but filter by filter. */
function convolutionsOf(
  { Net }: ConvNetJs,
  { side, filters, classes }: ConvnetWorkload,
  parameters: readonly Float32Array[],
): ConvNet {
  const net = new Net();
  net.makeLayers([
    { type: "input", out_sx: side, out_sy: side, out_depth: 1 },
    ...filters.flatMap((count) => [
      { type: "conv", sx: 3, filters: count, stride: 1, pad: 0, activation: "relu" },
      { type: "pool", sx: 2, stride: 2 },
    ]),
    { type: "softmax", num_classes: classes },
  ]);
  const layers = net.layers.filter(({ layer_type }) => /^(conv|fc)$/.test(layer_type));
  layers.forEach(({ filters = [], biases }, layer) => {
    const [weight = new Float32Array(), bias = []] = parameters.slice(2 * layer, 2 * layer + 2);
    filters.forEach(({ w }, filter) => {
      for (let i = 0; i < w.length; i++) w[i] = weight[i * filters.length + filter] ?? 0;
    });
    biases?.w.set(bias);
  });
  return net;
}

function predict(library: ConvNetJs, { workload, x, layers }: PredictTask): Runner {
  const { network, batchSize } = workload;
  const net = networkOf(library, network, layers);
  const units = network.sizes.at(-1) ?? 0;
  const out = new Float32Array(batchSize * units);
  const once = () => {
    volumes(library, x, network).forEach((sample, row) => {
      out.set(net.forward(sample, false).w, row * units);
    });
  };
  once();
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) once();
    },
    result: out,
  };
}

function volumes({ Vol }: ConvNetJs, x: Float32Array, { sizes }: Network): Vol[] {
  const width = sizes[0] ?? 0;
  return rowsOf(x, width).map((row) => {
    const sample = new Vol(1, 1, width, 0);
    sample.w.set(row);
    return sample;
  });
}

function networkOf(
  { Net }: ConvNetJs,
  { sizes, hidden, output }: Network,
  layers: readonly LayerWeights[],
): ConvNet {
  const net = new Net();
  const units = sizes.at(-1) ?? 0;
  net.makeLayers([
    { type: "input", out_sx: 1, out_sy: 1, out_depth: sizes[0] },
    ...sizes.slice(1, -1).map((size) => ({ type: "fc", num_neurons: size, activation: hidden })),
    { type: "softmax", num_classes: output === "softmax" ? units : 2 },
  ]);
  const full = net.layers.filter(({ layer_type }) => layer_type === "fc");
  layers.forEach(({ inputs, units, weight, bias }, layer) => {
    const { filters = [], biases } = full[layer] ?? {};
    // The sigmoid's logit is that of class 1; class 0 has 0.
    const first = filters.length - units;
    filters.forEach(({ w }, filter) => {
      const unit = filter - first;
      for (let i = 0; i < inputs; i++) w[i] = unit < 0 ? 0 : (weight[i * units + unit] ?? 0);
    });
    biases?.w.fill(0).set(bias, first);
  });
  return net;
}
