import { describe, expect, test } from "vitest";
import { LayerwiseError } from "../../src/errors.ts";
import { type NamedTensor, readSafetensors, writeSafetensors } from "../../src/io/safetensors.ts";

// A file that `writeSafetensors` made can be looked at with numpy alone:
//
//   import json, numpy as np
//   raw = open("weights.safetensors", "rb").read()
//   n = int.from_bytes(raw[:8], "little"); header = json.loads(raw[8 : 8 + n])
//   types = {"F64": "<f8", "F32": "<f4", "I32": "<i4", "U32": "<u4", "U8": "u1"}
//   for name, it in header.items():
//       if name == "__metadata__": continue
//       a, b = it["data_offsets"]
//       print(name, np.frombuffer(raw[8 + n + a : 8 + n + b], types[it["dtype"]]).reshape(it["shape"]))

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

const samples: readonly NamedTensor[] = [
  { name: "mask", shape: [3], data: Uint8Array.of(1, 0, 255) },
  { name: "dense.weight", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, NaN, Infinity, -0) },
  { name: "sum", shape: [], data: Float64Array.of(0.1) },
  { name: "count", shape: [1], data: Int32Array.of(-7) },
  { name: "10", shape: [2, 1], data: Uint32Array.of(1, 2 ** 32 - 1) },
  { name: "none", shape: [0, 4], data: new Float32Array(0) },
  { name: "__proto__", shape: [1], data: Float32Array.of(3) },
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

  test("puts wider types first, so that every array is aligned", () => {
    const bytes = writeSafetensors(samples);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header.sum.data_offsets).toEqual([0, 8]);
    expect(header["dense.weight"].data_offsets).toEqual([8, 32]);
    expect(header.mask.data_offsets).toEqual([48, 51]);
  });

  test("writes views of larger buffers", () => {
    const data = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
    const { tensors } = readSafetensors(writeSafetensors([{ name: "a", shape: [2], data }]));
    expect([...(tensors.get("a")?.data ?? [])]).toEqual([1, 2]);
  });

  test.each<[string, readonly NamedTensor[]]>([
    ["a name twice", [samples[0], samples[0]] as NamedTensor[]],
    ["the reserved name", [{ name: "__metadata__", shape: [1], data: new Float32Array(1) }]],
    ["a shape of other size", [{ name: "a", shape: [2, 2], data: new Float32Array(3) }]],
    ["a negative size", [{ name: "a", shape: [-1, -1], data: new Float32Array(1) }]],
    ["a fraction", [{ name: "a", shape: [0.5, 2], data: new Float32Array(1) }]],
  ])("refuses %s", (_, tensors) => {
    expect(codeOf(() => writeSafetensors(tensors))).toBe("invalidArgument");
  });
});

describe("readSafetensors", () => {
  test("reads back what was written, bit for bit", () => {
    const metadata = { format: "layerwise", 'a "quote"': "ü\n", __proto__x: "" };
    const read = readSafetensors(writeSafetensors(samples, metadata));
    expect({ ...read.metadata }).toEqual(metadata);
    expect(read.tensors.size).toBe(samples.length);
    for (const { name, shape, data } of samples) {
      const got = read.tensors.get(name);
      expect(got?.shape).toEqual(shape);
      expect(got?.data).toEqual(data);
    }
  });

  test("reads no arrays at all", () => {
    expect(readSafetensors(writeSafetensors([])).tensors.size).toBe(0);
  });

  test("copies: neither the file's bytes nor the arrays change with the other", () => {
    const bytes = writeSafetensors([{ name: "a", shape: [1], data: Float32Array.of(1) }]);
    const { tensors } = readSafetensors(bytes);
    bytes.fill(0);
    expect([...(tensors.get("a")?.data ?? [])]).toEqual([1]);
  });

  test("reads unaligned arrays, in any order, in a part of a buffer", () => {
    const bytes = file({ b: tensor("F32", [1], 1, 5), a: tensor("U8", [1], 0, 1) }, 5);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const { tensors } = readSafetensors(Buffer.from(shifted.buffer, 1));
    const expected = new DataView(Uint8Array.of(1, 2, 3, 4).buffer).getFloat32(0, true);
    expect(tensors.get("b")?.data).toEqual(Float32Array.of(expected));
  });

  test.each<[string, number, unknown]>([
    ["I64", 8, BigInt64Array.of(0x0706050403020100n)],
    ["I16", 2, Int16Array.of(0x0100)],
    ["U16", 2, Uint16Array.of(0x0100)],
    ["I8", 1, Int8Array.of(0)],
  ])("reads %s", (dtype, bytes, expected) => {
    const { tensors } = readSafetensors(file({ a: tensor(dtype, [1], 0, bytes) }, bytes));
    expect(tensors.get("a")).toMatchObject({ dtype, shape: [1], data: expected });
  });

  test.each<[string, string, number[], number[]]>([
    [
      "F16",
      "normal",
      [0x3c00, 0xc000, 0x7bff, 0x0400, 0x3555],
      [1, -2, 65504, 2 ** -14, 1365 / 4096],
    ],
    ["F16", "small", [0x0001, 0x83ff, 0x0000, 0x8000], [2 ** -24, -1023 * 2 ** -24, 0, -0]],
    ["F16", "special", [0x7c00, 0xfc00, 0x7e00], [Infinity, -Infinity, NaN]],
    ["BF16", "normal", [0x3f80, 0xc000, 0x0080, 0x8000], [1, -2, 2 ** -126, -0]],
    ["BF16", "special", [0x7f80, 0xff80, 0x7fc0], [Infinity, -Infinity, NaN]],
  ])("turns %s into f32: %s", (dtype, _, bits, expected) => {
    const bytes = file({ a: tensor(dtype, [bits.length], 0, bits.length * 2) }, bits.length * 2);
    bytes.set(new Uint8Array(Uint16Array.from(bits).buffer), bytes.length - bits.length * 2);
    expect(readSafetensors(bytes).tensors.get("a")?.data).toEqual(Float32Array.from(expected));
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
    ["a byte order mark", file("\ufeff{}")],
    ["a space before the header", file(" {}")],
    ["an array as header", file([])],
    ["null as header", file("null")],
    ["endless nesting", file("[".repeat(1_000_000))],
    ["endless nesting of objects", file('{"a":'.repeat(1_000_000))],
    ["a name twice", file(`{"a":${JSON.stringify(good)},"a":${JSON.stringify(good)}}`, 8)],
    ["a name twice, spelled differently", file('{"__metadata__":{"\\"a:":"","\\u0022a:":""}}')],
    ["a key twice", file('{"a":{"dtype":"F32","shape":[3],"shape":[2],"data_offsets":[0,8]}}', 8)],
    ["metadata that is no object", file({ __metadata__: ["a"] })],
    ["metadata that is no text", file({ __metadata__: { a: 1 } })],
    ["an array that is no object", file({ a: 1 })],
    ["an array without shape", file({ a: { dtype: "F32", data_offsets: [0, 8] } }, 8)],
    ["an array with more than that", file({ a: { ...good, strides: [1] } }, 8)],
    [
      "a prototype",
      file('{"a":{"__proto__":{"dtype":"F32"},"shape":[2],"data_offsets":[0,8]}}', 8),
    ],
    ["an unknown type", file({ a: { ...good, dtype: "F8" } }, 8)],
    ["a type of another kind", file({ a: { ...good, dtype: ["F32"] } }, 8)],
    ["a type named like a method", file({ a: { ...good, dtype: "toString" } }, 8)],
    ["a shape that is none", file({ a: { ...good, shape: 2 } }, 8)],
    ["a negative size", file({ a: { ...good, shape: [-1, -2] } }, 8)],
    ["a fraction as size", file({ a: { ...good, shape: [0.5, 4] } }, 8)],
    ["a text as size", file({ a: { ...good, shape: ["2"] } }, 8)],
    ["an infinite size", file('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}', 8)],
    [
      "[65536, 65537], 2^32 + 2^16 values",
      file({ a: tensor("U8", [65536, 65537], 0, 65536) }, 65536),
    ],
    [
      "[65536, 65537] with offsets to match",
      file({ a: tensor("U8", [65536, 65537], 0, 4295032832) }, 8),
    ],
    ["a product beyond 2^53", file({ a: tensor("F32", [2 ** 40, 2 ** 40, 0], 0, 0) })],
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

  test("takes __proto__ for a name like others, and leaves prototypes alone", () => {
    const header = `{"__metadata__":{"__proto__":"x"},"__proto__":${JSON.stringify(good)}}`;
    const { tensors, metadata } = readSafetensors(file(header, 8));
    expect([...tensors.keys()]).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(metadata)).toBeNull();
    expect(Object.keys(metadata)).toEqual(["__proto__"]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect("dtype" in {}).toBe(false);
  });

  test("cuts long names in its messages", () => {
    const header = { ["x".repeat(1_000_000)]: 1 };
    expect(() => readSafetensors(file(header))).toThrow(/^safetensors: "x{77}…" must have/);
  });

  const small = writeSafetensors(
    [
      { name: "w", shape: [2], data: Float32Array.of(1.5, -2) },
      { name: "m", shape: [3], data: Uint8Array.of(1, 2, 3) },
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
          const { tensors } = readSafetensors(copy);
          const bytes = [...tensors.values()].reduce((sum, { shape, dtype }) => {
            const size = { F32: 4, U32: 4, I32: 4 }[dtype] ?? 1;
            return sum + shape.reduce((a, b) => a * b, size);
          }, 0);
          expect(bytes).toBe(11);
        });
        expect(["safetensorsFormat", "nothing was thrown"]).toContain(code);
        if (code === "safetensorsFormat") refused++;
      }
      copy[i] = small[i] ?? 0;
    }
    // Most changes of the header break it; those of the 11 bytes of data never do.
    expect(refused).toBeGreaterThan((small.length - 11) * 128);
  });
});
