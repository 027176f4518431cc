// The one host table of activations: names, kernel codes, what each gradient reads.
// Knows nothing of layers or plans.

import * as abi from "../../assembly/abi.ts";
import { checkName, checkOptions, checkThat, isF32, isRecord } from "../options.ts";

/** What the host knows of an activation: everything the planner asks. */
export interface ActivationRow {
  /** The kernel's code, ACTIVATION_*. */
  readonly code: number;
  /** Whether f′ is computed from f's output (then f may run in place) or from its input. */
  readonly gradientFrom: "output" | "input";
  /** Whether f acts on each element alone; else on each row. */
  readonly elementwise: boolean;
  /** The default of its parameter, if it has one. */
  readonly alpha?: number;
}

const output = (code: number) => ({ code, gradientFrom: "output", elementwise: true }) as const;
const input = (code: number) => ({ code, gradientFrom: "input", elementwise: true }) as const;

const table = {
  /** x itself. */
  linear: output(abi.ACTIVATION_LINEAR),
  /** 1 where x > 0, else 0; trained by a straight-through estimator: f′ = 1 where |x| ≤ 1, else 0
   * (Hubara et al., "Binarized Neural Networks", 2016). */
  step: input(abi.ACTIVATION_STEP),
  /** max(x, 0) (Nair & Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines",
   * 2010). */
  relu: output(abi.ACTIVATION_RELU),
  /** min(max(x, 0), 6) (Krizhevsky, "Convolutional Deep Belief Networks on CIFAR-10", 2010). */
  relu6: output(abi.ACTIVATION_RELU6),
  /** x where x > 0, else alpha·x (Maas et al., "Rectifier Nonlinearities Improve Neural Network
   * Acoustic Models", 2013). Keras' default slope. */
  leakyRelu: { ...output(abi.ACTIVATION_LEAKY_RELU), alpha: 0.2 },
  /** x where x > 0, else alpha·(eˣ − 1) (Clevert et al., "Fast and Accurate Deep Network Learning
   * by Exponential Linear Units", 2016). */
  elu: { ...output(abi.ACTIVATION_ELU), alpha: 1 },
  /** Elu scaled so that activations normalize themselves (Klambauer et al., "Self-Normalizing
   * Neural Networks", 2017). */
  selu: output(abi.ACTIVATION_SELU),
  /** 1 / (1 + e⁻ˣ). */
  sigmoid: output(abi.ACTIVATION_SIGMOID),
  /** relu6(x + 3) / 6, as in Keras 3 (Howard et al., "Searching for MobileNetV3", 2019). */
  hardSigmoid: output(abi.ACTIVATION_HARD_SIGMOID),
  /** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  tanh: output(abi.ACTIVATION_TANH),
  /** ln(1 + eˣ) (Dugas et al., "Incorporating Second-Order Functional Knowledge for Better Option
   * Pricing", 2001). */
  softplus: output(abi.ACTIVATION_SOFTPLUS),
  /** x / (1 + |x|) (Turian et al., "Quadratic Features and Deep Architectures for Chunking",
   * 2009). */
  softsign: output(abi.ACTIVATION_SOFTSIGN),
  /** x·Φ(x), exact, by erf (Hendrycks & Gimpel, "Gaussian Error Linear Units", 2016). */
  gelu: input(abi.ACTIVATION_GELU),
  /** x·sigmoid(x) (Ramachandran et al., "Searching for Activation Functions", 2017). */
  swish: input(abi.ACTIVATION_SWISH),
  /** x·tanh(softplus(x)) (Misra, "Mish: A Self Regularized Non-Monotonic Activation Function",
   * 2019). */
  mish: input(abi.ACTIVATION_MISH),
  /** sin x (Sitzmann et al., "Implicit Neural Representations with Periodic Activation Functions",
   * 2020). */
  sine: input(abi.ACTIVATION_SINE),
  /** e^(−x²) (Broomhead & Lowe, "Multivariable Functional Interpolation and Adaptive Networks",
   * 1988). */
  gaussian: input(abi.ACTIVATION_GAUSSIAN),
  /** eˣ. */
  exponential: output(abi.ACTIVATION_EXPONENTIAL),
  /** e^(xᵢ) / Σ e^(xⱼ) over a row (Bridle, "Probabilistic Interpretation of Feedforward
   * Classification Network Outputs", 1990). */
  softmax: { ...output(abi.ACTIVATION_SOFTMAX), elementwise: false },
} as const satisfies Readonly<Record<string, ActivationRow>>;

/** The names of the activations. */
export type ActivationName = keyof typeof table;

/** Every activation by its name. */
export const activations: Readonly<Record<ActivationName, ActivationRow>> = table;

/** An activation with its parameter, as layers keep it and models save it. */
export interface Activation {
  readonly name: ActivationName;
  /** The parameter of leakyRelu (slope) and elu; 0 for those that have none. */
  readonly alpha: number;
}

/**
 * Leaky ReLU with a slope of your own: x where x > 0, else negativeSlope·x (Maas et al. 2013).
 * @param options.negativeSlope finite, ≥ 0; 0.2 if left out, as in Keras.
 * @throws LayerwiseError `invalidArgument`
 */
export function leakyRelu(options: { readonly negativeSlope?: number } = {}): Activation {
  checkOptions("leakyRelu", options, ["negativeSlope"]);
  return withAlpha("leakyRelu: negativeSlope", "leakyRelu", options.negativeSlope);
}

/**
 * ELU with an alpha of your own: x where x > 0, else alpha·(eˣ − 1) (Clevert et al. 2016).
 * @param options.alpha finite, > 0; 1 if left out.
 * @throws LayerwiseError `invalidArgument`
 */
export function elu(options: { readonly alpha?: number } = {}): Activation {
  checkOptions("elu", options, ["alpha"]);
  return withAlpha("elu: alpha", "elu", options.alpha);
}

/** Gradients read the sign of x off the output: alpha may not turn that around. */
function withAlpha(where: string, name: ActivationName, alpha: unknown): Activation {
  const { alpha: standard }: ActivationRow = activations[name];
  if (standard === undefined) return { name, alpha: 0 };
  const value = alpha ?? standard;
  // The kernel computes in f32: what is 0 or ∞ there is refused here.
  const rounded = isF32(value) ? Math.fround(value) : Number.NaN;
  const zeroAllowed = name === "leakyRelu";
  const required = `a finite number ${zeroAllowed ? "≥" : ">"} 0`;
  checkThat(rounded > 0 || (rounded === 0 && zeroAllowed), where, required, value);
  return { name, alpha: Number(value) };
}

/**
 * The activation that a name or a value of {@link leakyRelu} or {@link elu} means, checked.
 * @param where what is being made, for the message.
 * @throws LayerwiseError `unknownName` for any name that is not in the table (or is no string),
 * `invalidArgument` for a parameter out of range.
 */
export function resolveActivation(where: string, it: ActivationName | Activation): Activation {
  const given: Readonly<Record<string, unknown>> = isRecord(it) ? it : { name: it };
  const names = Object.keys(activations) as ActivationName[];
  const name = checkName(where, "activation", given.name, names);
  return withAlpha(`${where}: alpha`, name, given.alpha);
}
