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
import { Dataset, type DatasetFields, type Task } from "./dataset.ts";

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
  const inputShape = shapeOfSample(where, data, shape);
  const samples = features.length / elementCount(inputShape);
  const targets = data.targets && readTargets(where, data.targets, samples);
  const { classes, classNames, featureNames, sampleWeights } = data;
  const fields: DatasetFields = {
    features,
    targets,
    inputShape,
    task: data.task ?? inferTask(data, targets, samples),
    classes,
    classNames,
    featureNames,
    sampleWeights: sampleWeights && flatten(`${where}: sampleWeights`, sampleWeights).data,
  };
  return new Dataset(fields, where);
}

/** The shape of one sample, as said or as nested, that divides features of `shape` into samples. */
function shapeOfSample(where: string, data: ArrayData, shape: readonly number[]): number[] {
  const nested = shape.length > 1 ? shape.slice(1) : [1];
  const { inputShape } = data;
  if (inputShape === undefined) {
    if (isNumericArray(data.features)) {
      const required = "the shape of one sample, since the features are one typed array";
      throw fail("invalidArgument", { where: `${where}: inputShape`, required, got: inputShape });
    }
    return nested;
  }
  checkShape(`${where}: inputShape`, inputShape);
  const size = elementCount(inputShape);
  const typed = isNumericArray(data.features);
  if (typed ? elementCount(shape) % size !== 0 : elementCount(nested) !== size) {
    throw fail("shapeMismatch", {
      where,
      expected: `features in samples of the shape ${formatShape(inputShape)}`,
      got: typed ? `${elementCount(shape)} values` : formatShape(nested),
    });
  }
  return [...inputShape];
}

function readTargets(where: string, given: NestedNumbers, samples: number): Float32Array {
  const { data, shape } = flatten(`${where}: targets`, given);
  const rows = isNumericArray(given) && data.length % samples === 0 ? samples : shape[0];
  if (rows !== samples) {
    throw fail("shapeMismatch", {
      where,
      expected: `${samples} targets, one for each sample`,
      got: String(rows),
    });
  }
  return data;
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
