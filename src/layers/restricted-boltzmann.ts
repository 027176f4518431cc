// The two layers of a restricted Boltzmann machine, and how one is computed from the other. Going up it is a
// dense layer with a sigmoid; what it learns by stands in model/contrastive.ts.

import { ACTIVATION_LINEAR, ACTIVATION_SIGMOID } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { randomNormal, resolveInitializer, zeros } from "../initializers/index.ts";
import { checkInteger, checkName, checkOptions } from "../options.ts";
import type { PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { elementCount } from "../shape.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** What visible units are: 0 or 1, or normal numbers of variance 1. */
export type VisibleUnits = "bernoulli" | "gaussian";

/** Of a machine of Boltzmann units: see {@link rbm}. */
export interface RestrictedBoltzmannOptions {
  /** Hidden units: a positive integer. */
  readonly units: number;
  /** Default: "bernoulli". */
  readonly visibleUnits?: VisibleUnits;
  /** Chains of samples that go on from step to step; 0: each begins at the data. Default 0. */
  readonly chains?: number;
  /** Gibbs steps behind each negative sample. Default 1. */
  readonly k?: number;
  readonly name?: string;
}

const SIGMOID = { code: ACTIVATION_SIGMOID, alpha: 0, elementwise: true };

/**
 * The hidden units' probabilities of visible ones: sigmoid(v·weight[visible × units] + hiddenBias).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function restrictedBoltzmann(options: RestrictedBoltzmannOptions): Layer {
  const where = "restrictedBoltzmann";
  checkOptions(where, options, ["units", "visibleUnits", "chains", "k", "name"]);
  const { units, visibleUnits = "bernoulli", chains = 0, k = 1, name } = options;
  checkInteger(where, "units", units, 1, 1_000_000);
  checkInteger(where, "chains", chains, 0, 1_000_000);
  checkInteger(where, "k", k, 1, 499);
  checkName(where, "visibleUnits", visibleUnits, ["bernoulli", "gaussian"]);
  const none = resolveInitializer(where, zeros());
  return defineLayer({
    type: "restrictedBoltzmann",
    name,
    finalActivation: "sigmoid",
    config: { units, visibleUnits, chains, k },
    build(_where, inputShape) {
      const visible = elementCount(inputShape);
      // Hinton, "A practical guide to training restricted Boltzmann machines" (2010), section 8.
      const small = resolveInitializer(where, randomNormal({ mean: 0, stddev: 0.01 }));
      const parameters = [
        { name: "weight", shape: [visible, units], initializer: small },
        { name: "hiddenBias", shape: [units], initializer: none },
        { name: "visibleBias", shape: [visible], initializer: none },
      ];
      const chain = { name: "chains", shape: [chains, visible], initializer: none };
      const kept = chains > 0 ? [{ ...chain, trainable: false }] : [];
      return { outputShape: [units], parameters: [...parameters, ...kept] };
    },
    emit({ plan, name, x, parameters, keep }) {
      const y = plan.tensor(`${name}.y`, units, { keep });
      emitHidden(plan, name, machineOf(name, parameters), x.tensor, y);
      return {
        output: { tensor: y },
        backward() {
          const what = `${name} learns by contrastive divergence, not by a gradient from above`;
          throw fail("internal", { what });
        },
      };
    },
  });
}

/** The parameters of a machine. */
export interface Machine {
  readonly weight: Tensor;
  readonly hiddenBias: Tensor;
  readonly visibleBias: Tensor;
}

export function machineOf(name: string, tensors: Readonly<Record<string, Tensor>>): Machine {
  const { weight, hiddenBias, visibleBias } = tensors;
  if (!weight || !hiddenBias || !visibleBias) {
    throw fail("internal", { what: `${name}: parameters are missing` });
  }
  return { weight, hiddenBias, visibleBias };
}

/** h ← P(hidden = 1 | v) */
export function emitHidden(
  plan: PlanBuilder,
  layer: string,
  { weight, hiddenBias }: Machine,
  v: Tensor,
  h: Tensor,
): void {
  const label = { layer, role: "hidden" };
  plan.gemm({ ...label, a: v, b: weight, c: h, bias: hiddenBias, activation: SIGMOID });
}

/** v ← P(visible = 1 | h), or, of Gaussian units, their means. */
export function emitVisible(
  plan: PlanBuilder,
  layer: string,
  { weight, visibleBias }: Machine,
  units: VisibleUnits,
  h: Tensor,
  v: Tensor,
): void {
  const label = { layer, role: "visible" };
  const linear = { code: ACTIVATION_LINEAR, alpha: 0, elementwise: true };
  plan.gemm({
    ...label,
    a: h,
    b: weight,
    c: v,
    transposeB: true,
    bias: visibleBias,
    activation: units === "bernoulli" ? SIGMOID : linear,
  });
}
