// How a network becomes ops: its nodes emit one after another, forward, and leave behind the way back.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import type { Value } from "../layers/layer.ts";
import type { PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { elementCount } from "../shape.ts";
import type { Network } from "./network.ts";
import type { Parameter } from "./parameters.ts";

/** A forward pass as emitted: what each node gives, and the way back. */
export interface EmittedNetwork {
  /** By node: what it gives first. */
  readonly values: readonly Value[];
  /** Of the model. */
  readonly outputs: readonly Value[];
  /**
   * Emits the backward ops from the gradients with respect to the outputs, pending activations included.
   * Returns the gradients with respect to the inputs, where they are wanted.
   */
  backward(gradients: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
}

export interface EmitOptions {
  readonly training: boolean;
  /** Of each output: leave its final sigmoid or softmax to the loss. */
  readonly logits?: readonly boolean[];
  /** Keep every layer's output to the end. */
  readonly keep?: boolean;
  /** Whether gradients with respect to the inputs are wanted. */
  readonly inputGradients?: boolean;
}

/** What of a network its ops are made from: all of it, or no more than some of its values need. */
export type NetworkPart = Pick<Network, "engine" | "graph" | "nodes" | "parameters" | "inputs">;

/** Which steps of an output count in its loss: its mask, where its rows are those of steps. */
export function stepMask({ mask, shape }: Value): Tensor | undefined {
  return shape.length > 1 && mask?.cols === shape[0] ? mask : undefined;
}

/** Emits all nodes of a network, one after another. */
export function emitNetwork(
  network: NetworkPart,
  plan: PlanBuilder,
  inputs: readonly Tensor[],
  { training, logits = [], keep = false, inputGradients = false }: EmitOptions,
): EmittedNetwork {
  const { graph, nodes, parameters } = network;
  const values: Value[] = inputs.map((tensor, index) => ({
    tensor,
    shape: graph.inputShapes[index] ?? [],
  }));
  const emitted = nodes.map(({ placed, inputs, first, outputShapes }, index) => {
    const { name, layer, parameters: own, hyper, disabled } = placed;
    const byName = (list: readonly Parameter[], tensorOf: (it: Parameter) => Tensor) =>
      Object.fromEntries(list.map((it) => [it.spec.name, tensorOf(it)]));
    // Of a layer that is applied several times the gradients add up; the way back begins with the last.
    const last = !nodes.some((it, i) => i > index && it.placed === placed);
    const trained = own.filter((it) => it.trainable);
    const gradientOf = (it: Parameter) => {
      const gradient = parameters.gradient(it);
      return last ? gradient : plan.copyOf(gradient);
    };
    const gradients = training ? byName(trained, gradientOf) : undefined;
    const read = inputs.map((it) => values[it] as Value);
    const output = graph.outputs.indexOf(first);
    const it = layer.emit({
      plan,
      name,
      x: read[0] as Value,
      inputs: read,
      outputShape: outputShapes[0] ?? [],
      parameters: byName(own, (parameter) => parameters.tensor(parameter)),
      ...(gradients && { gradients }),
      wayBack: training || inputGradients,
      trainable: layer.trainable !== false,
      hyper,
      disabled,
      logits: output >= 0 && logits[output] === true,
      keep,
      index,
    });
    [it.output, ...(it.others ?? [])].forEach((value, i) => {
      values.push({ ...value, shape: outputShapes[i] ?? [] });
    });
    const addUp = () => {
      if (last) return;
      for (const parameter of trained) {
        const [sum, more] = [parameters.gradient(parameter), gradients?.[parameter.spec.name]];
        const label = { layer: name, role: "gradients of all uses" };
        if (more) plan.combine(label, COMBINE_SUM, sum, more, sum);
      }
    };
    /** Where it is not reached from any output. */
    const leaveOut = () => {
      const label = { layer: name, role: "no gradient" };
      if (last) for (const it of trained) plan.select(label, undefined, parameters.gradient(it));
    };
    return { backward: it.backward, addUp, leaveOut };
  });
  return {
    values: nodes.map((it) => values[it.first] as Value),
    outputs: graph.outputs.map((it) => values[it] as Value),
    backward(gradients) {
      // Where nothing below has parameters to learn, nobody needs a gradient.
      const wanted = inputs.map(() => inputGradients);
      for (const { placed, inputs, outputShapes } of nodes) {
        const it = placed.parameters.some((it) => it.trainable) || inputs.some((it) => wanted[it]);
        wanted.push(...outputShapes.map(() => it));
      }
      const sums: (Tensor | undefined)[] = values.map(() => undefined);
      const add = (value: number, more: Tensor | undefined, layer: string) => {
        const sum = sums[value];
        if (more && sum) plan.combine({ layer, role: "gradients" }, COMBINE_SUM, sum, more, sum);
        else sums[value] = more ?? sum;
      };
      graph.outputs.forEach((value, output) => {
        add(value, gradients[output], "loss");
      });
      for (let index = nodes.length - 1; index >= 0; index--) {
        const { placed, inputs, first, outputShapes } = nodes[index] as (typeof nodes)[number];
        const { backward, addUp, leaveOut } = emitted[index] as (typeof emitted)[number];
        const [dy, ...others] = sums.slice(first, first + outputShapes.length);
        const isReached = [dy, ...others].some((it) => it !== undefined);
        if (!isReached) leaveOut();
        if (!isReached || !wanted[first]) continue;
        const needed = inputs.some((it) => wanted[it]);
        // Nobody reads the first output: zeros.
        const given = dy ?? plan.tensor("dy", elementCount(outputShapes[0] ?? []));
        if (!dy) plan.select({ layer: placed.name, role: "gradient" }, undefined, given);
        const dx = backward(given, needed ? "input gradient" : "parameters only", others);
        addUp();
        const list: readonly (Tensor | undefined)[] = Array.isArray(dx) ? dx : [dx];
        inputs.forEach((value, i) => {
          add(value, list[i], placed.name);
        });
      }
      return sums.slice(0, graph.inputShapes.length);
    },
  };
}
