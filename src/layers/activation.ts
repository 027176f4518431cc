// Activation as a layer of its own.

import {
  type Activation,
  type ActivationName,
  activations,
  resolveActivation,
} from "../activations/index.ts";
import { checkOptions } from "../options.ts";
import { defineLayer, type Layer, throughActivation } from "./layer.ts";
import { asRows, newRows } from "./rows.ts";

/**
 * Applies an activation function to its input, of any shape.
 * @throws LayerwiseError `unknownName`
 */
export function activation(
  which: ActivationName | Activation,
  options: { readonly name?: string } = {},
): Layer {
  checkOptions("activation", options, ["name"]);
  const f = resolveActivation("activation", which);
  return defineLayer({
    type: "activation",
    name: options.name,
    finalActivation: f.name,
    config: { activation: f },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit(context) {
      const { plan, name, x } = context;
      if (context.logits || f.name === "linear") return { output: x, backward: (dy) => dy };
      const row = activations[f.name];
      const code = { code: row.code, alpha: f.alpha, elementwise: row.elementwise };
      const forward = { layer: name, role: "forward" };
      // A softmax is over the last dimension.
      const cols = row.elementwise ? x.tensor.cols : (x.shape.at(-1) ?? 1);
      const rows = x.tensor.cols / cols;
      const from = asRows(plan, forward, x.tensor, rows, cols);
      // x is read by others' gradients, so the result needs a place of its own.
      const y = newRows(plan, `${name}.y`, rows, cols, { keep: context.keep });
      plan.activation(forward, code, from, y.matrix);
      y.done(forward);
      const pending = { ...code, aux: row.gradientFrom === "output" ? y.matrix : from };
      return {
        output: { tensor: y.flat, ...(rows === 1 && { activation: pending }), mask: x.mask },
        backward(dy) {
          if (rows === 1) return throughActivation(plan, name, x, dy);
          const back = { layer: name, role: "gradient" };
          const dx = newRows(plan, `${name}.dx`, rows, cols);
          plan.activationGradient(back, pending, asRows(plan, back, dy, rows, cols), dx.matrix);
          dx.done(back);
          return throughActivation(plan, name, x, dx.flat);
        },
      };
    },
  });
}
