// Samples with their targets: immutable, compact, checked once. What models train on. Knows nothing
// of models or the kernel; needs the random streams, for splits and shuffles that any seed repeats.
//
//   features  Float32Array [samples × inputShape…]      targets  Float32Array [samples × targetWidth]
//
// Every method returns a new Dataset. `slice`, `take` and `batch` share memory with the set they come
// from, the others copy.

import { STREAM_SPLIT } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkInteger, checkName, checkOptions, checkThat, isRecord } from "../options.ts";
import { RandomStream, subStream } from "../random.ts";
import { checkShape, elementCount } from "../shape.ts";
import { checkFinite, checkLength, countClasses } from "./checks.ts";
import type { TableSchema } from "./csv-schema.ts";
import { shares } from "./deal.ts";
import {
  applyNormalization,
  fitNormalization,
  type Normalization,
  type NormalizationMethod,
} from "./normalize.ts";

/** What the targets mean: class indices (or one-hot rows), or quantities. */
export type Task = "classification" | "regression";

/** What a {@link Dataset} is made of. Arrays are taken over, not copied: don't write to them. */
export interface DatasetFields {
  /** Compact, row-major [samples × product of inputShape]. */
  readonly features: Float32Array;
  /** Compact, row-major [samples × targetWidth]. Class indices have the width 1. Absent: none. */
  readonly targets?: Float32Array | undefined;
  /** Shape of one sample: [2] for points of the plane, [28, 28, 1] for images. */
  readonly inputShape: readonly number[];
  readonly task: Task;
  /** Classification: how many. Default: as `classNames` says, or the largest label + 1, at least 2. */
  readonly classes?: number | undefined;
  readonly classNames?: readonly string[] | undefined;
  /** One for each column of a sample. */
  readonly featureNames?: readonly string[] | undefined;
  /** [samples], finite, ≥ 0. */
  readonly sampleWeights?: Float32Array | undefined;
  /** What has been applied to the features already. */
  readonly normalization?: Normalization | undefined;
  /** How the features were read from a table, to read others alike. */
  readonly schema?: TableSchema | undefined;
}

/** Options of {@link Dataset.split}. */
export interface SplitOptions {
  /** Share of the samples that goes to `train`, in (0, 1). */
  readonly fraction: number;
  /** Default 0. */
  readonly seed?: number;
  /** Keep the classes' shares in both parts. Default: true for classification. */
  readonly stratified?: boolean;
}

/** Two parts of a data set. */
export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Samples, their targets, and what they mean. */
export class Dataset {
  /** [samples × featureCount], compact, row-major. */
  readonly features: Float32Array;
  /** [samples × targetWidth], compact, row-major. */
  readonly targets: Float32Array | undefined;
  readonly samples: number;
  /** Shape of one sample. */
  readonly inputShape: readonly number[];
  /** Values in one sample: the product of `inputShape`. */
  readonly featureCount: number;
  /** Values in one target; 0 without targets. */
  readonly targetWidth: number;
  readonly task: Task;
  /** Number of classes; 0 for regression. */
  readonly classes: number;
  readonly classNames: readonly string[] | undefined;
  readonly featureNames: readonly string[] | undefined;
  readonly sampleWeights: Float32Array | undefined;
  readonly normalization: Normalization | undefined;
  readonly schema: TableSchema | undefined;

  /**
   * @param where how errors name the place
   * @throws LayerwiseError `emptyData`, `shapeMismatch`, `nanInData`, `labelOutOfRange`,
   * `invalidArgument`, `unknownName`
   */
  constructor(fields: DatasetFields, where = "Dataset") {
    const { features, targets, inputShape, task, classNames, featureNames, sampleWeights } = fields;
    checkShape(`${where}: inputShape`, inputShape);
    this.task = checkName(where, "task", task, ["classification", "regression"]);
    this.inputShape = [...inputShape];
    this.featureCount = elementCount(inputShape);
    this.samples = Math.ceil(features.length / this.featureCount);
    if (this.samples === 0) throw fail("emptyData", { where });
    this.targetWidth = targets ? Math.max(1, Math.round(targets.length / this.samples)) : 0;
    const check = (what: string, array: Float32Array | undefined, width: number) => {
      if (!array) return;
      checkLength(where, what, array.length, this.samples * width);
      checkFinite(`${where}: ${what}`, array, width);
    };
    check("features", features, this.featureCount);
    check("targets", targets, this.targetWidth);
    check("sampleWeights", sampleWeights, 1);
    const negative = sampleWeights?.find((weight) => weight < 0);
    checkThat(negative === undefined, `${where}: sampleWeights`, "weights ≥ 0", negative);
    if (featureNames) checkLength(where, "featureNames", featureNames.length, this.featureCount);
    this.classes = task === "classification" ? countClasses(where, fields, this.targetWidth) : 0;
    this.features = features;
    this.targets = targets;
    this.classNames = classNames && [...classNames];
    this.featureNames = featureNames && [...featureNames];
    this.sampleWeights = sampleWeights;
    this.normalization = fields.normalization;
    this.schema = fields.schema;
  }

  /**
   * Deals the samples out at random: `split(0.8)` puts 80 % into `train` and the rest into `test`,
   * both in random order. Stratified, each class is dealt out in that proportion too, rounded so
   * that the totals are those of a plain split.
   * @throws LayerwiseError `invalidArgument` if the fraction leaves one part empty, `unknownName`
   */
  split(options: number | SplitOptions): Split {
    const given = typeof options === "number" ? { fraction: options } : options;
    checkOptions("split", given, ["fraction", "seed", "stratified"]);
    const targeted = this.task === "classification" && this.targetWidth > 0;
    const { fraction, seed = 0, stratified = targeted } = given;
    const count = Math.round(this.samples * fraction);
    checkThat(
      count > 0 && count < this.samples,
      "split",
      `a fraction that leaves at least one of ${this.samples} samples on each side`,
      fraction,
    );
    const labels = stratified ? this.labels() : new Uint32Array(this.samples);
    const quota = shares(labels, Math.max(1, this.classes), count);
    const train: number[] = [];
    const test: number[] = [];
    for (const i of new RandomStream(seed, STREAM_SPLIT).permutation(this.samples)) {
      const label = labels[i] ?? 0;
      const left = quota[label] ?? 0;
      quota[label] = left - 1;
      (left > 0 ? train : test).push(i);
    }
    return { train: this.select(train), test: this.select(test) };
  }

  /** The samples in a random order. */
  shuffle(seed = 0): Dataset {
    const random = new RandomStream(seed, subStream(STREAM_SPLIT, 1));
    return this.select(random.permutation(this.samples));
  }

  /**
   * Brings every column to mean 0 and deviation 1 ("standard", the default) or to the range 0…1
   * ("minMax"), or applies a given normalization: what `train` learned belongs on `test` too, see
   * {@link normalizeLike}. The result carries it as `normalization`.
   * @throws LayerwiseError `invalidArgument` if the set is normalized already, `unknownName`,
   * `shapeMismatch`
   */
  normalize(how: { readonly method?: NormalizationMethod } | Normalization = {}): Dataset {
    checkThat(
      !this.normalization,
      "normalize",
      "a data set that is not normalized yet",
      this.normalization?.method,
    );
    const isGiven = isRecord(how) && "shift" in how;
    if (!isGiven) checkOptions("normalize", how, ["method"]);
    const normalization =
      "shift" in how
        ? how
        : fitNormalization(this.features, this.featureCount, how.method ?? "standard");
    const features = applyNormalization(this.features, this.featureCount, normalization);
    return new Dataset({ ...this, features, normalization }, "normalize");
  }

  /**
   * Applies the normalization of `other`, as a test set needs its training set's.
   * @throws LayerwiseError `invalidArgument` if `other` has none
   */
  normalizeLike(other: Dataset): Dataset {
    const { normalization } = other;
    checkThat(normalization !== undefined, "normalizeLike", "a normalized data set", "another");
    return this.normalize(normalization);
  }

  /**
   * Class indices as rows of zeros with a one: the targets of `categoricalCrossentropy`.
   * @throws LayerwiseError `invalidArgument` for regression, without targets or with one-hot targets
   */
  oneHot(): Dataset {
    const { task, targetWidth } = this;
    const isIndices = task === "classification" && targetWidth === 1;
    const got = `targets of width ${targetWidth} for ${task}`;
    checkThat(isIndices, "oneHot", "class indices as targets", got);
    const targets = new Float32Array(this.samples * this.classes);
    this.labels().forEach((label, i) => {
      targets[i * this.classes + label] = 1;
    });
    return new Dataset({ ...this, targets }, "oneHot");
  }

  /**
   * The class of every sample, [samples]; of one-hot rows or probabilities the (first) largest entry.
   * @throws LayerwiseError `invalidArgument` for regression or without targets
   */
  labels(): Uint32Array {
    const { targets, targetWidth: width } = this;
    const areClasses = this.task === "classification" && targets !== undefined;
    checkThat(areClasses, "labels", "classes as targets", targets ? this.task : "no targets");
    if (width === 1) return Uint32Array.from(targets);
    return Uint32Array.from({ length: this.samples }, (_, i) => {
      const row = targets.subarray(i * width, (i + 1) * width);
      return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    });
  }

  /**
   * Consecutive parts of `size` samples; the last one may be smaller.
   * @throws LayerwiseError `invalidArgument` unless `size` is a positive integer
   */
  batch(size: number): Iterable<Dataset> {
    checkInteger("batch", "size", size, 1);
    const whole = this;
    return {
      *[Symbol.iterator]() {
        for (let i = 0; i < whole.samples; i += size) yield whole.slice(i, i + size);
      },
    };
  }

  /** The first `count` samples, or all if there are fewer. */
  take(count: number): Dataset {
    return this.slice(0, count);
  }

  /**
   * Samples start…end−1; negative positions count from the end, as in Array.slice.
   * @throws LayerwiseError `invalidArgument` for fractions, `emptyData` if nothing is left
   */
  slice(start: number, end = this.samples): Dataset {
    for (const position of [start, end]) {
      checkThat(Number.isSafeInteger(position), "slice", "integers", position);
    }
    // As slice does, subarray counts negative positions from the end.
    return this.#withSamples((array, width) => array.subarray(start * width, end * width), "slice");
  }

  /**
   * The samples at these positions, in this order; one may come twice.
   * @throws LayerwiseError `invalidArgument` for a position outside the set, `emptyData` for none
   */
  select(indices: ArrayLike<number>): Dataset {
    for (let i = 0; i < indices.length; i++) {
      checkInteger("select", "each position", indices[i], 0, this.samples - 1);
    }
    const gather = (array: Float32Array, width: number) => {
      const rows = new Float32Array(indices.length * width);
      for (let i = 0; i < indices.length; i++) {
        const from = (indices[i] as number) * width;
        rows.set(array.subarray(from, from + width), i * width);
      }
      return rows;
    };
    return this.#withSamples(gather, "select");
  }

  #withSamples(pick: (array: Float32Array, width: number) => Float32Array, where: string): Dataset {
    const { targets, sampleWeights } = this;
    return new Dataset(
      {
        ...this,
        features: pick(this.features, this.featureCount),
        targets: targets && pick(targets, this.targetWidth),
        sampleWeights: sampleWeights && pick(sampleWeights, 1),
      },
      where,
    );
  }
}
