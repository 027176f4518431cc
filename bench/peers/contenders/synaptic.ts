// synaptic: networks of neuron objects, compiled to a JavaScript function with a line for each connection.
// Updates after each sample; the error at its outputs is that of the cross-entropy.

import { type Player, type Runner, unavailable } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import type { LayerWeights, TrainTask } from "../task.ts";
import { ownTraining, rowsOf } from "./own-loss.ts";

interface Neuron {
  squash: unknown;
  bias: number;
  readonly connections: { readonly inputs: Readonly<Record<string, { weight: number }>> };
}

interface Layer {
  readonly list: readonly Neuron[];
}

interface Perceptron {
  readonly layers: { readonly hidden: readonly Layer[]; readonly output: Layer };
  readonly activate: (input: Float32Array) => readonly number[];
  readonly propagate: (rate: number, target: readonly number[]) => void;
}

interface Synaptic {
  readonly Architect: { readonly Perceptron: new (...sizes: readonly number[]) => Perceptron };
  readonly Neuron: { readonly squash: { readonly TANH: unknown; readonly LOGISTIC: unknown } };
}

export async function synaptic(): Promise<Player> {
  const library = await peer<Synaptic>("synaptic");
  return {
    version: peerVersion("synaptic"),
    prepare: (task) => {
      if (task.kind === "gemm") return unavailable("has no matrix product");
      if (task.kind === "deep") return unavailable("has neither convolutions nor batches");
      if (task.workload.network.hidden !== "tanh") {
        return unavailable(
          "an object and lines of code for each weight: too many for wide networks",
        );
      }
      if (task.kind === "predict") return unavailable("has no wide networks");
      return train(library, task);
    },
  };
}

function train(library: Synaptic, task: TrainTask): Runner {
  const { network } = task.workload;
  const { learningRate } = network.optimizer;
  const net = networkOf(library, network.sizes, task.layers);
  const inputs = rowsOf(task.x, network.sizes[0] ?? 0);
  const targets = Array.from(task.y, (target) => [target]);
  return ownTraining(task, {
    own: "cross-entropy, plain SGD after each sample",
    train: (sample) => {
      net.activate(inputs[sample] as Float32Array);
      net.propagate(learningRate, targets[sample] as number[]);
    },
    loss: (sample) => {
      const [y = Number.NaN] = net.activate(inputs[sample] as Float32Array);
      return -Math.log(targets[sample]?.[0] === 1 ? y : 1 - y);
    },
  });
}

function networkOf(
  { Architect, Neuron }: Synaptic,
  sizes: readonly number[],
  layers: readonly LayerWeights[],
): Perceptron {
  const net = new Architect.Perceptron(...sizes);
  const { hidden, output } = net.layers;
  const { TANH, LOGISTIC } = Neuron.squash;
  [...hidden, output].forEach(({ list }, layer) => {
    const { units, weight, bias } = layers[layer] as LayerWeights;
    list.forEach((neuron, unit) => {
      neuron.squash = layer < hidden.length ? TANH : LOGISTIC;
      neuron.bias = bias[unit] ?? 0;
      Object.values(neuron.connections.inputs).forEach((connection, i) => {
        connection.weight = weight[i * units + unit] ?? 0;
      });
    });
  });
  return net;
}
