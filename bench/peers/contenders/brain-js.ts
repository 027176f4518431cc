// brain.js on the CPU: plain loops over one sample at a time, an update after each, mean squared error, one
// activation for all layers. Its Adam calls Math.pow twice for each weight, so its default rule is measured.

import { type Player, type Runner, type Unavailable, unavailable } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import type { LayerWeights, PredictTask, Task, TrainTask } from "../task.ts";
import { oneHot } from "../task.ts";
import { ownTraining, rowsOf } from "./own-loss.ts";

type Activation = "leaky-relu" | "tanh";

interface BrainNetwork {
  sizes: number[];
  readonly weights: Float32Array[][];
  readonly biases: Float32Array[];
  readonly initialize: () => void;
  readonly updateTrainingOptions: (options: { readonly learningRate: number }) => void;
  readonly trainPattern: (sample: {
    readonly input: Float32Array;
    readonly output: Float32Array;
  }) => void;
  readonly runInput: (input: Float32Array) => Float32Array;
}

interface Brain {
  readonly NeuralNetwork: new (options: { readonly activation: Activation }) => BrainNetwork;
}

export async function brainJs(): Promise<Player> {
  const brain = await peer<Brain>("brain.js");
  return { version: peerVersion("brain.js"), prepare: (task) => prepare(brain, task) };
}

function prepare(brain: Brain, task: Task): Runner | Unavailable {
  switch (task.kind) {
    case "gemm":
      return unavailable("has no matrix product on the CPU");
    case "train":
      return train(brain, task);
    case "predict":
      return predict(brain, task);
    case "deep":
      return unavailable(
        "has no convolutions; its LSTM learns each next step of a sequence, not a class at its end",
      );
    default:
      return task satisfies never;
  }
}

function train(brain: Brain, task: TrainTask): Runner {
  const { network } = task.workload;
  const net = networkOf(brain, network.hidden, task.layers);
  // Its default, 0.3, is for its default activation, the sigmoid.
  net.updateTrainingOptions({ learningRate: network.hidden === "tanh" ? 0.1 : 0.001 });
  const units = network.sizes.at(-1) ?? 0;
  const inputs = rowsOf(task.x, network.sizes[0] ?? 0);
  const outputs = rowsOf(network.output === "softmax" ? oneHot(task.y, units) : task.y, units);
  const samples = inputs.map((input, i) => ({
    input,
    output: outputs[i] ?? new Float32Array(units),
  }));
  return ownTraining(task, {
    own: "mean squared error, plain SGD after each sample",
    train: (sample) => {
      const it = samples[sample];
      if (it !== undefined) net.trainPattern(it);
    },
    loss: (sample) => {
      const { input, output } = samples[sample] ?? { input: new Float32Array(), output: [] };
      const got = net.runInput(input);
      return got.reduce((sum, y, i) => sum + (y - (output[i] ?? 0)) ** 2, 0) / units;
    },
  });
}

/** Its outputs are not a softmax, so they are not checked; the work is the same. */
function predict(brain: Brain, { workload, x, layers }: PredictTask): Runner {
  const { network, batchSize } = workload;
  const net = networkOf(brain, network.hidden, layers);
  const width = network.sizes[0] ?? 0;
  const units = network.sizes.at(-1) ?? 0;
  const out = new Float32Array(batchSize * units);
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) {
        for (let row = 0; row < batchSize; row++) {
          out.set(net.runInput(x.subarray(row * width, (row + 1) * width)), row * units);
        }
      }
    },
  };
}

function networkOf(
  { NeuralNetwork }: Brain,
  hidden: "relu" | "tanh",
  layers: readonly LayerWeights[],
): BrainNetwork {
  // With plain ReLUs its outputs are ReLUs too, and soon give 0 for ever.
  const activation = hidden === "relu" ? "leaky-relu" : hidden;
  const net = new NeuralNetwork({ activation });
  net.sizes = [layers[0]?.inputs ?? 0, ...layers.map(({ units }) => units)];
  net.initialize();
  // Layer 0 is the input. Weights lie unit by unit.
  layers.forEach(({ inputs, units, weight, bias }, layer) => {
    net.weights[layer + 1]?.forEach((row, unit) => {
      for (let i = 0; i < inputs; i++) row[i] = weight[i * units + unit] ?? 0;
    });
    net.biases[layer + 1]?.set(bias);
  });
  return net;
}
