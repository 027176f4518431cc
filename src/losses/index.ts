// What a user may pass as a loss, and what becomes of it. Knows nothing of layers or plans.

import { checkName, checkOptions, checkThat, isF32, isRecord } from "../options.ts";
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
  return resolveLoss("loss", { ...options, name: "huber" });
}

/**
 * The loss that `it` names, with its parameter filled in.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function resolveLoss(where: string, it: LossName | Loss): Loss {
  // What comes from plain JavaScript or from a file may be anything.
  const { name: given, delta }: Readonly<Record<string, unknown>> = isRecord(it)
    ? it
    : { name: it };
  const name = checkName(where, "loss", given, Object.keys(losses) as LossName[]);
  const at = `${where}: ${name}`;
  const standard = losses[name].delta;
  if (standard === undefined) {
    checkThat(delta === undefined, at, "no delta: only huber has one", delta);
    return { name };
  }
  const value = delta ?? standard;
  checkThat(isF32(value) && Math.fround(value) > 0, at, "delta as a positive number", value);
  return { name, delta: value };
}
