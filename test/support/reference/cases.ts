// What gradient checks run over: each loss with an output it is made for, and the places where a
// difference quotient would mislead.

import { type ActivationName, softmax } from "./activations.ts";
import { fromLogits, type LossName, losses, lossNames, type ReferenceLoss } from "./losses.ts";
import type { ReferenceLayer } from "./mlp.ts";
import { philox4x32 } from "./philox.ts";

/** `count` numbers in [low, high) that depend on the seed only. */
export function random(seed: number, count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const [word] = philox4x32([i, 0, 0, 0], [seed, 0]);
    return low + ((high - low) * word) / 2 ** 32;
  });
}

/** Where f′ jumps (step: where f does, and where its stand-in f′ does). */
export const kinks: Readonly<Partial<Record<ActivationName, readonly number[]>>> = {
  step: [0, -1, 1],
  relu: [0],
  relu6: [0, 6],
  leakyRelu: [0],
  elu: [0],
  selu: [0],
  hardSigmoid: [-3, 3],
};

/** How far the loss of p against t is from its nearest kink. */
export const kinkDistance: Readonly<Partial<Record<LossName, (p: number, t: number) => number>>> = {
  meanAbsoluteError: (p, t) => Math.abs(p - t),
  huber: (p, t) => Math.abs(Math.abs(p - t) - 1),
  hinge: (p, t) => Math.abs(1 - t * p),
  meanAbsolutePercentageError: (p, t) => Math.abs(p - t),
};

/** A loss to check: `name` is a LossName, or one followed by “ from logits”. */
export interface LossCase {
  readonly name: string;
  readonly loss: ReferenceLoss;
  /** An output activation whose range the loss is made for. */
  readonly head: ReferenceLayer["activation"];
  /** Targets of one sample with three outputs. */
  readonly targets: (seed: number) => readonly number[];
}

/** Outputs of every case's sample. */
export const OUTPUTS = 3;
const real = (seed: number) => random(seed, OUTPUTS, -1.5, 1.5);
const bits = (seed: number) => random(seed, OUTPUTS, 0, 2).map(Math.floor);
const signs = (seed: number) => bits(seed).map((bit) => 2 * bit - 1);
const counts = (seed: number) => random(seed, OUTPUTS, 0, 4).map(Math.floor);
const shares = (seed: number) => softmax(real(seed));
const label = (seed: number) => random(seed, 1, 0, OUTPUTS).map(Math.floor);

/** What a model with this loss ends in, and targets for it. */
export const heads: Readonly<Record<LossName, Pick<LossCase, "head" | "targets">>> = {
  meanSquaredError: { head: "linear", targets: real },
  meanAbsoluteError: { head: "linear", targets: real },
  huber: { head: "linear", targets: real },
  logCosh: { head: "linear", targets: real },
  hinge: { head: "tanh", targets: signs },
  squaredHinge: { head: "tanh", targets: signs },
  binaryCrossentropy: { head: "sigmoid", targets: bits },
  categoricalCrossentropy: { head: "softmax", targets: shares },
  sparseCategoricalCrossentropy: { head: "softmax", targets: label },
  kullbackLeiblerDivergence: { head: "softmax", targets: shares },
  poisson: { head: "exponential", targets: counts },
  meanAbsolutePercentageError: {
    head: "linear",
    targets: (seed) => counts(seed).map((it) => 10 * it + 5),
  },
  meanSquaredLogarithmicError: { head: "softplus", targets: counts },
  cosineSimilarity: { head: "softplus", targets: real },
  categoricalHinge: {
    head: "softmax",
    targets: (seed) => Array.from({ length: OUTPUTS }, (_, i) => (i === label(seed)[0] ? 1 : 0)),
  },
};

export const lossCases: readonly LossCase[] = [
  ...lossNames.map((name) => ({ name, loss: losses[name], ...heads[name] })),
  ...(
    ["binaryCrossentropy", "categoricalCrossentropy", "sparseCategoricalCrossentropy"] as const
  ).map((name) => ({
    name: `${name} from logits`,
    loss: fromLogits[name],
    head: "linear" as const,
    targets: heads[name].targets,
  })),
];
