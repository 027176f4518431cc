// Batch normalization: each channel with the mean and the deviation that it has in the batch.

import { COMBINE_SUM, NORMALIZE_BATCH, NORMALIZE_GIVEN } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkThat, isF32 } from "../options.ts";
import { rowsOf, scratch } from "../plan/builder.ts";
import { stride, type Tensor } from "../plan/tensor.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import {
  channelRows,
  channelsOf,
  gammaAndBeta,
  hasGradients,
  keepGradients,
  type NormalizationOptions,
  putBack,
  resolveNormalization,
  rowOf,
} from "./normalization.ts";
import { asRows, newRows } from "./rows.ts";

/** Options of {@link batchNormalization}. */
export interface BatchNormalizationOptions extends NormalizationOptions {
  /** How much of the moving averages a step keeps: a number in [0, 1]. Default: 0.99. */
  readonly momentum?: number;
  /** Default: "zeros". */
  readonly movingMeanInitializer?: InitializerName | Initializer;
  /** Default: "ones". */
  readonly movingVarianceInitializer?: InitializerName | Initializer;
  /** False: gamma, beta and the moving averages stay, and training uses the latter. Default: true. */
  readonly trainable?: boolean;
}

/**
 * y = gamma[c] ∘ (x − mean[c]) / √(variance[c] + epsilon) + beta[c] for inputs of any shape […, c]: in training
 * with mean and (biased) variance over the batch and all dimensions but the last, else with moving averages
 * of them, moving ← moving · momentum + batch · (1 − momentum). Ioffe & Szegedy, "Batch normalization", 2015.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  const where = "batchNormalization";
  const normalization = resolveNormalization(where, options, [
    "momentum",
    "movingMeanInitializer",
    "movingVarianceInitializer",
    "trainable",
  ]);
  const { momentum = 0.99, trainable = true } = options;
  const holds = isF32(momentum) && momentum >= 0 && momentum <= 1;
  checkThat(holds, where, "momentum as a number in [0, 1]", momentum);
  checkThat(typeof trainable === "boolean", where, "trainable as true or false", trainable);
  const movingMeanInitializer = resolveInitializer(
    `${where}: movingMeanInitializer`,
    options.movingMeanInitializer ?? "zeros",
  );
  const movingVarianceInitializer = resolveInitializer(
    `${where}: movingVarianceInitializer`,
    options.movingVarianceInitializer ?? "ones",
  );
  return defineLayer({
    type: where,
    name: options.name,
    config: {
      ...normalization.config,
      momentum,
      movingMeanInitializer,
      movingVarianceInitializer,
      ...(!trainable && { trainable }),
    },
    ...(!trainable && { trainable }),
    build(_where, inputShape) {
      const channels = inputShape.at(-1) ?? 1;
      const moving = { shape: [channels], trainable: false };
      return {
        outputShape: inputShape,
        parameters: [
          ...normalization.parameters(channels),
          { name: "movingMean", ...moving, initializer: movingMeanInitializer },
          { name: "movingVariance", ...moving, initializer: movingVarianceInitializer },
        ],
      };
    },
    emit(context) {
      const { epsilon } = normalization;
      // Whoever keeps gamma and beta from learning wants the averages to stay as well.
      const learns = context.trainable && context.gradients !== undefined;
      return emitBatchNormalization(context, epsilon, learns ? momentum : undefined);
    },
  });
}

/** `momentum`: of the moving averages, if it learns; else it goes by them. */
function emitBatchNormalization(
  context: EmitContext,
  epsilon: number,
  momentum: number | undefined,
): Emitted {
  const { plan, name, x, parameters, keep } = context;
  const { movingMean, movingVariance } = parameters;
  if (!movingMean || !movingVariance) throw fail("internal", { what: `${name} has no averages` });
  const forward = { layer: name, role: "forward" };
  const channels = channelsOf(context);
  const rows = x.tensor.cols / channels;
  const a = asRows(plan, forward, x.tensor, rows, channels);
  const [gamma, beta] = gammaAndBeta(context, channels);
  const statistics = channelRows(`${name}.statistics`, 4, channels);
  const learns = momentum !== undefined;
  const cost = 8 * plan.batch * rows * stride(channels);
  const sumsOver = { ...rowsOf(a), split: "own", scratch: scratch(stride(channels) * 8) } as const;
  plan.push({
    ...forward,
    role: "statistics",
    name: "columnStatistics",
    writes: [statistics],
    b: statistics,
    f0: epsilon,
    ...(learns
      ? { a, ...sumsOver, k: 1, kind: NORMALIZE_BATCH, cost }
      : { c: movingMean, d: movingVariance, n: channels, kind: NORMALIZE_GIVEN, cost: channels }),
  });
  if (learns) {
    const label = { layer: name, role: "moving averages" };
    const scale = [momentum, 1 - momentum] as const;
    const moveTo = (moving: Tensor, row: number) =>
      plan.combine(label, COMBINE_SUM, moving, rowOf(statistics, row), moving, { scale });
    moveTo(movingMean, 0);
    moveTo(movingVariance, 2);
  }
  const y = newRows(plan, `${name}.y`, rows, channels, { keep });
  const operands = { a, b: y.matrix, c: statistics, d: gamma, e: beta };
  const kind = learns ? NORMALIZE_BATCH : NORMALIZE_GIVEN;
  const writes = [y.matrix];
  plan.push({ ...forward, name: "normalize", writes, cost, ...operands, ...rowsOf(a), kind });
  y.done(forward);
  return {
    output: { tensor: y.flat, mask: x.mask },
    backward(dy, wanted) {
      const wantsInput = wanted === "input gradient";
      const back = { layer: name, role: "gradient" };
      const b = asRows(plan, back, dy, rows, channels);
      const operands = { a, b, c: statistics, e: gamma };
      const sums = learns ? channelRows(`${name}.sums`, 4, channels) : undefined;
      if (sums && (wantsInput || hasGradients(context))) {
        const label = { ...back, name: "normalizeSums", writes: [sums], cost } as const;
        plan.push({ ...label, ...operands, d: sums, ...sumsOver, k: 1, kind: NORMALIZE_BATCH });
        keepGradients(context, sums);
      }
      if (!wantsInput) return undefined;
      const label = { layer: name, role: "input gradient" };
      plan.push({
        ...label,
        name: "normalizeGradient",
        writes: [b],
        cost,
        ...operands,
        ...(sums && { d: sums }),
        ...rowsOf(b),
        kind,
      });
      putBack(plan, label, b, dy);
      return throughActivation(plan, name, x, dy);
    },
  };
}
