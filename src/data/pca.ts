// Principal components: the directions in which samples differ most. The linear measure for whatever
// makes codes of samples, as autoencoders do. In f64, the same bits in every engine.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions, checkThat } from "../options.ts";
import { isNumericArray, type NestedNumbers } from "../shape.ts";
import { Dataset } from "./dataset.ts";
import { fromArrays } from "./from-arrays.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Options of {@link pca}. */
export interface PcaOptions {
  /** How many directions: at most as many as a sample has values. */
  readonly components: number;
}

/** What {@link pca} returns; all arrays are compact, row-major. */
export interface Pca {
  /** [values], the mean sample. */
  readonly mean: Float64Array;
  /**
   * [components × values]: orthonormal rows, those of the largest variance first. Of each the number
   * farthest from 0 is positive.
   */
  readonly components: Float64Array;
  /** [components], the samples' variances in these directions: sums of squares over samples − 1. */
  readonly explainedVariance: Float64Array;
  /** [components], their shares of the variance of all values; 0 if nothing varies. */
  readonly explainedVarianceRatio: Float64Array;
  /**
   * [samples × components], how far along each direction samples are from the mean.
   * @throws LayerwiseError `shapeMismatch`, and what is wrong with data
   */
  transform(x: Dataset | NestedNumbers): Float64Array;
  /**
   * [samples × values], the samples that have these codes [samples × components].
   * @throws LayerwiseError `shapeMismatch`
   */
  inverseTransform(codes: ArrayLike<number>): Float64Array;
}

/**
 * The principal components of samples (Pearson 1901, "On lines and planes of closest fit to systems of
 * points in space"): of all linear codes of that size theirs reconstructs the samples best. Targets are
 * not looked at. Takes time in proportion to the third power of a sample's values.
 *
 * ```ts
 * const { transform, inverseTransform } = pca(train, { components: 16 });
 * const again = inverseTransform(transform(test));
 * ```
 * @throws LayerwiseError `invalidArgument`, `unknownName`, and what is wrong with data
 */
export function pca(data: Dataset | NestedNumbers, options: PcaOptions): Pca {
  const where = "pca";
  checkOptions(where, options, ["components"]);
  const dataset = data instanceof Dataset ? data : fromArrays({ features: data });
  const { samples, featureCount: width } = dataset;
  checkThat(samples > 1, where, "two samples or more", samples);
  const count = checkInteger(where, "components", options.components, 1, width);

  const mean = new Float64Array(width);
  eachRow(dataset.features, width, (row) => addScaled(mean, row, 1 / samples));
  const covariance = covarianceOf(dataset.features, mean);
  const total = covariance.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const { values, vectors } = symmetricEigen(covariance);
  const rows = vectors.slice(0, count).map(withSign);
  // Rounding may leave a variance of 0 a little below it.
  const explainedVariance = values.slice(0, count).map((it) => Math.max(0, it));
  const components = new Float64Array(count * width);
  rows.forEach((row, i) => {
    components.set(row, i * width);
  });
  return {
    mean,
    components,
    explainedVariance,
    explainedVarianceRatio: explainedVariance.map((it) => (total > 0 ? it / total : 0)),
    transform(x) {
      const features = featuresOf("pca.transform", x, width);
      const codes = new Float64Array((features.length / width) * count);
      eachRow(features, width, (row, i) => {
        rows.forEach((direction, j) => {
          let sum = 0;
          for (let c = 0; c < width; c++) {
            sum += ((row[c] as number) - (mean[c] as number)) * (direction[c] as number);
          }
          codes[i * count + j] = sum;
        });
      });
      return codes;
    },
    inverseTransform(codes) {
      if (codes.length % count !== 0) {
        const expected = `codes of ${count} numbers each`;
        throw fail("shapeMismatch", {
          where: "pca.inverseTransform",
          expected,
          got: `${codes.length} numbers`,
        });
      }
      const samples = new Float64Array((codes.length / count) * width);
      for (let i = 0; i * count < codes.length; i++) {
        const sample = samples.subarray(i * width, (i + 1) * width);
        sample.set(mean);
        rows.forEach((row, j) => {
          addScaled(sample, row, codes[i * count + j] ?? 0);
        });
      }
      return samples;
    },
  };
}

function featuresOf(where: string, x: Dataset | NestedNumbers, width: number): Float32Array {
  const flat = isNumericArray(x) && { inputShape: [width] };
  const dataset = x instanceof Dataset ? x : fromArrays({ features: x, ...flat });
  const { featureCount, features } = dataset;
  if (featureCount === width) return features;
  throw fail("shapeMismatch", {
    where,
    expected: `samples of ${width} values`,
    got: `${featureCount}`,
  });
}

/** Rows of Σ (x − mean)·(x − mean)ᵀ / (samples − 1). */
function covarianceOf(features: Float32Array, mean: Float64Array): Float64Array[] {
  const width = mean.length;
  const rows = Array.from(mean, () => new Float64Array(width));
  const centered = new Float64Array(width);
  const share = 1 / (features.length / width - 1);
  eachRow(features, width, (row) => {
    for (let i = 0; i < width; i++) centered[i] = (row[i] as number) - (mean[i] as number);
    // What stands on and right of the diagonal.
    for (let i = 0; i < width; i++) {
      const x = share * (centered[i] as number);
      if (x === 0) continue;
      const sums = rows[i] as Float64Array;
      for (let j = i; j < width; j++) sums[j] = (sums[j] as number) + x * (centered[j] as number);
    }
  });
  rows.forEach((row, i) => {
    for (let j = 0; j < i; j++) row[j] = rows[j]?.[i] as number;
  });
  return rows;
}

function eachRow(
  features: Float32Array,
  width: number,
  use: (row: Float32Array, index: number) => void,
): void {
  for (let i = 0; i * width < features.length; i++) {
    use(features.subarray(i * width, (i + 1) * width), i);
  }
}

/** a += factor·b */
function addScaled(a: Float64Array, b: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
}

/** The vector, or its opposite, whose number farthest from 0 (the first, if several are) is positive. */
function withSign(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, it) => (Math.abs(it) > Math.abs(most) ? it : most), 0);
  return largest < 0 ? vector.map((it) => -it) : vector;
}
