// What is wrong with a unit, as all parts of the page judge it. A unit that is switched off is not blamed for
// giving nothing.

import type { UnitState } from "./protocol.ts";

/** A unit is called saturated where its slope is nearly 0 for so many of the training points. */
const MOSTLY = 0.9;

export function isDead({ enabled, dead }: UnitState): boolean {
  return enabled && dead;
}

/** A dead unit isn't called saturated besides. */
export function isSaturated({ enabled, dead, saturated }: UnitState): boolean {
  return enabled && !dead && saturated >= MOSTLY;
}
