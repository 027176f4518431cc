import { describe, expect, test } from "vitest";
import { LayerwiseError } from "../../src/errors.ts";
import { readSafetensors } from "../../src/io/read-safetensors.ts";
import { type NamedTensor, writeSafetensors } from "../../src/io/safetensors.ts";

// A file that `writeSafetensors` made can be looked at with numpy alone:
//
//   import json, numpy as np
//   raw = open("weights.safetensors", "rb").read()
//   n = int.from_bytes(raw[:8], "little"); header = json.loads(raw[8 : 8 + n])
//   for name, it in header.items():
//       if name == "__metadata__": continue
//       a, b = it["data_offsets"]
//       print(name, np.frombuffer(raw[8 + n + a : 8 + n + b], "<f4").reshape(it["shape"]))

/** A file with this header, as text or JSON, and data bytes 0, 1, 2, … */
function file(header: unknown, dataBytes = 0, announced?: bigint): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const encoded = header instanceof Uint8Array ? header : new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + encoded.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, announced ?? BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  for (let i = 0; i < dataBytes; i++) bytes[8 + encoded.length + i] = i;
  return bytes;
}

const tensor = (dtype: string, shape: unknown, from: unknown, to: unknown) => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LayerwiseError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

const metadata = { format: "layerwise" };
const samples: readonly NamedTensor[] = [
  { name: "dense.weight", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, NaN, Infinity, -0) },
  { name: "mean", shape: [], data: Float32Array.of(0.1) },
  { name: "10", shape: [2, 1], data: Float32Array.of(1, 2 ** -149) },
  { name: "none", shape: [0, 4], data: new Float32Array(0) },
  { name: 'a "quote", ü', shape: [1], data: Float32Array.of(3) },
];

describe("writeSafetensors", () => {
  test("writes the bytes of the format", () => {
    const bytes = writeSafetensors([{ name: "a", shape: [2], data: Float32Array.of(1, -2) }], {
      k: "v",
    });
    const header =
      '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect(header.length).toBe(79);
    const expected = [80, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(`${header} `)];
    expect([...bytes]).toEqual([...expected, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  test("writes views of larger buffers", () => {
    const data = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
    const tensors = readSafetensors(writeSafetensors([{ name: "a", shape: [2], data }], metadata));
    expect([...(tensors.get("a")?.data ?? [])]).toEqual([1, 2]);
  });
});

describe("readSafetensors", () => {
  test("reads back what was written, bit for bit", () => {
    const read = readSafetensors(writeSafetensors(samples, metadata));
    expect(read.size).toBe(samples.length);
    for (const it of samples) expect(read.get(it.name)).toEqual(it);
  });

  test("reads no arrays at all", () => {
    expect(readSafetensors(writeSafetensors([], {})).size).toBe(0);
  });

  test("copies: neither the file's bytes nor the arrays change with the other", () => {
    const data = Float32Array.of(1);
    const bytes = writeSafetensors([{ name: "a", shape: [1], data }], metadata);
    const tensors = readSafetensors(bytes);
    bytes.fill(0);
    expect([...(tensors.get("a")?.data ?? [])]).toEqual([1]);
  });

  test("reads unaligned arrays, in any order, in a part of a buffer", () => {
    const bytes = file({ b: tensor("F32", [1], 4, 8), a: tensor("F32", [1], 0, 4) }, 8);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const tensors = readSafetensors(Buffer.from(shifted.buffer, 1));
    const expected = new DataView(Uint8Array.of(4, 5, 6, 7).buffer).getFloat32(0, true);
    expect(tensors.get("b")?.data).toEqual(Float32Array.of(expected));
  });

  test("takes the last one of a name that is given twice", () => {
    const [first, last] = [tensor("F32", [2], 0, 8), tensor("F32", [1, 2], 0, 8)].map((it) =>
      JSON.stringify(it),
    );
    const bytes = file(`{"a":${first},"a":${last}}`, 8);
    expect(readSafetensors(bytes).get("a")?.shape).toEqual([1, 2]);
  });

  const good = tensor("F32", [2], 0, 8);
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["seven bytes", new Uint8Array(7)],
    ["a header of no bytes", new Uint8Array(8)],
    ["a header longer than the file", file({}, 0, 3n)],
    ["a header of 2^64 − 1 bytes", file({}, 0, 2n ** 64n - 1n)],
    ["invalid UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))],
    ["no JSON", file("{,}")],
    ["an array as header", file([])],
    ["null as header", file("null")],
    ["endless nesting", file("[".repeat(1_000_000))],
    ["endless nesting of objects", file('{"a":'.repeat(1_000_000))],
    ["metadata that is no object", file({ __metadata__: ["a"] })],
    ["metadata that is no text", file({ __metadata__: { a: 1 } })],
    ["an array that is no object", file({ a: 1 })],
    ["an array without shape", file({ a: { dtype: "F32", data_offsets: [0, 8] } }, 8)],
    ["an array with more than that", file({ a: { ...good, strides: [1] } }, 8)],
    [
      "a prototype",
      file('{"a":{"__proto__":{"dtype":"F32"},"shape":[2],"data_offsets":[0,8]}}', 8),
    ],
    ["another type", file({ a: { ...good, dtype: "F64", shape: [1] } }, 8)],
    ["a type of another kind", file({ a: { ...good, dtype: ["F32"] } }, 8)],
    ["the name of a method", file({ toString: good }, 8)],
    ["__proto__ as a name", file(`{"__proto__":${JSON.stringify(good)}}`, 8)],
    ["a shape of nine sizes", file({ a: { ...good, shape: [2, 1, 1, 1, 1, 1, 1, 1, 1] } }, 8)],
    ["a shape that is none", file({ a: { ...good, shape: 2 } }, 8)],
    ["a negative size", file({ a: { ...good, shape: [-1, -2] } }, 8)],
    ["a fraction as size", file({ a: { ...good, shape: [0.5, 4] } }, 8)],
    ["a text as size", file({ a: { ...good, shape: ["2"] } }, 8)],
    ["an infinite size", file('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}', 8)],
    [
      "[65536, 65537], 2^32 + 2^16 values",
      file({ a: tensor("F32", [65536, 65537], 0, 262144) }, 262144),
    ],
    [
      "[65536, 65537] with offsets to match",
      file({ a: tensor("F32", [65536, 65537], 0, 17180131328) }, 8),
    ],
    ["one offset", file({ a: { ...good, data_offsets: [8] } }, 8)],
    ["three offsets", file({ a: { ...good, data_offsets: [0, 8, 8] } }, 8)],
    ["a negative offset", file({ a: tensor("F32", [2], -8, 0) })],
    ["a fraction as offset", file({ a: tensor("F32", [2], 0.5, 8.5) }, 9)],
    ["offsets in reverse", file({ a: tensor("F32", [2], 8, 0) }, 8)],
    ["offsets that don't fit the shape", file({ a: tensor("F32", [2], 0, 4) }, 4)],
    ["offsets beyond the data", file({ a: tensor("F32", [2], 0, 8) }, 7)],
    ["overlapping arrays", file({ a: good, b: tensor("F32", [2], 4, 12) }, 12)],
    ["arrays in the same place", file({ a: good, b: good }, 8)],
    ["an empty array inside another one", file({ a: good, b: tensor("F32", [0], 4, 4) }, 8)],
    ["a gap at the beginning", file({ a: tensor("F32", [2], 4, 12) }, 12)],
    ["a gap between arrays", file({ a: good, b: tensor("F32", [2], 12, 20) }, 20)],
    ["data behind the last array", file({ a: good }, 9)],
    ["data without arrays", file({}, 1)],
  ])("refuses %s", (_, bytes) => {
    expect(codeOf(() => readSafetensors(bytes))).toBe("safetensorsFormat");
  });

  test("says what is wrong where, and cuts long names", () => {
    const messageOf = (header: unknown, bytes = 8) => {
      try {
        readSafetensors(file(header, bytes));
      } catch (error) {
        return (error as Error).message;
      }
      return "nothing was thrown";
    };
    expect(messageOf({ a: { ...good, dtype: "F16" } })).toContain(
      'safetensors: its header is wrong at "a.dtype": required "F32".',
    );
    expect(messageOf({ a: { ...good, shape: [3] } })).toContain(
      'safetensors: "a" needs 12 bytes and is given 8.',
    );
    expect(messageOf({ ["x".repeat(1_000_000)]: 1 })).toMatch(
      /wrong at "\["x{40}"\]": required an/,
    );
  });

  const small = writeSafetensors(
    [
      { name: "w", shape: [2], data: Float32Array.of(1.5, -2) },
      { name: "m", shape: [1], data: Float32Array.of(1) },
    ],
    { k: "v" },
  );

  test("refuses a file cut off at any byte, or with one more", () => {
    for (let n = 0; n < small.length; n++) {
      expect(codeOf(() => readSafetensors(small.subarray(0, n)))).toBe("safetensorsFormat");
    }
    expect(codeOf(() => readSafetensors(Uint8Array.of(...small, 0)))).toBe("safetensorsFormat");
  });

  test("with any byte changed to any other, reads arrays within the file or refuses it", () => {
    let refused = 0;
    const copy = new Uint8Array(small);
    for (let i = 0; i < small.length; i++) {
      for (let value = 0; value < 256; value++) {
        copy[i] = value;
        const code = codeOf(() => {
          const tensors = [...readSafetensors(copy).values()];
          for (const { shape, data } of tensors) {
            expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
          }
          expect(tensors.reduce((sum, { data }) => sum + data.length, 0)).toBe(3);
        });
        expect(["safetensorsFormat", "nothing was thrown"]).toContain(code);
        if (code === "safetensorsFormat") refused++;
      }
      copy[i] = small[i] ?? 0;
    }
    // Most changes of the header break it; those of the 12 bytes of data never do.
    expect(refused).toBeGreaterThan((small.length - 12) * 128);
  });
});
