// Units that hardly learn, layer by layer.

import type { LayerFrame, UnitState } from "../protocol.ts";
import { isDead, isSaturated } from "../unit-state.ts";
import { layerTitle } from "../words.ts";

export interface UnitsRow {
  readonly name: string;
  readonly units: number;
  /** Numbers of units, from 1. */
  readonly dead: readonly number[];
  readonly saturated: readonly number[];
}

/** Of the hidden layers. */
export function unitRows(layers: readonly LayerFrame[]): readonly UnitsRow[] {
  return layers.slice(1, -1).map(({ name, unitStates }) => {
    const those = (is: (state: UnitState) => boolean) =>
      unitStates.flatMap((state, i) => (is(state) ? [i + 1] : []));
    return {
      name: layerTitle(name),
      units: unitStates.length,
      dead: those(isDead),
      saturated: those(isSaturated),
    };
  });
}

/** "2: units 1 and 4" */
export function listed(numbers: readonly number[]): string {
  if (numbers.length === 0) return "0";
  const [last, ...others] = numbers.toReversed();
  const list = others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
  return `${numbers.length}: ${numbers.length === 1 ? "unit" : "units"} ${list}`;
}

/** How long a gradient's bar is, as a share: a logarithmic scale from a hundred-millionth to a hundred. */
export function gradientShare(gradient: number): number {
  if (!(gradient > 0)) return 0;
  return Math.min(1, Math.max(0.01, (Math.log10(gradient) + 8) / 10));
}
