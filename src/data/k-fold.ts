// Cross-validation: every sample once in the part that validates. Which samples go where is what
// scikit-learn's KFold and StratifiedKFold do, the random order aside.

import { STREAM_SPLIT } from "../../assembly/abi.ts";
import { checkInteger, checkOptions, checkThat } from "../options.ts";
import { RandomStream, subStream } from "../random.ts";
import type { Dataset } from "./dataset.ts";

/** Options of {@link kFold}. */
export interface KFoldOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Deal the samples out at random. Without, folds are made of consecutive samples. Default true. */
  readonly shuffle?: boolean;
  /** Keep the classes' shares in all folds. Default: true for classification. */
  readonly stratified?: boolean;
}

/** A data set's samples but for one fold, and that fold; both in the order of the set. */
export interface Fold {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * The data set in `folds` ways: each sample validates once and trains the other times. The numbers of
 * samples of two folds differ by one at most; stratified, so do those of each class.
 *
 * ```ts
 * for (const { train, validation } of kFold(data, 5)) …
 * ```
 * @throws LayerwiseError `invalidArgument` unless there are 2 folds at least and as many samples as
 * folds, stratified in one class at least; `unknownName`
 */
export function kFold(dataset: Dataset, folds: number, options: KFoldOptions = {}): Fold[] {
  const where = "kFold";
  checkOptions(where, options, ["seed", "shuffle", "stratified"]);
  const { samples, task, targetWidth } = dataset;
  const targeted = task === "classification" && targetWidth > 0;
  const { seed = 0, shuffle = true, stratified = targeted } = options;
  for (const [key, value] of Object.entries({ shuffle, stratified })) {
    checkThat(typeof value === "boolean", where, `${key} as true or false`, value);
  }
  checkInteger(where, "folds", folds, 2, samples);
  const random = new RandomStream(seed, subStream(STREAM_SPLIT, 2));
  const labels = stratified ? dataset.labels() : new Uint32Array(samples);
  const members = membersOf(labels);
  const most = Math.max(...members.map((it) => it.length));
  const remedy = "Ask for fewer folds, or pass stratified: false.";
  checkThat(
    folds <= most,
    where,
    `folds up to ${most}, the largest class's samples`,
    folds,
    remedy,
  );

  const fold = new Uint32Array(samples);
  const dealt = deal(members, folds);
  members.forEach((positions, k) => {
    const order = dealt[k] as number[];
    const turns = shuffle ? random.permutation(order.length) : order.keys();
    let i = 0;
    for (const turn of turns) fold[positions[i++] as number] = order[turn] as number;
  });
  return Array.from({ length: folds }, (_, f) => {
    const train: number[] = [];
    const validation: number[] = [];
    fold.forEach((it, i) => {
      (it === f ? validation : train).push(i);
    });
    return { train: dataset.select(train), validation: dataset.select(validation) };
  });
}

/** The positions of each class's samples, classes in the order in which they come first. */
function membersOf(labels: Uint32Array): number[][] {
  const found = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const positions = found.get(label);
    if (positions) positions.push(i);
    else found.set(label, [i]);
  });
  return [...found.values()];
}

/**
 * For each class the folds of its samples, ascending: with the samples in the order of their classes,
 * fold f gets every `folds`-th from f on. So the folds differ by one sample, in all and in each class.
 */
function deal(members: readonly (readonly number[])[], folds: number): number[][] {
  let seen = 0;
  return members.map(({ length }) => {
    const first = seen;
    seen += length;
    const order = Array.from({ length }, (_, i) => (first + i) % folds);
    return order.sort((a, b) => a - b);
  });
}
