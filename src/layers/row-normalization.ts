// What layerNormalization and rmsNormalization emit: every row of the last dimension normalized by itself.

import { NORMALIZE_ROWS, NORMALIZE_ROWS_RMS } from "../../assembly/abi.ts";
import { rowsOf } from "../plan/builder.ts";
import { stride } from "../plan/tensor.ts";
import { type EmitContext, type Emitted, throughActivation } from "./layer.ts";
import {
  channelRows,
  channelsOf,
  gammaAndBeta,
  hasGradients,
  keepGradients,
  putBack,
} from "./normalization.ts";
import { asRows, newRows } from "./rows.ts";

/** By mean and variance, or by the mean square. */
export function emitRowNormalization(
  context: EmitContext,
  epsilon: number,
  by: "variance" | "mean square",
): Emitted {
  const { plan, name, x, wayBack, keep } = context;
  const forward = { layer: name, role: "forward" };
  const channels = channelsOf(context);
  const rows = x.tensor.cols / channels;
  const kind = by === "variance" ? NORMALIZE_ROWS : NORMALIZE_ROWS_RMS;
  const a = asRows(plan, forward, x.tensor, rows, channels);
  const [gamma, beta] = gammaAndBeta(context, channels);
  // Mean, its second float, 1 / deviation, and one that nobody reads.
  const statistics = wayBack ? plan.tensor(`${name}.statistics`, 4, { rows }) : undefined;
  const y = newRows(plan, `${name}.y`, rows, channels, { keep });
  const cost = 8 * plan.batch * rows * stride(channels);
  plan.push({
    ...forward,
    name: "normalize",
    writes: [y.matrix, ...(statistics ? [statistics] : [])],
    cost,
    a,
    b: y.matrix,
    ...(statistics && { c: statistics }),
    d: gamma,
    e: beta,
    ...rowsOf(a),
    kind,
    f0: epsilon,
  });
  y.done(forward);
  return {
    output: { tensor: y.flat, mask: x.mask },
    backward(dy, wanted) {
      const back = { layer: name, role: "gradient" };
      const b = asRows(plan, back, dy, rows, channels);
      const given = { a, b, ...(statistics && { c: statistics }), ...rowsOf(b), kind };
      if (hasGradients(context)) {
        const sums = channelRows(`${name}.sums`, 2, channels);
        const label = { ...back, name: "normalizeSums", writes: [sums], cost } as const;
        plan.push({ ...label, ...given, d: sums, split: "own" });
        keepGradients(context, sums);
      }
      if (wanted === "parameters only") return undefined;
      const label = { layer: name, role: "input gradient" };
      plan.push({ ...label, name: "normalizeGradient", writes: [b], cost, ...given, e: gamma });
      putBack(plan, label, b, dy);
      return throughActivation(plan, name, x, dy);
    },
  };
}
