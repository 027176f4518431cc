// Sparsity: passes its input on, and makes it cost something if a unit is on too often or too
// rarely.

import { COMBINE_SUM, FLAG_BATCH_M } from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import { fixedTensor, view } from "../plan/tensor.ts";
import { defineLayer, type Layer, throughActivation } from "./layer.ts";

/** Options of {@link sparsity}. */
export interface SparsityOptions {
  /** The mean that each unit is to have over the samples of a batch: in (0, 1). Default: 0.05. */
  readonly target?: number;
  /** What the divergence is multiplied by: ≥ 0. Default: 1. */
  readonly weight?: number;
  readonly name?: string;
}

/**
 * Adds weight · Σ KL(target ‖ mean), over all units of a sample, to the loss; KL(ρ ‖ m) = ρ·ln(ρ /
 * m) + (1 − ρ)·ln((1 − ρ) / (1 − m)), m a unit's mean over the batch. For sparse autoencoders;
 * values must lie in (0, 1), as behind a sigmoid, and stay as they are (Ng, "Sparse autoencoder",
 * CS294A lecture notes, 2011).
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function sparsity(options: SparsityOptions = {}): Layer {
  checkOptions("sparsity", options, ["target", "weight", "name"]);
  const { target = 0.05, weight = 1, name } = options;
  const inside = isF32(target) && Math.fround(target) > 0 && Math.fround(target) < 1;
  checkThat(inside, "sparsity", "target in (0, 1)", target);
  checkThat(isF32(weight) && weight >= 0, "sparsity", "a finite weight ≥ 0", weight);
  return defineLayer({
    type: "sparsity",
    name,
    config: { target, weight },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit(context) {
      const { plan, name, x, gradients } = context;
      const a = x.tensor;
      const row = fixedTensor(`${name}.slope`, 1, a.cols, -1);
      const slope = gradients && plan.copyOf(row);
      plan.push({
        layer: name,
        role: "penalty",
        name: "sparsity",
        split: "none",
        writes: slope ? [slope] : [],
        cost: a.bytes,
        a,
        ...(slope && { c: slope }),
        m: 1,
        n: a.cols,
        flags: FLAG_BATCH_M,
        f0: target,
        f1: weight,
      });
      return {
        // Without the activation that may still be pending: the penalty's gradient goes through it
        // too.
        output: { tensor: a, mask: x.mask },
        backward(dy, wanted) {
          if (wanted === "parameters only") return undefined;
          const label = { layer: name, role: "penalty gradient" };
          // The same for all samples: the next one's is no further on.
          if (slope) plan.combine(label, COMBINE_SUM, dy, view(slope, { ld: 0 }), dy);
          return throughActivation(plan, name, x, dy);
        },
      };
    },
  });
}
