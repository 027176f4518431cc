// Group normalization: each group of channels with the mean and the deviation that it has in the sample.

import { NORMALIZE_SAMPLES, NORMALIZE_TOTALS } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkThat } from "../options.ts";
import { rowsOf, scratch } from "../plan/builder.ts";
import { stride, view } from "../plan/tensor.ts";
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
} from "./normalization.ts";
import { asRows, newRows } from "./rows.ts";

/** Options of {@link groupNormalization}. */
export interface GroupNormalizationOptions extends NormalizationOptions {
  /**
   * Groups of neighbouring channels, as many in each: a divisor of the channels; −1: each channel is its own
   * group (instance normalization). Default: 32.
   */
  readonly groups?: number;
}

/**
 * y = gamma[c] ∘ (x − mean[g]) / √(variance[g] + epsilon) + beta[c] for inputs of any shape […, c], mean and
 * variance being those of a sample's group g of channels over all dimensions but the last.
 * Wu & He, "Group normalization", 2018.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function groupNormalization(options: GroupNormalizationOptions = {}): Layer {
  const where = "groupNormalization";
  const { config, epsilon, parameters } = resolveNormalization(where, options, ["groups"]);
  const { groups = 32 } = options;
  const holds = groups === -1 || (Number.isSafeInteger(groups) && groups >= 1);
  checkThat(holds, where, "groups as an integer ≥ 1, or −1 for one a channel", groups);
  return defineLayer({
    type: where,
    name: options.name,
    config: { groups, ...config },
    build(where, inputShape) {
      const channels = inputShape.at(-1) ?? 1;
      if (groups !== -1 && channels % groups !== 0) {
        throw fail("shapeMismatch", {
          where,
          expected: `a number of channels that ${groups} groups share evenly`,
          got: `${channels}`,
          remedy: "Set groups to a divisor of it, or to −1.",
        });
      }
      return { outputShape: inputShape, parameters: parameters(channels) };
    },
    emit(context) {
      return emitGroupNormalization(context, epsilon, groups === -1 ? undefined : groups);
    },
  });
}

/** `groups`: as many as there are channels if left out. */
function emitGroupNormalization(
  context: EmitContext,
  epsilon: number,
  groups: number | undefined,
): Emitted {
  const { plan, name, x, keep } = context;
  const forward = { layer: name, role: "forward" };
  const channels = channelsOf(context);
  const rows = x.tensor.cols / channels;
  const a = asRows(plan, forward, x.tensor, rows, channels);
  const [gamma, beta] = gammaAndBeta(context, channels);
  const statistics = plan.tensor(`${name}.statistics`, channels, { rows: 4 });
  const y = newRows(plan, `${name}.y`, rows, channels, { keep });
  const cost = 8 * plan.batch * rows * stride(channels);
  const over = { ...rowsOf(a), k: channels / (groups ?? channels), kind: NORMALIZE_SAMPLES };
  const sumsOver = { ...over, scratch: scratch(stride(channels) * 8) };
  plan.push({
    ...forward,
    role: "statistics",
    name: "columnStatistics",
    writes: [statistics],
    cost,
    a,
    b: statistics,
    ...sumsOver,
    f0: epsilon,
  });
  const operands = { a, b: y.matrix, c: statistics, d: gamma, e: beta };
  plan.push({ ...forward, name: "normalize", writes: [y.matrix], cost, ...operands, ...over });
  y.done(forward);
  return {
    output: { tensor: y.flat, mask: x.mask },
    backward(dy, wanted) {
      const back = { layer: name, role: "gradient" };
      const b = asRows(plan, back, dy, rows, channels);
      const sums = plan.tensor(`${name}.sums`, channels, { rows: 4 });
      const operands = { a, b, c: statistics, d: sums, e: gamma };
      plan.push({ ...back, name: "normalizeSums", writes: [sums], cost, ...operands, ...sumsOver });
      if (hasGradients(context)) {
        // The first two rows of every sample's four, summed over the batch.
        const { ld } = sums;
        const all = channelRows(`${name}.all sums`, 2, channels);
        plan.push({
          ...back,
          name: "normalizeSums",
          writes: [all],
          cost: 4 * plan.batch * ld,
          a: view(sums, { rows: 1, cols: 2 * ld, ld: 4 * ld }),
          d: all,
          ...rowsOf(sums),
          m: 1,
          n: 2 * ld,
          kind: NORMALIZE_TOTALS,
          split: "own",
          scratch: scratch(2 * ld * 8),
        });
        keepGradients(context, all);
      }
      if (wanted === "parameters only") return undefined;
      const label = { layer: name, role: "input gradient" };
      plan.push({ ...label, name: "normalizeGradient", writes: [b], cost, ...operands, ...over });
      putBack(plan, label, b, dy);
      return throughActivation(plan, name, x, dy);
    },
  };
}
