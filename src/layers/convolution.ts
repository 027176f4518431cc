// How convolutions of any kind emit their ops: layers say which geometry, and which way they use it.

import { type Activation, activations, resolveActivation } from "../activations/index.ts";
import { fail } from "../errors.ts";
import type { ActivationGradient } from "../plan/builder.ts";
import { stride, type Tensor } from "../plan/tensor.ts";
import { activation as activationLayer } from "./activation.ts";
import { channelSums } from "./channel-sums.ts";
import { convolve, convolveWeightGradient } from "./convolve.ts";
import { type EmitContext, type Emitted, throughActivation, type Value } from "./layer.ts";
import type { Geometry } from "./windows.ts";

export interface Convolution {
  readonly geometry: Geometry;
  /** From the geometry's output to its input: a transposed convolution. */
  readonly transposed?: boolean;
  readonly activation: Activation;
  /** Its weights' name. Default: "weight". */
  readonly weight?: string;
  /** False: the layer's bias is not for this one. */
  readonly bias?: false;
}

/** y = f(conv(x, weight) + bias), with everything on the way back. */
export function emitConvolution(context: EmitContext, it: Convolution): Emitted {
  const { plan, name, x, outputShape, parameters, gradients, keep } = context;
  const { geometry, transposed = false, weight: own = "weight" } = it;
  const { [own]: weight } = parameters;
  if (weight === undefined) throw fail("internal", { what: `${name} has no ${own}` });
  const bias = it.bias === false ? undefined : parameters.bias;
  const size = ([height, width, channels]: Geometry["input"]) => height * width * channels;
  const [from, to] = transposed
    ? [geometry.output, geometry.input]
    : [geometry.input, geometry.output];
  const f = context.logits ? resolveActivation(name, "linear") : it.activation;
  const row = activations[f.name];
  // Fused where f′ needs only the output, or where no gradient will be asked for.
  const fused = row.elementwise && (row.gradientFrom === "output" || !context.wayBack);
  const code = { code: row.code, alpha: f.alpha, elementwise: row.elementwise };
  const y = plan.tensor(`${name}.y`, size(to), { keep: keep && fused });
  const forward = { layer: name, role: "forward" };
  const operands = { geometry, b: weight };
  convolve(plan, {
    ...forward,
    ...operands,
    a: x.tensor,
    c: y,
    turned: transposed,
    bias,
    activation: fused ? code : undefined,
  });
  // What were steps of a sequence are so still.
  const mask = outputShape.length === 2 && from[1] === to[1] ? x.mask : undefined;
  const pending = fused && f.name !== "linear" ? { ...code, aux: y } : undefined;
  const value: Value = { tensor: y, shape: outputShape, activation: pending, mask };
  const behind = fused
    ? undefined
    : activationLayer(f).emit({ ...context, x: value, inputs: [value] });
  return {
    output: behind?.output ?? value,
    backward(given, wanted) {
      const dy = (behind?.backward(given, "input gradient") ?? given) as Tensor;
      const dweight = gradients?.[own];
      const dbias = it.bias === false ? undefined : gradients?.bias;
      if (dweight) {
        const [input, output] = transposed ? [dy, x.tensor] : [x.tensor, dy];
        const label = { layer: name, role: "weight gradient" };
        convolveWeightGradient(plan, label, geometry, { input, output, gradient: dweight });
      }
      if (dbias) {
        channelSums(plan, { layer: name, role: "bias gradient" }, dy, to[0] * to[1], dbias);
      }
      if (wanted === "parameters only") return undefined;
      const dx = plan.tensor(`${name}.dx`, size(from));
      const { activation } = x;
      const epilogue = activation && fits(activation, size(from)) ? activation : undefined;
      convolve(plan, {
        layer: name,
        role: "input gradient",
        ...operands,
        a: dy,
        c: dx,
        turned: !transposed,
        gradient: epilogue,
      });
      return epilogue ? dx : throughActivation(plan, name, x, dx);
    },
  };
}

/** Whether f′ can be applied to a whole sample at once: `aux` has it without gaps. */
function fits({ elementwise, aux }: ActivationGradient, floats: number): boolean {
  const gaps = aux.rows > 1 && aux.cols !== aux.ld;
  return elementwise && !gaps && aux.rows * aux.ld === stride(floats);
}
