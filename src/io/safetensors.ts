// The safetensors format (https://github.com/huggingface/safetensors, "Format"): named arrays behind a
// JSON header. A file may be hostile: every size is checked against the bytes at hand before anything
// is allocated for it. Knows nothing of models.
//
//   u64 n, little-endian   header: n bytes of JSON, padded with spaces   data, without gaps
//
// Typed arrays are copied as they lie in memory: hosts of WebAssembly are little-endian, as the format.

import { fail } from "../errors.ts";

/** Arrays that {@link writeSafetensors} writes. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** One array to write. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** As many values as the product of `shape`. */
  readonly data: TensorData;
}

/** One array read. F16 and BF16 come as Float32Array, all others in their own type. */
export interface StoredTensor {
  /** As the format spells it: "F32", "I64", … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A copy: it doesn't keep the file's bytes alive. */
  readonly data: TensorData | Int8Array | Int16Array | Uint16Array | BigInt64Array;
}

/** What {@link readSafetensors} returns. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** An object without prototype. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface DataType {
  readonly bytes: number;
  readonly from: (buffer: ArrayBuffer) => StoredTensor["data"];
}

const TYPES: ReadonlyMap<unknown, DataType> = new Map<unknown, DataType>([
  ["F64", { bytes: 8, from: (buffer) => new Float64Array(buffer) }],
  ["F32", { bytes: 4, from: (buffer) => new Float32Array(buffer) }],
  ["F16", { bytes: 2, from: (buffer) => Float32Array.from(new Uint16Array(buffer), fromF16) }],
  ["BF16", { bytes: 2, from: fromBF16 }],
  ["I64", { bytes: 8, from: (buffer) => new BigInt64Array(buffer) }],
  ["I32", { bytes: 4, from: (buffer) => new Int32Array(buffer) }],
  ["I16", { bytes: 2, from: (buffer) => new Int16Array(buffer) }],
  ["I8", { bytes: 1, from: (buffer) => new Int8Array(buffer) }],
  ["U32", { bytes: 4, from: (buffer) => new Uint32Array(buffer) }],
  ["U16", { bytes: 2, from: (buffer) => new Uint16Array(buffer) }],
  ["U8", { bytes: 1, from: (buffer) => new Uint8Array(buffer) }],
]);

const METADATA = "__metadata__";
const LENGTH_BYTES = 8;

/** The reference implementation's limit. */
const LONGEST_HEADER = 100_000_000;

/**
 * The bytes of a safetensors file. Arrays of wider types come first, in the given order otherwise, so
 * that each is aligned to its type; the header is padded to 8 bytes.
 * @throws LayerwiseError `invalidArgument` for a name that comes twice or is reserved, and for data that
 * don't fit their shape
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = new Set<string>([METADATA]);
  for (const { name, shape, data } of tensors) {
    const where = `writeSafetensors: ${JSON.stringify(name)}`;
    if (names.has(name)) {
      throw fail("invalidArgument", { where, required: "a name of its own", got: name });
    }
    names.add(name);
    const count = shape.every(isSize) ? shape.reduce((product, size) => product * size, 1) : -1;
    if (count !== data.length) {
      const required = `a shape of ${data.length} values, as the data has`;
      throw fail("invalidArgument", { where, required, got: shape });
    }
  }
  const ordered = [...tensors].sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  // Written pair by pair: an object would sort names like "1", and lose "__proto__".
  const pairs = Object.keys(metadata).length > 0 ? [pair(METADATA, metadata)] : [];
  let end = 0;
  for (const { name, shape, data } of ordered) {
    const begin = end;
    end += data.byteLength;
    pairs.push(pair(name, { dtype: typeOf(data), shape, data_offsets: [begin, end] }));
  }
  const header = new TextEncoder().encode(`{${pairs.join(",")}}`);
  const start = LENGTH_BYTES + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(header, LENGTH_BYTES);
  let offset = start;
  for (const { data } of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file, strictly: the header must be what the format says, with every name once,
 * and the arrays must cover the data without gap or overlap. Arrays need not be aligned.
 * @throws LayerwiseError `safetensorsFormat`
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsContent {
  if (bytes.length < LENGTH_BYTES)
    throw broken("it is shorter than the 8 bytes it must begin with");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const announced = view.getBigUint64(0, true);
  if (announced > LONGEST_HEADER || announced > bytes.length - LENGTH_BYTES) {
    throw broken(`a header of ${announced} bytes is announced in a file of ${bytes.length}`);
  }
  const start = LENGTH_BYTES + Number(announced);
  const { header, pairs } = parseHeader(bytes.subarray(LENGTH_BYTES, start));
  const metadata: Record<string, string> = Object.create(null);
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== METADATA) {
      entries.push(checkEntry(name, value));
      continue;
    }
    if (!isRecord(value)) throw broken("its metadata is not an object");
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== "string") throw broken("is not a text", `metadata ${key}`);
      metadata[key] = text;
    }
  }
  if (pairs !== countKeys(header)) throw broken("its header names something twice");
  checkCover(entries, bytes.length - start);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, type, shape, begin, end } of entries) {
    const copy = new Uint8Array(end - begin);
    copy.set(bytes.subarray(start + begin, start + end));
    tensors.set(name, { dtype, shape, data: type.from(copy.buffer) });
  }
  return { tensors, metadata };
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): { header: Record<string, unknown>; pairs: number } {
  let text: string;
  let header: unknown;
  try {
    // A copy, because browsers refuse to decode shared memory.
    const own = new Uint8Array(bytes);
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(own);
    header = JSON.parse(text);
  } catch {
    throw broken("its header is not JSON in UTF-8");
  }
  if (!text.startsWith("{") || !isRecord(header)) throw broken("its header is not an object");
  return { header, pairs: countPairs(text) };
}

/** Pairs in a valid JSON text: its colons outside strings. JSON.parse keeps the last of two equals. */
function countPairs(text: string): number {
  let count = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') quoted = !quoted;
    else if (quoted && c === "\\") i++;
    else if (!quoted && c === ":") count++;
  }
  return count;
}

/** Keys of a valid header, and of the objects in it. */
function countKeys(header: Record<string, unknown>): number {
  const values = Object.values(header);
  return values.reduce<number>(
    (sum, value) => sum + (isRecord(value) ? Object.keys(value).length : 0),
    values.length,
  );
}

function checkEntry(name: string, value: unknown): Entry {
  const broke = (problem: string) => broken(problem, name);
  const keys = isRecord(value) ? Object.keys(value).sort().join() : "";
  if (!isRecord(value) || keys !== "data_offsets,dtype,shape") {
    throw broke("must have dtype, shape and data_offsets, and nothing else");
  }
  const { dtype, shape, data_offsets: offsets } = value;
  const type = TYPES.get(dtype);
  if (!type || typeof dtype !== "string") {
    throw broke(`has a type other than ${[...TYPES.keys()].join(", ")}`);
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) throw broke("has no valid shape");
  let size = type.bytes;
  for (const length of shape) {
    size *= length;
    if (!Number.isSafeInteger(size)) throw broke("has a shape too large for any file");
  }
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : [];
  if (!isSize(begin) || !isSize(end) || begin > end) throw broke("has no valid offsets");
  if (end - begin !== size) throw broke(`needs ${size} bytes and is given ${end - begin}`);
  return { name, dtype, type, shape, begin, end };
}

function checkCover(entries: readonly Entry[], length: number): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== covered) {
      const problem = begin < covered ? "overlaps another one" : "leaves a gap before it";
      throw broken(problem, name);
    }
    covered = end;
  }
  if (covered !== length)
    throw broken(`its arrays need ${covered} bytes of data, it has ${length}`);
}

function broken(problem: string, part?: string): Error {
  return fail("safetensorsFormat", part === undefined ? { problem } : { problem, part });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function pair(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

function typeOf(data: TensorData): string {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Int32Array) return "I32";
  return data instanceof Uint32Array ? "U32" : "U8";
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function fromF16(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  // Powers of two are exact, from a shift rather than Math.pow, which differs between engines.
  if (exponent === 0) return (sign * fraction) / (1 << 24);
  return (sign * (1024 + fraction) * (1 << exponent)) / (1 << 25);
}

/** bfloat16 is the upper half of binary32. */
function fromBF16(buffer: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
}
