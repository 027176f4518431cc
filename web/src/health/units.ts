// Units that hardly learn, layer by layer.

import type { LayerFrame } from "../protocol.ts";
import { layerTitle } from "../time/words.ts";
import { SATURATED } from "./findings.ts";

export interface UnitsRow {
  readonly name: string;
  readonly units: number;
  /** Numbers of units, from 1. */
  readonly dead: readonly number[];
  readonly saturated: readonly number[];
}

/** The hidden layers. A unit that is switched off is neither; a dead one isn't saturated besides. */
export function unitRows(layers: readonly LayerFrame[]): readonly UnitsRow[] {
  return layers.slice(1, -1).map(({ name, unitStates }) => {
    const those = (is: (state: LayerFrame["unitStates"][number]) => boolean) =>
      unitStates.flatMap((state, i) => (state.enabled && is(state) ? [i + 1] : []));
    return {
      name: layerTitle(name),
      units: unitStates.length,
      dead: those((it) => it.dead),
      saturated: those((it) => !it.dead && it.saturated >= SATURATED),
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
