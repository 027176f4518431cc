// Quantities in the units that the table has: the model learns them scaled.

import type { RunData } from "./data.ts";

/** What the model or a probe says, in the units of the targets. */
export function unscale(
  values: Float32Array,
  { targetScale }: Pick<RunData, "targetScale">,
): Float32Array {
  if (targetScale === undefined) return values;
  const [shift = 0] = targetScale.shift;
  const [scale = 1] = targetScale.scale;
  return values.map((it) => it * scale + shift);
}
