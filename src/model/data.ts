// What users pass as data, made into a Dataset that fits the model: checked before anything changes.

import { Dataset } from "../data/dataset.ts";
import { fromArrays } from "../data/from-arrays.ts";
import { fail } from "../errors.ts";
import { checkTargets, type LossRow, losses } from "../losses/index.ts";
import { checkOptions } from "../options.ts";
import { elementCount, formatShape, type NestedNumbers } from "../shape.ts";
import { classesOf } from "./compile.ts";
import { isNamed, joinColumns } from "./join.ts";
import type { Compiled, Network } from "./network.ts";
import { targetsByHead, targetWidths } from "./train-plan.ts";

/** Of several inputs or outputs: in their order, or by their names. */
export type Several = readonly NestedNumbers[] | Readonly<Record<string, NestedNumbers>>;

/** Features and targets as plain or typed arrays. */
export interface ArrayPair {
  /** `[samples × …]`, nested arrays, or a typed array of samples × inputShape numbers. */
  readonly x: NestedNumbers | Several;
  readonly y: NestedNumbers | Several;
  /** One weight a sample, ≥ 0. */
  readonly sampleWeight?: ArrayLike<number>;
}

/** Data with targets. */
export type TrainingData = Dataset | ArrayPair;

/** `data` as a Dataset of the model's input shape, as it came. */
export function asDataset(where: string, network: Network, data: TrainingData): Dataset {
  const dataset = data instanceof Dataset ? data : fromPair(where, network, data);
  checkInput(where, network, dataset);
  return dataset;
}

/** `dataset` as the model reads it: normalized as in training, unless it comes normalized already. */
export function asTrained(
  network: Network,
  dataset: Dataset,
  normalization = network.data.normalization,
): Dataset {
  return normalization && !dataset.normalization ? dataset.normalize(normalization) : dataset;
}

function fromPair(where: string, network: Network, data: ArrayPair): Dataset {
  if (typeof data !== "object" || data === null || data.x === undefined || data.y === undefined) {
    throw fail("invalidArgument", { where, required: "a Dataset, or { x, y }", got: data });
  }
  checkOptions(where, data, ["x", "y", "sampleWeight"]);
  const { compiled } = network;
  const [head, ...more] = compiled?.heads ?? [];
  const row = head && losses[head.loss.name];
  // One label a sample. What is more is checked output by output, when the losses are known.
  const single = more.length === 0 && network.outputShapes[0]?.length === 1;
  const task = row?.targets === "classIndex" && single ? "classification" : "regression";
  const dataset = fromArrays({
    features: joinInputs(where, network, data.x),
    targets: joinTargets(where, network, data.y),
    // Before there is a loss only the values can tell.
    ...(row && { task }),
    inputShape: network.inputShape,
    ...(data.sampleWeight && { sampleWeights: data.sampleWeight }),
  });
  const classes =
    task === "regression" && single && row !== undefined && meansClasses(row, network, dataset);
  if (!classes) return dataset;
  return new Dataset({ ...dataset, task: "classification", classes: undefined }, where);
}

/** The features of several inputs side by side; of one as they are. */
function joinInputs(where: string, { graph }: Network, x: ArrayPair["x"]): NestedNumbers {
  const { inputShapes, inputNames } = graph;
  if (inputNames.length === 1 && !isNamed(x)) return x as NestedNumbers;
  const widths = inputShapes.map(elementCount);
  return joinColumns(`${where}: x`, "input", inputNames, x as Several, widths);
}

function joinTargets(where: string, network: Network, y: ArrayPair["y"]): NestedNumbers {
  const { outputNames: names, compiled } = network;
  if (names.length === 1 && !isNamed(y)) return y as NestedNumbers;
  const widths = compiled
    ? targetWidths(network, compiled)
    : network.outputShapes.map(elementCount);
  return joinColumns(`${where}: y`, "output", names, y as Several, widths);
}

/** Whether values for each output are labels 0 and 1, or rows of a share for each class. */
function meansClasses(row: LossRow, { outputs }: Network, { targets }: Dataset): boolean {
  if (targets === undefined) return false;
  if (outputs === 1) {
    const twoClass = row.fromLogits?.activation === "sigmoid" || row.signed === true;
    return twoClass && targets.every((it) => it === 0 || it === 1);
  }
  return row.fromLogits?.activation === "softmax" && targets.every((it) => it >= 0 && it <= 1);
}

/** Bare features for predict, as the model reads them. */
export function asFeatures(
  where: string,
  network: Network,
  x: Dataset | NestedNumbers | Several,
): Dataset {
  return asTrained(network, asSamples(where, network, x));
}

/** Bare features as they came. */
export function asSamples(
  where: string,
  network: Network,
  x: Dataset | NestedNumbers | Several,
): Dataset {
  if (x instanceof Dataset) {
    checkInput(where, network, x);
    return x;
  }
  const features = joinInputs(where, network, x);
  return fromArrays({ features, task: "regression", inputShape: network.inputShape });
}

function checkInput(where: string, network: Network, dataset: Dataset): void {
  if (dataset.featureCount === network.inputs) return;
  throw fail("shapeMismatch", {
    where,
    expected: `samples of shape ${formatShape(network.inputShape)}`,
    got: formatShape(dataset.inputShape),
    remedy: "Build the model with the data's inputShape.",
  });
}

/** The targets of a dataset, checked against the losses. */
export function targetsOf(
  where: string,
  network: Network,
  compiled: Compiled,
  dataset: Dataset,
): Float32Array {
  const { targets, targetWidth } = dataset;
  if (targets === undefined) {
    throw fail("shapeMismatch", { where, expected: "data with targets", got: "features only" });
  }
  const widths = targetWidths(network, compiled);
  const total = widths.reduce((sum, it) => sum + it, 0);
  if (widths.length > 1 && targetWidth !== total) {
    const expected = `targets of ${total} numbers a sample, for ${widths.length} outputs`;
    throw fail("shapeMismatch", { where, expected, got: `${targetWidth}` });
  }
  targetsByHead(network, compiled, targets).forEach((data, index) => {
    const { loss, name } = compiled.heads[index] ?? compiled.heads[0];
    const at = widths.length > 1 ? `${where}: ${name}` : where;
    const shape = network.outputShapes[index] ?? [];
    const classes = classesOf(loss, shape);
    const steps = elementCount(shape) / classes;
    const own = widths.length > 1 ? (widths[index] ?? 0) : targetWidth;
    checkTargets(at, loss, classes, { data, width: own / steps });
  });
  return targets;
}

/** The weight of each sample: its own times its class's; undefined if all are 1. */
export function weightsOf(
  where: string,
  network: Network,
  dataset: Dataset,
  classWeight: Readonly<Record<number, number>> | undefined,
): Float32Array | undefined {
  if (classWeight === undefined) return dataset.sampleWeights;
  if (dataset.task !== "classification" || dataset.targets === undefined) {
    throw fail("invalidArgument", {
      where,
      required: "class labels for classWeight",
      got: dataset.task,
    });
  }
  const table = new Map(
    Object.entries(classWeight).map(([label, weight]) => [Number(label), weight]),
  );
  // Not only the classes that occur: a batch of a stream may lack some.
  const classes = Math.max(dataset.classes, network.outputs);
  for (const [label, weight] of table) {
    const isClass = Number.isInteger(label) && label >= 0 && label < classes;
    if (isClass && weight >= 0 && Math.fround(weight) < Infinity) continue;
    const required = `weights ≥ 0 for classes 0…${classes - 1}`;
    throw fail("invalidArgument", {
      where: `${where}: classWeight`,
      required,
      got: `${label}: ${weight}`,
    });
  }
  const labels = dataset.labels();
  return Float32Array.from(
    labels,
    (label, i) => (table.get(label) ?? 1) * (dataset.sampleWeights?.[i] ?? 1),
  );
}
