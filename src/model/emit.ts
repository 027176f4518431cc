// How a network becomes ops: its layers emit one after another, forward, and leave behind the way back.

import type { Value } from "../layers/layer.ts";
import type { PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import type { Network } from "./network.ts";
import type { Parameter } from "./parameters.ts";

/** A forward pass as emitted: a value per layer, and the way back. */
export interface EmittedNetwork {
  readonly outputs: readonly Value[];
  /** Emits the backward ops from the gradient with respect to the last value, pending activation included. */
  backward(dy: Tensor): void;
}

export interface EmitOptions {
  readonly training: boolean;
  /** Leave a final sigmoid or softmax to the loss. */
  readonly logits: boolean;
  /** Keep every layer's output to the end. */
  readonly keep: boolean;
}

/** Emits all layers of a network, one after another. */
export function emitNetwork(
  network: Network,
  plan: PlanBuilder,
  input: Tensor,
  { training, logits, keep }: EmitOptions,
): EmittedNetwork {
  const { parameters } = network;
  let x: Value = { tensor: input };
  const emitted = network.layers.map(({ name, layer, parameters: own, hyper, disabled }, index) => {
    const byName = (tensorOf: (it: Parameter) => Tensor) =>
      Object.fromEntries(own.map((it) => [it.spec.name, tensorOf(it)]));
    const it = layer.emit({
      plan,
      name,
      x,
      parameters: byName((parameter) => parameters.tensor(parameter)),
      ...(training && { gradients: byName((parameter) => parameters.gradient(parameter)) }),
      hyper,
      disabled,
      logits: logits && index === network.layers.length - 1,
      keep,
      index,
    });
    x = it.output;
    return it;
  });
  const first = network.layers.findIndex((it) => it.parameters.length > 0);
  return {
    outputs: emitted.map((it) => it.output),
    backward(dy) {
      let gradient: Tensor | undefined = dy;
      for (let index = emitted.length - 1; index >= first && index >= 0; index--) {
        if (gradient === undefined) return;
        // Below the first layer with parameters nobody needs a gradient.
        gradient = emitted[index]?.backward(
          gradient,
          index > first ? "input gradient" : "parameters only",
        );
      }
    },
  };
}
