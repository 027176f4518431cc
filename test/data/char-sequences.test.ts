import { describe, expect, it } from "vitest";
import { charSequences } from "../../src/data/datasets/char-sequences.ts";
import { failure } from "../support/failure.ts";

const TEXT = "Zum Öl: 🙂 zäh, 👍🙂 zu Öl.";

describe("charSequences", () => {
  it("slides a window over the text; the class is the character behind it", () => {
    for (const [length, step] of [
      [1, 1],
      [4, 3],
      [5, 20],
    ] as const) {
      const { dataset, decode } = charSequences(TEXT, { length, step });
      const characters = [...TEXT];
      expect(dataset.inputShape).toEqual([length]);
      const starts = characters.map((_, i) => i).filter((i) => i % step === 0);
      const fitting = starts.filter((i) => i + length < characters.length);
      expect(dataset.samples).toBe(fitting.length);
      fitting.forEach((start, i) => {
        const window = dataset.features.subarray(i * length, (i + 1) * length);
        expect(decode(window)).toBe(characters.slice(start, start + length).join(""));
        expect(decode([dataset.targets?.[i] ?? -1])).toBe(characters[start + length]);
      });
    }
  });

  it("has the characters once each, by code point, as the names of the classes", () => {
    const { vocabulary, dataset, encode, decode } = charSequences("cab\uffeea👍b🙂", { length: 2 });
    expect(vocabulary).toEqual(["a", "b", "c", "\uffee", "👍", "🙂"]);
    expect(dataset).toMatchObject({ classes: 6, classNames: vocabulary, task: "classification" });
    expect(encode("🙂ca")).toEqual([5, 2, 0]);
    expect(decode(encode("👍🙂abc"))).toBe("👍🙂abc");
    expect([encode(""), decode([])]).toEqual([[], ""]);
    expect(decode(Float32Array.of(2, 0, 1))).toBe("cab");
  });

  it("uses windows of 40 characters, one after the other, unless told otherwise", () => {
    const { dataset } = charSequences("ab".repeat(30));
    expect([dataset.samples, ...dataset.inputShape]).toEqual([20, 40]);
  });

  it("refuses what it cannot cut up, and codes and characters that it does not know", () => {
    const { encode, decode } = charSequences("abc", { length: 2 });
    const invalid = [
      () => charSequences("abc", { length: 3 }),
      () => charSequences("", { length: 1 }),
      () => charSequences("aaaa", { length: 2 }),
      () => charSequences(7 as never),
      () => charSequences("abc", { length: 0 }),
      () => charSequences("abc", { length: 1, step: 0 }),
      () => decode([3]),
      () => decode([0.5]),
    ];
    for (const run of invalid) expect(failure(run).code).toBe("invalidArgument");
    for (const run of [() => encode("abd"), () => charSequences("abc", { size: 1 } as never)]) {
      expect(failure(run).code).toBe("unknownName");
    }
  });
});
