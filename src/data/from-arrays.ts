// Data sets from arrays, nested or typed: checks that rows agree and decides what the targets mean.

import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import {
  checkShape,
  elementCount,
  flatten,
  formatShape,
  isNumericArray,
  type NestedNumbers,
} from "../shape.ts";
import { Dataset, type Task } from "./dataset.ts";

/** Options of {@link fromArrays}. */
export interface ArrayData {
  /** One element for each sample: numbers, rows, images …; or a typed array with `inputShape`. */
  readonly features: NestedNumbers;
  /** One number or row for each sample: class indices, one-hot rows or quantities. */
  readonly targets?: NestedNumbers;
  /** Shape of one sample. Needed for typed arrays, elsewhere seen from the nesting. */
  readonly inputShape?: readonly number[];
  readonly task?: Task;
  /** Number of classes, if not all of them occur. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  readonly featureNames?: readonly string[];
  /** One weight ≥ 0 for each sample. */
  readonly sampleWeights?: ArrayLike<number>;
}

const KEYS: readonly (keyof ArrayData)[] = [
  "features",
  "targets",
  "inputShape",
  "task",
  "classes",
  "classNames",
  "featureNames",
  "sampleWeights",
];

/**
 * A data set from arrays; all numbers are copied.
 *
 * Without `task` the targets are classes if `classes` or `classNames` are given, or if they are the
 * integers 0…k−1 (k ≥ 2), each of which occurs, with at least 2k samples. Anything else is regression.
 *
 * ```ts
 * fromArrays({ features: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] }); // two classes
 * ```
 * @throws LayerwiseError `emptyData`, `raggedRows`, `nanInData`, `labelOutOfRange`, `shapeMismatch`,
 * `invalidArgument`, `unknownName`
 */
export function fromArrays(data: ArrayData): Dataset {
  const where = "fromArrays";
  checkOptions(where, data, KEYS);
  const { data: features, shape } = flatten(`${where}: features`, data.features);
  const typed = isNumericArray(data.features);
  const nested = shape.length > 1 ? shape.slice(1) : [1];
  const inputShape: unknown = data.inputShape ?? (typed ? undefined : nested);
  checkShape(`${where}: inputShape`, inputShape);
  const size = elementCount(inputShape);
  if (!typed && elementCount(nested) !== size) {
    const expected = `samples of the shape ${formatShape(inputShape)}`;
    throw fail("shapeMismatch", { where, expected, got: formatShape(nested) });
  }
  const samples = features.length / size;
  const targets = data.targets && readTargets(where, data.targets, samples);
  const sampleWeights =
    data.sampleWeights && flatten(`${where}: sampleWeights`, data.sampleWeights).data;
  const task = data.task ?? inferTask(data, targets, samples);
  return new Dataset({ ...data, features, targets, inputShape, task, sampleWeights }, where);
}

/** What typed arrays hold is divided among the samples; the data set checks that it can be. */
function readTargets(where: string, given: NestedNumbers, samples: number): Float32Array {
  const { data, shape } = flatten(`${where}: targets`, given);
  if (isNumericArray(given) || shape[0] === samples) return data;
  const expected = `${samples} targets, one for each sample`;
  throw fail("shapeMismatch", { where, expected, got: `${shape[0]}` });
}

function inferTask(data: ArrayData, targets: Float32Array | undefined, samples: number): Task {
  if (data.classes !== undefined || data.classNames) return "classification";
  if (targets?.length !== samples) return "regression";
  const found = new Set(targets);
  const areClasses = [...found].every((x) => Number.isInteger(x) && x >= 0 && x < found.size);
  return areClasses && found.size >= 2 && samples >= 2 * found.size
    ? "classification"
    : "regression";
}
