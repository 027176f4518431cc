// The safetensors format (https://github.com/huggingface/safetensors, "Format") for arrays of f32, which
// is all that models hold: named arrays behind a JSON header. Here they are
// written; read-safetensors.ts reads them. Knows nothing of models.
//
//   u64 n, little-endian   header: n bytes of JSON, padded with spaces   data, without gaps
//
// Arrays are copied as they lie in memory: hosts of WebAssembly are little-endian, as the format.

/** A named array. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** As many values as the product of `shape`. */
  readonly data: Float32Array;
}

/** The key of what is no array, and the bytes of the number before the header. */
export const METADATA = "__metadata__";
export const LENGTH_BYTES = 8;

/**
 * The bytes of a safetensors file; names must differ. The header is padded to 8 bytes, so that every
 * array is aligned.
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const json = JSON.stringify(Object.fromEntries([[METADATA, metadata], ...entries]));
  const header = new TextEncoder().encode(json);
  const start = LENGTH_BYTES + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(header, LENGTH_BYTES);
  let offset = start;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}
