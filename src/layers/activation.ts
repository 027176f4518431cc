// Activation as a layer of its own, and what layers with a built-in activation share with it.

import {
  type Activation,
  type ActivationName,
  activations,
  resolveActivation,
} from "../activations/index.ts";
import { checkOptions } from "../options.ts";
import type { Tensor } from "../plan/tensor.ts";
import { type EmitContext, type Layer, throughActivation, type Value } from "./layer.ts";

/** y = f(z) as an op of its own; its gradient stays pending on the value. */
export function applyLayerActivation(context: EmitContext, f: Activation, z: Tensor): Value {
  const { plan, name, gradients, keep } = context;
  const row = activations[f.name];
  const inPlace = gradients === undefined;
  const y = inPlace ? z : plan.tensor(`${name}.y`, z.cols, { keep });
  const code = { code: row.code, alpha: f.alpha, elementwise: row.elementwise };
  plan.activation({ layer: name, role: "activation" }, code, z, y);
  return { tensor: y, activation: { ...code, aux: row.gradientFrom === "output" ? y : z } };
}

/**
 * Applies an activation function to its input, of any shape.
 * @throws LayerwiseError `unknownName`
 */
export function activation(
  it: ActivationName | Activation,
  options: { readonly name?: string } = {},
): Layer {
  checkOptions("activation", options, ["name"]);
  const f = resolveActivation("activation", it);
  return {
    type: "activation",
    name: options.name,
    finalActivation: f.name,
    config: { activation: f },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit(context) {
      const { plan, name, x } = context;
      if (context.logits || f.name === "linear") return { output: x, backward: (dy) => dy };
      // x is read by others' gradients, so the result needs a place of its own.
      const row = activations[f.name];
      const y = plan.tensor(`${name}.y`, x.tensor.cols, { keep: context.keep });
      const code = { code: row.code, alpha: f.alpha, elementwise: row.elementwise };
      plan.activation({ layer: name, role: "forward" }, code, x.tensor, y);
      const aux = row.gradientFrom === "output" ? y : x.tensor;
      return {
        output: { tensor: y, activation: { ...code, aux } },
        backward: (dy) => throughActivation(plan, name, x, dy),
      };
    },
  };
}
