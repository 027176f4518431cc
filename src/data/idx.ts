// IDX files, the format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist): a big-endian
// array with its type and sizes in front. Knows nothing of files or models.
//
//   0  0  type  dimensions   size × dimensions (u32)   values, row-major

import { fail } from "../errors.ts";
import { checkOptions, checkThat } from "../options.ts";
import { elementCount, formatShape } from "../shape.ts";
import { Dataset } from "./dataset.ts";

/** Options of {@link fromIDX}. */
export interface IDXOptions {
  /** What the features are multiplied by. Default: 1/255 for bytes, 1 for other types. */
  readonly scale?: number;
  /** One row of numbers a sample, [784], instead of an image, [28, 28, 1]. Default false. */
  readonly flat?: boolean;
  /** Names of the labels 0, 1, … */
  readonly classNames?: readonly string[];
}

const UNSIGNED_BYTES = 8;

/** By the file's code for the type: the bytes of a value, and how it is read. */
const TYPES: Readonly<
  Record<number, readonly [bytes: number, get: (view: DataView, offset: number) => number]>
> = {
  [UNSIGNED_BYTES]: [1, (view, i) => view.getUint8(i)],
  9: [1, (view, i) => view.getInt8(i)],
  11: [2, (view, i) => view.getInt16(i)],
  12: [4, (view, i) => view.getInt32(i)],
  13: [4, (view, i) => view.getFloat32(i)],
  14: [8, (view, i) => view.getFloat64(i)],
};

/**
 * Samples from the bytes of an IDX file, and their labels from another one.
 *
 * The first dimension counts the samples; [n, 28, 28] gives samples of the shape [28, 28, 1]. With
 * labels or `classNames` the task is classification; without, the data set has no targets.
 * @throws LayerwiseError `idxFormat`, `shapeMismatch` if there are not as many labels as samples,
 * `emptyData`, `nanInData`, `labelOutOfRange`, `invalidArgument`, `unknownName`
 */
export function fromIDX(
  samples: Uint8Array | ArrayBuffer,
  labels?: Uint8Array | ArrayBuffer,
  options: IDXOptions = {},
): Dataset {
  const where = "fromIDX";
  checkOptions(where, options, ["scale", "flat", "classNames"]);
  const { code, shape, values } = readIDX(samples, `${where}: samples`);
  const { scale = code === UNSIGNED_BYTES ? 1 / 255 : 1, flat = false, classNames } = options;
  checkThat(Number.isFinite(scale) && scale !== 0, where, "scale as a finite number, not 0", scale);
  if (values.length === 0) throw fail("emptyData", { where });
  const [count = 0, ...sizes] = shape;
  const target = labels && readIDX(labels, `${where}: labels`);
  if (target && formatShape(target.shape) !== formatShape([count])) {
    const expected = `one label for each of the ${count} samples`;
    throw fail("shapeMismatch", { where, expected, got: formatShape(target.shape) });
  }
  const sample = flat || sizes.length < 2 ? [elementCount(sizes)] : sizes;
  return new Dataset(
    {
      features: values.map((value) => value * scale),
      targets: target?.values,
      inputShape: sample.length === 2 ? [...sample, 1] : sample,
      task: target || classNames ? "classification" : "regression",
      classNames,
    },
    where,
  );
}

/**
 * The array in an IDX file, as f32. Its sizes are checked against the number of bytes before anything
 * is allocated.
 * @param where how errors name the place
 * @throws LayerwiseError `idxFormat`
 */
function readIDX(
  file: Uint8Array | ArrayBuffer,
  where: string,
): {
  readonly code: number;
  readonly shape: readonly number[];
  readonly values: Float32Array;
} {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  const problem = (text: string) => fail("idxFormat", { where, problem: text });
  const [zero, zeroToo, code = 0, dimensions = 0] = bytes;
  if (zero !== 0 || zeroToo !== 0) throw problem("it doesn't begin with 0 0");
  const [size, get] = TYPES[code] ?? [];
  if (!size || !get) throw problem(`the type ${code} is none of ${Object.keys(TYPES).join(", ")}`);
  const start = 4 + 4 * dimensions;
  if (dimensions === 0 || bytes.length < start) throw problem("its sizes are missing");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  // Sizes are below 2^32: the product of 255 of them is finite, and exact as long as it can be right.
  const count = elementCount(shape);
  if (count * size !== bytes.length - start) {
    const announced = `${shape.join(" × ")} values of ${size} bytes were announced`;
    throw problem(`${announced}, and ${bytes.length - start} bytes follow`);
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = get(view, start + i * size);
  return { code, shape, values };
}
