// IDX files, the format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist): a big-endian
// array with its type and sizes in front. Knows nothing of files or models.
//
//   0  0  type  dimensions   size × dimensions (u32)   values, row-major

import { fail } from "../errors.ts";
import { elementCount } from "../shape.ts";
import { Dataset } from "./dataset.ts";

/** The values of an IDX file, in the type it stores. */
export type IDXValues =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Options of {@link fromIDX}. */
export interface IDXOptions {
  /** What the features are multiplied by. Default: 1/255 for bytes, 1 for other types. */
  readonly scale?: number;
  /** One row of numbers a sample, [784], instead of an image, [28, 28, 1]. Default false. */
  readonly flat?: boolean;
  /** Names of the labels 0, 1, … */
  readonly classNames?: readonly string[];
}

interface ElementType {
  readonly bytes: number;
  readonly make: (count: number) => IDXValues;
  readonly get: (view: DataView, offset: number) => number;
}

const TYPES: Readonly<Record<number, ElementType | undefined>> = {
  8: { bytes: 1, make: (n) => new Uint8Array(n), get: (view, i) => view.getUint8(i) },
  9: { bytes: 1, make: (n) => new Int8Array(n), get: (view, i) => view.getInt8(i) },
  11: { bytes: 2, make: (n) => new Int16Array(n), get: (view, i) => view.getInt16(i) },
  12: { bytes: 4, make: (n) => new Int32Array(n), get: (view, i) => view.getInt32(i) },
  13: { bytes: 4, make: (n) => new Float32Array(n), get: (view, i) => view.getFloat32(i) },
  14: { bytes: 8, make: (n) => new Float64Array(n), get: (view, i) => view.getFloat64(i) },
};

/**
 * Samples from the bytes of an IDX file, and their labels from another one.
 *
 * The first dimension counts the samples; [n, 28, 28] gives samples of the shape [28, 28, 1]. With
 * labels or `classNames` the task is classification; without, the data set has no targets.
 * @throws LayerwiseError `idxFormat`, `shapeMismatch` if there are not as many labels as samples,
 * `emptyData`, `nanInData`, `labelOutOfRange`, `invalidArgument`
 */
export function fromIDX(
  samples: Uint8Array | ArrayBuffer,
  labels?: Uint8Array | ArrayBuffer,
  options: IDXOptions = {},
): Dataset {
  const { shape, values } = readIDX(samples, "fromIDX: samples");
  const { scale = values instanceof Uint8Array ? 1 / 255 : 1, flat = false, classNames } = options;
  if (!Number.isFinite(scale) || scale === 0) {
    const required = "a finite number, not 0";
    throw fail("invalidArgument", { where: "fromIDX: scale", required, got: scale });
  }
  const [count = 0, ...sizes] = shape;
  if (values.length === 0) throw fail("emptyData", { where: "fromIDX" });
  const target = labels && readIDX(labels, "fromIDX: labels");
  if (target && (target.shape.length !== 1 || target.shape[0] !== count)) {
    const expected = `one label for each of the ${count} samples`;
    const got = `labels of the shape [${target.shape.join(", ")}]`;
    throw fail("shapeMismatch", { where: "fromIDX", expected, got });
  }
  const sample = flat || sizes.length < 2 ? [elementCount(sizes)] : sizes;
  return new Dataset(
    {
      features: Float32Array.from(values, (value) => value * scale),
      ...(target && { targets: Float32Array.from(target.values) }),
      inputShape: sample.length === 2 ? [...sample, 1] : sample,
      task: target || classNames ? "classification" : "regression",
      classNames,
    },
    "fromIDX",
  );
}

/**
 * The array in an IDX file. Its sizes are checked against the number of bytes before anything is
 * allocated.
 * @param where how errors name the place
 * @throws LayerwiseError `idxFormat`
 */
export function readIDX(
  file: Uint8Array | ArrayBuffer,
  where = "readIDX",
): { readonly shape: readonly number[]; readonly values: IDXValues } {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  const [zero0, zero1, code = 0, dimensions = 0] = bytes;
  const problem = (text: string) => fail("idxFormat", { where, problem: text });
  if (zero0 === 0x1f && zero1 === 0x8b) throw problem("it is packed with gzip");
  if (bytes.length < 4 || zero0 !== 0 || zero1 !== 0) throw problem("it doesn't begin with 0 0");
  const type = TYPES[code];
  if (!type) throw problem(`the type ${code} is none of ${Object.keys(TYPES).join(", ")}`);
  if (dimensions === 0) throw problem("it has no dimensions");
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) throw problem(`it ends within its ${dimensions} sizes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  // Sizes are below 2^32: the product of 255 of them is finite, and exact as long as it can be right.
  const count = elementCount(shape);
  if (count * type.bytes !== bytes.length - start) {
    const needed = `${shape.join(" × ")} values of ${type.bytes} bytes`;
    throw problem(`${needed} were announced, and ${bytes.length - start} bytes follow`);
  }
  const values = type.make(count);
  for (let i = 0; i < count; i++) values[i] = type.get(view, start + i * type.bytes);
  return { shape, values };
}
