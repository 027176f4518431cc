// Which part of what it sees each unit answers to, so that it can be called by it.

import type { Dataset } from "../data/dataset.ts";
import { asFeatures, type Several } from "../model/data.ts";
import { NdArray } from "../model/nd-array.ts";
import { checkName, checkOptions, checkThat, isRecord } from "../options.ts";
import type { NestedNumbers } from "../shape.ts";
import { forwardRows } from "./forward.ts";
import { type AnyModel, findLayer, look, partUpTo } from "./look.ts";
import { type Selectivity, selectivity } from "./selectivity.ts";

export interface NameUnitsOptions {
  /**
   * What a unit with many places, a channel of a feature map say, gives for a sample: the most that it gives
   * anywhere, or its mean. Default: "max".
   */
  readonly over?: "max" | "mean";
}

/** How well a unit tells one part from all others. */
export interface PartSelectivity extends Selectivity {
  readonly part: string;
}

/** A unit and the part that it answers to most, by d′. */
export interface NamedUnit extends Selectivity {
  readonly unit: number;
  /** Undefined if it answers to none of them more than to the others, as a unit does that is always off. */
  readonly part: string | undefined;
  /** All parts, the best first. The unit answers to one part only if the second is far behind. */
  readonly parts: readonly PartSelectivity[];
}

/**
 * For each unit of a layer, or each channel, the part that it answers to: of probes that show one part each,
 * the one whose samples it tells best from all the others' ({@link selectivity}).
 *
 * ```ts
 * const only = (part) => datasets.faces({ samples: 200, seed: 7, show: [part] }).dataset;
 * const probes = { eyes: only("eyes"), nose: only("nose"), mouth: only("mouth") };
 * for (const { unit, part, dPrime } of await nameUnits(model, "conv2d_2", probes)) …
 * ```
 * @throws LayerwiseError `invalidArgument` unless there are two probes, `unknownName`, `shapeMismatch`, …
 */
export function nameUnits(
  model: AnyModel,
  layer: string,
  probes: Readonly<Record<string, Dataset | NestedNumbers | Several>>,
  options: NameUnitsOptions = {},
): Promise<readonly NamedUnit[]> {
  const where = "nameUnits";
  return look(where, model, async (network) => {
    checkOptions(where, options, ["over"]);
    const over = checkName(where, "over", options.over ?? "max", ["max", "mean"] as const);
    const known = isRecord(probes) && Object.keys(probes).length >= 2;
    checkThat(known, where, "two probes at least, by the names of their parts", probes);
    const seen = findLayer(where, network, layer);
    const part = partUpTo(network, seen);
    const { units, positions } = seen;
    const size = units * positions;
    const answers: number[] = [];
    const owners: string[] = [];
    for (const [name, probe] of Object.entries(probes)) {
      const { features, samples } = asFeatures(`${where}: ${name}`, network, probe);
      await forwardRows(network, part, features, (values) => {
        for (let from = 0; from < values.length; from += size) {
          for (let unit = 0; unit < units; unit++) {
            answers.push(answerOf(values.subarray(from, from + size), { unit, units, over }));
          }
        }
      });
      for (let i = 0; i < samples; i++) owners.push(name);
    }
    const activations = new NdArray(Float32Array.from(answers), [owners.length, units]);
    const all = Object.keys(probes).map((name) => ({
      name,
      units: selectivity(
        activations,
        owners.map((it) => it === name),
      ),
    }));
    return Array.from({ length: units }, (_, unit): NamedUnit => {
      const parts = all
        .map(({ name, units }) => ({ part: name, ...(units[unit] as Selectivity) }))
        .sort((a, b) => (a.dPrime === b.dPrime ? b.auc - a.auc : b.dPrime - a.dPrime));
      const [{ part, ...best }] = parts as [PartSelectivity];
      return { unit, part: best.dPrime > 0 ? part : undefined, ...best, parts };
    });
  });
}

/** What a unit gives for a sample. */
function answerOf(
  values: Float32Array,
  it: { readonly unit: number; readonly units: number; readonly over: "max" | "mean" },
): number {
  let [sum, most] = [0, Number.NEGATIVE_INFINITY];
  for (let i = it.unit; i < values.length; i += it.units) {
    const value = values[i] ?? 0;
    sum += value;
    most = Math.max(most, value);
  }
  return it.over === "max" ? most : (sum * it.units) / values.length;
}
