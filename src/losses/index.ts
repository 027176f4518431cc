// What a user may pass as a loss, and what becomes of it. Knows nothing of layers or plans.

import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { type Loss, type LossName, losses } from "./table.ts";

export { type Loss, type LossName, type LossRow, losses } from "./table.ts";
export { checkTargets, lossConstants, type Targets } from "./targets.ts";

/**
 * Huber's loss: a square near 0, a line beyond ±delta, so that outliers pull less than in
 * meanSquaredError (Huber, "Robust Estimation of a Location Parameter", 1964).
 * @throws LayerwiseError `invalidArgument` unless delta is a positive finite number
 */
export function huber(options: { readonly delta?: number } = {}): Loss {
  checkOptions("huber", options, ["delta"]);
  const { delta = 1 } = options;
  checkDelta("huber", delta);
  return { name: "huber", delta };
}

/**
 * The loss that `it` names, with its parameter filled in.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function resolveLoss(where: string, it: LossName | Loss): Loss {
  // What comes from plain JavaScript or from a file may be anything.
  const given: unknown = typeof it === "object" && it !== null ? it.name : it;
  if (typeof given !== "string" || !Object.hasOwn(losses, given)) {
    throw fail("unknownName", { where, kind: "loss", got: given, known: Object.keys(losses) });
  }
  const name = given as LossName;
  const usual = losses[name].delta;
  const delta = typeof it === "object" ? it.delta : undefined;
  if (usual === undefined) {
    if (delta === undefined) return { name };
    throw fail("invalidArgument", {
      where: `${where}: the loss ${name}`,
      required: "no delta",
      got: delta,
      remedy: "Only huber has one.",
    });
  }
  if (delta !== undefined) checkDelta(`${where}: the loss ${name}`, delta);
  return { name, delta: delta ?? usual };
}

function checkDelta(where: string, delta: unknown): void {
  if (typeof delta === "number" && Number.isFinite(delta) && Math.fround(delta) > 0) return;
  throw fail("invalidArgument", { where, required: "delta to be a positive number", got: delta });
}
