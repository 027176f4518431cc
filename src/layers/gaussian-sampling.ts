// Gaussian sampling: draws from normal distributions whose parameters the layers below give.

import {
  FLAG_BATCH_M,
  GAUSSIAN_GRADIENT,
  GAUSSIAN_PENALTY,
  GAUSSIAN_SAMPLE,
  STREAM_NOISE,
} from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import { subStream } from "../random.ts";
import { formatShape } from "../shape.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import { jointMask } from "./merge.ts";

export interface GaussianSamplingOptions {
  /** What the divergence is multiplied by: ≥ 0. Default: 1. */
  readonly klWeight?: number;
  readonly name?: string;
}

/**
 * Of two inputs of one shape, means and logarithms of variances, it makes mean + e^(logVariance / 2)·ε, ε
 * standard normal, in training, and the mean otherwise. It adds klWeight · ½·Σ(mean² + variance − 1 −
 * logVariance), the divergence of the normal distributions from the standard one, summed over the values
 * of a sample and averaged over those of a batch, to the loss: the codes of a variational autoencoder
 * (Kingma & Welling, "Auto-encoding variational Bayes", ICLR 2014).
 *
 * A loss like meanSquaredError is a mean over outputs, while the divergence is a sum: a klWeight of 1 / outputs
 * weighs them as if both were sums.
 *
 * ```ts
 * const code = gaussianSampling({ klWeight: 1 / 256 }).apply(dense(8).apply(h), dense(8).apply(h));
 * ```
 * @throws LayerwiseError `invalidArgument`, `unknownName`; when the model is built, `shapeMismatch`
 */
export function gaussianSampling(options: GaussianSamplingOptions = {}): Layer {
  const where = "gaussianSampling";
  checkOptions(where, options, ["klWeight", "name"]);
  const { klWeight = 1, name } = options;
  checkThat(isF32(klWeight) && klWeight >= 0, where, "a finite klWeight ≥ 0", klWeight);
  return defineLayer({
    type: where,
    name,
    config: { klWeight },
    merges: true,
    build(where, inputShape, inputShapes = [inputShape]) {
      const [mean, logVariance] = inputShapes.map(formatShape);
      if (inputShapes.length !== 2 || mean !== logVariance) {
        throw fail("shapeMismatch", {
          where,
          expected: "two inputs of one shape: means and logarithms of variances",
          got: inputShapes.map(formatShape).join(", "),
          remedy: "Apply it to two values.",
        });
      }
      return { outputShape: inputShape, parameters: [] };
    },
    emit: (context) => emitGaussian(context, klWeight),
  });
}

function emitGaussian(context: EmitContext, klWeight: number): Emitted {
  const { plan, name, inputs, gradients, keep } = context;
  const [mean, logVariance] = inputs;
  if (mean === undefined || logVariance === undefined) {
    throw fail("internal", { what: `${name} without two inputs` });
  }
  const { tensor: a } = mean;
  const { tensor: b } = logVariance;
  const op = {
    layer: name,
    name: "gaussian" as const,
    cost: a.bytes * 10,
    a,
    b,
    m: 1,
    n: a.cols,
    flags: FLAG_BATCH_M,
    stream: subStream(STREAM_NOISE, context.index),
    f0: klWeight,
  };
  const mask = jointMask(plan, name, inputs);
  if (klWeight > 0) {
    plan.push({ ...op, role: "penalty", kind: GAUSSIAN_PENALTY, split: "none", writes: [] });
  }
  if (gradients === undefined) {
    return {
      output: { tensor: a, ...(mean.activation && { activation: mean.activation }), mask },
      backward: (dy) => [dy, undefined],
    };
  }
  const y = plan.tensor(`${name}.y`, a.cols, { keep });
  plan.push({ ...op, role: "forward", kind: GAUSSIAN_SAMPLE, writes: [y], c: y });
  return {
    output: { tensor: y, mask },
    backward(dy, wanted) {
      if (wanted === "parameters only") return [undefined, undefined];
      const d = plan.tensor(`${name}.dlogVariance`, b.cols);
      const role = "gradient";
      plan.push({ ...op, role, kind: GAUSSIAN_GRADIENT, writes: [dy, d], c: dy, d });
      return [
        throughActivation(plan, name, mean, dy),
        throughActivation(plan, name, logVariance, d),
      ];
    },
  };
}
