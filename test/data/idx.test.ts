import { describe, expect, test } from "vitest";
import { fromIDX } from "../../src/data/idx.ts";
import { LayerwiseError } from "../../src/errors.ts";

/** An IDX file, written from the format's description. */
function idx(type: number, shape: readonly number[], values: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap(bigEndian), ...values]);
}

const bigEndian = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LayerwiseError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("IDX files", () => {
  test.each<[string, number, number[], number]>([
    ["u8", 0x08, [200], 200],
    ["i8", 0x09, [200], -56],
    ["i16", 0x0b, [0xff, 0xfe], -2],
    ["i32", 0x0c, [0xff, 0xff, 0xff, 0xfd], -3],
    ["f32", 0x0d, [0xc0, 0x20, 0, 0], -2.5],
    ["f64", 0x0e, [0xc0, 0x04, 0, 0, 0, 0, 0, 0], -2.5],
  ])("reads big-endian %s", (_, type, bytes, value) => {
    const file = idx(type, [2, 1], [...bytes, ...bytes]);
    const { samples, inputShape, features } = fromIDX(file, undefined, { scale: 1 });
    expect([samples, inputShape]).toEqual([2, [1]]);
    expect([...features]).toEqual([value, value]);
  });

  test("reads a part of a larger buffer, unaligned", () => {
    const file = idx(0x0d, [1], [0xc0, 0x20, 0, 0]);
    const buffer = new Uint8Array(file.length + 3);
    buffer.set(file, 1);
    expect([...fromIDX(buffer.subarray(1, 1 + file.length)).features]).toEqual([-2.5]);
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["three bytes", Uint8Array.of(0, 0, 8)],
    ["a gzip file", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0)],
    ["text", new TextEncoder().encode("hello, world")],
    ["an unknown type", idx(0x0a, [1], [1])],
    ["no dimensions", idx(0x08, [], [1])],
    ["sizes cut off", idx(0x08, [1, 2], []).subarray(0, 10)],
    ["too few values", idx(0x08, [2, 2], [1, 2, 3])],
    ["too many values", idx(0x08, [2, 2], [1, 2, 3, 4, 5])],
    ["a product that overflows 32 bits to the right length", idx(0x08, [65536, 65536], [])],
    ["a product beyond 2^53", idx(0x0e, Array(255).fill(0xffffffff), [])],
  ])("refuses %s", (_, file) => {
    expect(codeOf(() => fromIDX(file))).toBe("idxFormat");
  });
});

describe("fromIDX", () => {
  const images = idx(0x08, [2, 2, 3], [0, 51, 102, 153, 204, 255, 5, 4, 3, 2, 1, 0]);
  const labels = idx(0x08, [2], [3, 0]);

  test("scales bytes to 0…1, shapes images, and reads labels", () => {
    const data = fromIDX(images, labels);
    expect(data.inputShape).toEqual([2, 3, 1]);
    expect([...data.features.subarray(0, 6)]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
    expect([...data.labels()]).toEqual([3, 0]);
    expect(data.classes).toBe(4);
  });

  test("takes an ArrayBuffer, another scale, one row a sample, and names", () => {
    const classNames = ["a", "b", "c", "d"];
    const buffer = new Uint8Array(images).buffer;
    const data = fromIDX(buffer, labels, { scale: 1, flat: true, classNames });
    expect(data.inputShape).toEqual([6]);
    expect([...data.features.subarray(6)]).toEqual([5, 4, 3, 2, 1, 0]);
    expect(data.classNames).toEqual(classNames);
  });

  test("doesn't scale other types", () => {
    expect([...fromIDX(idx(0x09, [2, 1], [255, 7])).features]).toEqual([-1, 7]);
  });

  test("has no targets without labels", () => {
    expect(fromIDX(images).targets).toBeUndefined();
  });

  test.each<[string, () => unknown, string]>([
    ["another number of labels", () => fromIDX(images, idx(8, [3], [0, 1, 2])), "shapeMismatch"],
    ["labels of two dimensions", () => fromIDX(images, idx(8, [2, 1], [0, 1])), "shapeMismatch"],
    ["no samples", () => fromIDX(idx(8, [0, 28, 28], [])), "emptyData"],
    ["samples without values", () => fromIDX(idx(8, [2, 0], [])), "emptyData"],
    ["a scale of 0", () => fromIDX(images, labels, { scale: 0 }), "invalidArgument"],
    ["NaN", () => fromIDX(idx(0x0d, [1, 1], [0x7f, 0xc0, 0, 0])), "nanInData"],
    ["negative labels", () => fromIDX(images, idx(9, [2], [255, 0])), "labelOutOfRange"],
    [
      "labels beyond the names",
      () => fromIDX(images, labels, { classNames: ["a", "b"] }),
      "labelOutOfRange",
    ],
  ])("refuses %s", (_, run, code) => {
    expect(codeOf(run)).toBe(code);
  });
});
