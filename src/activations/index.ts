// The one host table of activations: names, kernel codes, what each gradient reads.
// Knows nothing of layers or plans.

import * as abi from "../../assembly/abi.ts";
import { fail } from "../errors.ts";

/** What the host knows of an activation. */
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

const output = (code: number, alpha?: number): ActivationRow => ({
  code,
  gradientFrom: "output",
  elementwise: true,
  ...(alpha === undefined ? {} : { alpha }),
});

const input = (code: number): ActivationRow => ({ code, gradientFrom: "input", elementwise: true });

/** Every activation by its name. */
export const activations = {
  linear: output(abi.ACTIVATION_LINEAR),
  /** 1 where x > 0, else 0; trained by a straight-through estimator: f′ = 1 where |x| ≤ 1, else 0
   * (Hubara et al., "Binarized Neural Networks", 2016). */
  step: input(abi.ACTIVATION_STEP),
  /** max(x, 0) (Nair & Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines", 2010). */
  relu: output(abi.ACTIVATION_RELU),
  /** min(max(x, 0), 6) (Krizhevsky, "Convolutional Deep Belief Networks on CIFAR-10", 2010). */
  relu6: output(abi.ACTIVATION_RELU6),
  /** x where x > 0, else alpha·x (Maas et al., "Rectifier Nonlinearities Improve Neural Network
   * Acoustic Models", 2013). Keras' default slope. */
  leakyRelu: output(abi.ACTIVATION_LEAKY_RELU, 0.2),
  /** x where x > 0, else alpha·(eˣ − 1) (Clevert et al., "Fast and Accurate Deep Network Learning by
   * Exponential Linear Units", 2016). */
  elu: output(abi.ACTIVATION_ELU, 1),
  /** Elu scaled so that activations normalize themselves (Klambauer et al., "Self-Normalizing Neural
   * Networks", 2017). */
  selu: output(abi.ACTIVATION_SELU),
  /** 1 / (1 + e⁻ˣ). */
  sigmoid: output(abi.ACTIVATION_SIGMOID),
  /** relu6(x + 3) / 6, as in Keras 3 (Howard et al., "Searching for MobileNetV3", 2019). */
  hardSigmoid: output(abi.ACTIVATION_HARD_SIGMOID),
  tanh: output(abi.ACTIVATION_TANH),
  /** ln(1 + eˣ) (Dugas et al., "Incorporating Second-Order Functional Knowledge for Better Option
   * Pricing", 2001). */
  softplus: output(abi.ACTIVATION_SOFTPLUS),
  /** x / (1 + |x|) (Turian et al., "Quadratic Features and Deep Architectures for Chunking", 2009). */
  softsign: output(abi.ACTIVATION_SOFTSIGN),
  /** x·Φ(x), exact, by erf (Hendrycks & Gimpel, "Gaussian Error Linear Units", 2016). */
  gelu: input(abi.ACTIVATION_GELU),
  /** x·sigmoid(x) (Ramachandran et al., "Searching for Activation Functions", 2017). */
  swish: input(abi.ACTIVATION_SWISH),
  /** x·tanh(softplus(x)) (Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019). */
  mish: input(abi.ACTIVATION_MISH),
  /** sin x (Sitzmann et al., "Implicit Neural Representations with Periodic Activation Functions",
   * 2020). */
  sine: input(abi.ACTIVATION_SINE),
  /** e^(−x²) (Broomhead & Lowe, "Multivariable Functional Interpolation and Adaptive Networks", 1988). */
  gaussian: input(abi.ACTIVATION_GAUSSIAN),
  /** eˣ. */
  exponential: output(abi.ACTIVATION_EXPONENTIAL),
  /** e^(xᵢ) / Σ e^(xⱼ) over a row (Bridle, "Probabilistic Interpretation of Feedforward Classification
   * Network Outputs", 1990). */
  softmax: { ...output(abi.ACTIVATION_SOFTMAX), elementwise: false },
} as const satisfies Readonly<Record<string, ActivationRow>>;

/** The names of the activations. */
export type ActivationName = keyof typeof activations;
