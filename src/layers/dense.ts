// Dense: y = f(x·W + b).

import {
  type Activation,
  type ActivationName,
  activations,
  resolveActivation,
} from "../activations/index.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkOptions, checkThat } from "../options.ts";
import { formatShape } from "../shape.ts";
import { applyLayerActivation } from "./activation.ts";
import {
  type EmitContext,
  type Emitted,
  type Layer,
  type ParameterSpec,
  type Regularizer,
  throughActivation,
} from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";

export interface DenseOptions {
  /** Width of the output: a positive integer. */
  readonly units: number;
  /** Default: "linear". */
  readonly activation?: ActivationName | Activation;
  /** Default: true. */
  readonly useBias?: boolean;
  /** Default: "glorotUniform". */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Default: "zeros". */
  readonly biasInitializer?: InitializerName | Initializer;
  /** Penalty on the weights: `{ l1, l2 }`, or a number for l2. */
  readonly kernelRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the bias. */
  readonly biasRegularizer?: Partial<Regularizer> | number;
  readonly name?: string;
}

/**
 * A fully connected layer, y[units] = f(x[in]·weight[in × units] + bias[units]).
 * `dense(8, "tanh")` is short for `dense({ units: 8, activation: "tanh" })`.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function dense(units: number, activation?: ActivationName | Activation): Layer;
export function dense(options: DenseOptions): Layer;
export function dense(first: number | DenseOptions, second?: ActivationName | Activation): Layer {
  const options: DenseOptions =
    typeof first === "object"
      ? first
      : { units: first, ...(second !== undefined && { activation: second }) };
  const where = "dense";
  checkOptions(where, options, [
    "units",
    "activation",
    "useBias",
    "kernelInitializer",
    "biasInitializer",
    "kernelRegularizer",
    "biasRegularizer",
    "name",
  ]);
  const { units, useBias = true, name } = options;
  checkInteger(where, "units", units, 1, 1_000_000);
  checkThat(typeof useBias === "boolean", where, "useBias as true or false", useBias);
  const activation = resolveActivation(where, options.activation ?? "linear");
  const kernelInitializer = resolveInitializer(where, options.kernelInitializer ?? "glorotUniform");
  const biasInitializer = resolveInitializer(where, options.biasInitializer ?? "zeros");
  const kernelRegularizer = resolveRegularizer(
    `${where}: kernelRegularizer`,
    options.kernelRegularizer,
  );
  const biasRegularizer = resolveRegularizer(`${where}: biasRegularizer`, options.biasRegularizer);

  return {
    type: "dense",
    name,
    finalActivation: activation.name,
    config: {
      units,
      activation,
      useBias,
      kernelInitializer,
      biasInitializer,
      ...(kernelRegularizer && { kernelRegularizer }),
      ...(biasRegularizer && { biasRegularizer }),
    },
    build(where, inputShape) {
      const [inputs] = inputShape;
      if (inputShape.length !== 1 || inputs === undefined) {
        throw fail("shapeMismatch", {
          where,
          expected: "one-dimensional samples",
          got: formatShape(inputShape),
          remedy: "Put flatten() before it.",
        });
      }
      const weight: ParameterSpec = {
        name: "weight",
        shape: [inputs, units],
        initializer: kernelInitializer,
        regularizer: kernelRegularizer,
      };
      const bias: ParameterSpec = {
        name: "bias",
        shape: [units],
        initializer: biasInitializer,
        regularizer: biasRegularizer,
      };
      return { outputShape: [units], parameters: useBias ? [weight, bias] : [weight] };
    },
    emit: (context) => emitDense(context, units, activation),
  };
}

function emitDense(context: EmitContext, units: number, activation: Activation): Emitted {
  const { plan, name, x, parameters, gradients, keep } = context;
  const { weight, bias } = parameters;
  if (weight === undefined) throw fail("internal", { what: `${name} has no weight` });
  const f = context.logits ? resolveActivation(name, "linear") : activation;
  const row = activations[f.name];
  // In place where f′ needs only the output, or where no gradient will be asked for.
  const fused = row.elementwise && (row.gradientFrom === "output" || gradients === undefined);
  const z = plan.tensor(`${name}.${fused ? "y" : "z"}`, units, { keep });
  const code = { code: row.code, alpha: f.alpha, elementwise: row.elementwise };
  plan.gemm({
    layer: name,
    role: "forward",
    a: x.tensor,
    b: weight,
    c: z,
    bias,
    activation: fused ? code : undefined,
  });
  const output = fused
    ? { tensor: z, ...(f.name !== "linear" && { activation: { ...code, aux: z } }) }
    : applyLayerActivation(context, f, z);
  const off = { layer: name, role: "units off" };
  const enabled = plan.mask(`${name}.enabled`, units, context.disabled);
  if (enabled) plan.select(off, undefined, output.tensor, enabled);
  return {
    output,
    backward(dy, wanted) {
      // Behind f′, which may have read the zeros put in the place of f's output.
      if (enabled) plan.select(off, undefined, dy, enabled);
      if (gradients?.weight === undefined)
        throw fail("internal", { what: `${name} has no gradient` });
      plan.gemm({
        layer: name,
        role: "weight gradient",
        a: x.tensor,
        b: dy,
        c: gradients.weight,
        bias: gradients.bias,
        transposeA: true,
      });
      if (wanted === "parameters only") return undefined;
      const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
      const pending = x.activation;
      plan.gemm({
        layer: name,
        role: "input gradient",
        a: dy,
        b: weight,
        c: dx,
        transposeB: true,
        gradient: pending?.elementwise ? pending : undefined,
      });
      return pending?.elementwise ? dx : throughActivation(plan, name, x, dx);
    },
  };
}
