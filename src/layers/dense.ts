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
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  type ParameterSpec,
  type Regularizer,
  throughActivation,
} from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";
import { asRows, newRows } from "./rows.ts";

/** Options of {@link dense}. */
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
  /** Whether training changes its parameters. Default: true. */
  readonly trainable?: boolean;
  readonly name?: string;
}

/**
 * A fully connected layer, y[units] = f(x[in]·weight[in × units] + bias[units]), over the last dimension:
 * of [steps, in] it makes [steps, units].
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
    "trainable",
    "name",
  ]);
  const { units, useBias = true, trainable = true, name } = options;
  checkInteger(where, "units", units, 1, 1_000_000);
  checkThat(typeof useBias === "boolean", where, "useBias as true or false", useBias);
  checkThat(typeof trainable === "boolean", where, "trainable as true or false", trainable);
  const activation = resolveActivation(where, options.activation ?? "linear");
  const kernelInitializer = resolveInitializer(where, options.kernelInitializer ?? "glorotUniform");
  const biasInitializer = resolveInitializer(where, options.biasInitializer ?? "zeros");
  const kernelRegularizer = resolveRegularizer(
    `${where}: kernelRegularizer`,
    options.kernelRegularizer,
  );
  const biasRegularizer = resolveRegularizer(`${where}: biasRegularizer`, options.biasRegularizer);

  return defineLayer({
    type: "dense",
    name,
    trainable,
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
      const inputs = inputShape.at(-1);
      if (inputs === undefined) throw fail("internal", { what: `${where}: samples of no shape` });
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
      return {
        outputShape: [...inputShape.slice(0, -1), units],
        parameters: useBias ? [weight, bias] : [weight],
      };
    },
    emit: (context) => emitDense(context, units, activation),
  });
}

function emitDense(context: EmitContext, units: number, activation: Activation): Emitted {
  const { plan, name, x, parameters, gradients, wayBack, keep } = context;
  const { weight, bias } = parameters;
  if (weight === undefined) throw fail("internal", { what: `${name} has no weight` });
  const inputs = weight.rows;
  const rows = x.tensor.cols / inputs;
  const forward = { layer: name, role: "forward" };
  const f = context.logits ? resolveActivation(name, "linear") : activation;
  const row = activations[f.name];
  // In place where f′ needs only the output, or where no gradient will be asked for.
  const fused = row.elementwise && (row.gradientFrom === "output" || !wayBack);
  const inPlace = fused || !wayBack;
  const code = { code: row.code, alpha: f.alpha, elementwise: row.elementwise };
  const y = newRows(plan, `${name}.y`, rows, units, { keep });
  const z = inPlace ? y.matrix : plan.tensor(`${name}.z`, units, { rows });
  const a = asRows(plan, forward, x.tensor, rows, inputs);
  plan.gemm({ ...forward, a, b: weight, c: z, bias, activation: fused ? code : undefined });
  if (!fused) plan.activation({ layer: name, role: "activation" }, code, z, y.matrix);
  const off = { layer: name, role: "units off" };
  const enabled = plan.mask(`${name}.enabled`, units, context.disabled);
  if (enabled) plan.select(off, undefined, y.matrix, enabled);
  y.done(forward);
  const pending =
    f.name === "linear"
      ? undefined
      : { ...code, aux: row.gradientFrom === "output" ? y.matrix : z };
  return {
    // One row a sample: whoever computes the gradient applies f′ on the way. Many: their own matter.
    output: { tensor: y.flat, ...(rows === 1 && pending && { activation: pending }), mask: x.mask },
    backward(dy, wanted) {
      const back = { layer: name, role: "gradient" };
      const b = asRows(plan, back, dy, rows, units);
      if (rows > 1 && pending) plan.activationGradient(back, pending, b, b);
      // Behind f′, which may have read the zeros put in the place of f's output.
      if (enabled) plan.select(off, undefined, b, enabled);
      if (gradients?.weight) {
        const label = { layer: name, role: "weight gradient" };
        const { weight: c, bias } = gradients;
        plan.gemm({ ...label, a, b, c, bias, transposeA: true });
      }
      if (wanted === "parameters only") return undefined;
      const dx = newRows(plan, `${name}.dx`, rows, inputs);
      const label = { layer: name, role: "input gradient" };
      const epilogue = rows === 1 && x.activation?.elementwise ? x.activation : undefined;
      plan.gemm({ ...label, a: b, b: weight, c: dx.matrix, transposeB: true, gradient: epilogue });
      dx.done(label);
      return epilogue ? dx.flat : throughActivation(plan, name, x, dx.flat);
    },
  };
}
