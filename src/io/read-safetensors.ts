// Reading the safetensors format (safetensors.ts). A file may be hostile: every size is checked against the
// bytes at hand before anything is allocated for it. Knows nothing of models.

import * as v from "valibot";
import { fail } from "../errors.ts";
import { elementCount } from "../shape.ts";
import { integer, list, open, parseJson } from "./json.ts";
import { LENGTH_BYTES, METADATA, type NamedTensor } from "./safetensors.ts";

const VALUE_BYTES = 4;

const size = integer(0, Number.MAX_SAFE_INTEGER);
const entry = v.strictObject({
  dtype: v.picklist(["F32"]),
  shape: list(size, 0, 8),
  data_offsets: list(size, 2, 2),
});
const header = open({ [METADATA]: v.exactOptional(open({}, v.string())) }, entry);

/**
 * The arrays of a safetensors file by name, read strictly: they must cover the data without gap or
 * overlap, but need not be aligned. They are copies. The metadata is left alone; of a name that is given
 * twice the last one counts, as everywhere in JSON.
 * @throws LayerwiseError `safetensorsFormat`
 */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, NamedTensor> {
  if (bytes.length < LENGTH_BYTES) throw broken("it is shorter than 8 bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const announced = view.getBigUint64(0, true);
  const start = LENGTH_BYTES + Number(announced);
  if (start > bytes.length) {
    throw broken(`a header of ${announced} bytes is announced in a file of ${bytes.length}`);
  }
  const arrays = Object.entries(parseHeader(bytes.subarray(LENGTH_BYTES, start)));
  const entries = arrays.map(([name, { shape, data_offsets }]) => {
    const [begin = 0, end = 0] = data_offsets;
    return { name, shape, begin, end };
  });
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, shape, begin, end } of entries) {
    // Exact wherever it can be right: a file has fewer than 2^53 bytes.
    const size = elementCount(shape) * VALUE_BYTES;
    if (end - begin !== size) throw broken(`needs ${size} bytes and is given ${end - begin}`, name);
    if (begin < covered) throw broken("overlaps another one", name);
    if (begin > covered) throw broken("leaves a gap before it", name);
    covered = end;
  }
  const rest = bytes.length - start;
  if (covered !== rest) throw broken(`its arrays need ${covered} bytes of data, it has ${rest}`);
  return new Map(
    entries.map(({ name, shape, begin, end }) => {
      const copy = new Uint8Array(bytes.subarray(start + begin, start + end));
      return [name, { name, shape, data: new Float32Array(copy.buffer) }];
    }),
  );
}

/** The arrays that a header announces. */
function parseHeader(bytes: Uint8Array): Readonly<Record<string, v.InferOutput<typeof entry>>> {
  let text: string;
  try {
    // A copy, because browsers refuse to decode shared memory.
    text = new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    throw broken("its header is not in UTF-8");
  }
  const { [METADATA]: _, ...arrays } = parseJson(header, text, ({ path, required }) =>
    broken(`its header is wrong at "${path}": required ${required}`),
  );
  return arrays;
}

function broken(problem: string, part?: string): Error {
  return fail("safetensorsFormat", { problem, ...(part !== undefined && { part }) });
}
