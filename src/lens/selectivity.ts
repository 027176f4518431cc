// How well single units tell samples of one kind from all others: pure functions of numbers.

import type { NdArray } from "../model/nd-array.ts";
import { checkThat } from "../options.ts";
import { formatShape } from "../shape.ts";

/** How well one unit tells two groups of samples apart. */
export interface Selectivity {
  /**
   * How far its mean on the group is above that on the others, in deviations: d′ = (μ₁ − μ₀) / √((σ₁² + σ₀²) / 2).
   * Infinite where a unit does not vary within either; 0 where it is all the same. Green & Swets 1966, "Signal
   * detection theory and psychophysics"; with two deviations it is their d_a.
   */
  readonly dPrime: number;
  /**
   * How probable it is that it answers more to a sample of the group than to another one, equals counting half:
   * 0.5 for a unit that tells nothing, 1 where a threshold tells all. The area under the ROC curve: Hanley &
   * McNeil 1982, "The meaning and use of the area under a receiver operating characteristic curve".
   */
  readonly auc: number;
}

/**
 * How well each unit, a column of `activations` [samples × units], tells the samples where `members` is true, or 1,
 * from the others.
 *
 * ```ts
 * const codes = await featureMaps(model, faces.dataset, "code");
 * const smiling = Array.from(faces.parts.mouth.labels, (kind) => kind === 0);
 * const best = Math.max(...selectivity(codes, smiling).map((it) => it.auc));
 * ```
 * @throws LayerwiseError `invalidArgument` unless there are two groups
 */
export function selectivity(
  activations: NdArray,
  members: ArrayLike<number | boolean>,
): readonly Selectivity[] {
  const where = "selectivity";
  const [samples = 0, units = 0] = activations.shape;
  const isMatrix = activations.shape.length === 2;
  const shape = formatShape(activations.shape);
  checkThat(isMatrix, where, "activations of the shape [samples, units]", shape);
  checkThat(members.length === samples, where, `${samples} members, one a sample`, members);
  const inGroup = Uint8Array.from(members, (it) => (Number(it) === 0 ? 0 : 1));
  const isKnown = Array.from(members).every((it) => Number(it) === 0 || Number(it) === 1);
  checkThat(isKnown, where, "members as true or false, or 1 or 0", members);
  const count = inGroup.reduce((sum, it) => sum + it, 0);
  checkThat(count > 0 && count < samples, where, "samples in the group and others", members);
  return Array.from({ length: units }, (_, unit) =>
    tellsApart(
      Float64Array.from({ length: samples }, (_, i) => activations.data[i * units + unit] ?? 0),
      inGroup,
    ),
  );
}

/** Of one unit. */
function tellsApart(values: Float64Array, inGroup: Uint8Array): Selectivity {
  const [others, group] = [0, 1].map((own) => momentsOf(values, inGroup, own)) as [
    Moments,
    Moments,
  ];
  const apart = group.mean - others.mean;
  const deviation = Math.sqrt((group.variance + others.variance) / 2);
  // Equal values have an exact mean only by luck: below this they are equal.
  const still = deviation <= 1e-12 * (Math.abs(group.mean) + Math.abs(others.mean));
  const dPrime =
    apart === 0 ? 0 : still ? Math.sign(apart) * Number.POSITIVE_INFINITY : apart / deviation;
  return { dPrime, auc: areaOf(values, inGroup, group.count, others.count) };
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsOf(values: Float64Array, inGroup: Uint8Array, own: number): Moments {
  const list = values.filter((_, i) => inGroup[i] === own);
  const mean = list.reduce((sum, it) => sum + it, 0) / list.length;
  const variance = list.reduce((sum, it) => sum + (it - mean) * (it - mean), 0) / list.length;
  return { count: list.length, mean, variance };
}

/** The share of pairs in the right order, by ranks (Mann & Whitney 1947); equals share the mean of theirs. */
function areaOf(values: Float64Array, inGroup: Uint8Array, group: number, others: number): number {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  let ranks = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    const value = values[order[from] ?? 0];
    let members = 0;
    while (to < order.length && values[order[to] ?? 0] === value) {
      members += inGroup[order[to] ?? 0] ?? 0;
      to++;
    }
    ranks += (members * (from + 1 + to)) / 2;
    from = to;
  }
  return (ranks - (group * (group + 1)) / 2) / (group * others);
}
