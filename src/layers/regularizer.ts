// Penalties on weights, as options write them and as plans need them.

import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import type { Regularizer } from "./layer.ts";

/** `{ l1, l2 }` or a number for l2; undefined if there is no penalty. */
export function resolveRegularizer(
  where: string,
  it: Partial<Regularizer> | number | undefined,
): Regularizer | undefined {
  if (it === undefined) return undefined;
  if (typeof it !== "number") checkOptions(where, it, ["l1", "l2"]);
  const { l1 = 0, l2 = 0 } = typeof it === "number" ? { l2: it } : it;
  for (const value of [l1, l2]) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw fail("invalidArgument", { where, required: "finite penalties ≥ 0", got: value });
    }
  }
  return l1 === 0 && l2 === 0 ? undefined : { l1, l2 };
}
