// The host's side of losses: names, parameters, which targets fit.

import { describe, expect, it } from "vitest";
import {
  checkTargets,
  huber,
  type Loss,
  type LossName,
  lossConstants,
  resolveLoss,
  losses as table,
} from "../../src/losses/index.ts";

describe("a loss by name", () => {
  const where = "compile";

  it("resolves with its parameter", () => {
    for (const name of Object.keys(table) as LossName[]) {
      expect(resolveLoss(where, name)).toEqual(name === "huber" ? { name, delta: 1 } : { name });
    }
    expect(resolveLoss(where, huber({ delta: 2 }))).toEqual({ name: "huber", delta: 2 });
    expect(huber()).toEqual({ name: "huber", delta: 1 });
  });

  it("is refused when unknown or when its parameter makes no sense", () => {
    const resolve = (it: unknown) => () => resolveLoss(where, it as Loss);
    for (const bad of [
      "crossentropy",
      "__proto__",
      "constructor",
      3,
      null,
      undefined,
      { name: "toString" },
    ]) {
      expect(resolve(bad)).toThrow(expect.objectContaining({ code: "unknownName" }));
    }
    const invalid = expect.objectContaining({ code: "invalidArgument" });
    for (const delta of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-60, "1"]) {
      expect(resolve({ name: "huber", delta })).toThrow(invalid);
      expect(() => huber({ delta: delta as number })).toThrow(invalid);
    }
    expect(resolve({ name: "poisson", delta: 1 })).toThrow(invalid);
  });

  it("says which constants its op takes", () => {
    const constants = (name: LossName, targets: readonly number[]) =>
      lossConstants({ name }, Float32Array.from(targets));
    expect(constants("hinge", [0, 1, 1])).toEqual({ f0: 0, f1: 1 });
    expect(constants("squaredHinge", [-1, 1])).toEqual({ f0: 0, f1: 0 });
    expect(constants("meanSquaredError", [0, 1])).toEqual({ f0: 0, f1: 0 });
    expect(lossConstants(huber({ delta: 3 }), new Float32Array(1))).toEqual({ f0: 3, f1: 0 });
  });
});

describe("targets", () => {
  const check = (name: LossName, outputs: number, values: readonly number[], width: number) => () =>
    checkTargets("fit", { name }, outputs, { data: Float32Array.from(values), width });

  it("pass when they fit the loss", () => {
    expect(check("sparseCategoricalCrossentropy", 3, [0, 2, 1], 1)).not.toThrow();
    expect(check("binaryCrossentropy", 2, [0, 1, 0.5, 1], 2)).not.toThrow();
    expect(check("meanSquaredError", 1, [-7, 1e9], 1)).not.toThrow();
  });

  it("are refused with row and value when a label is out of range", () => {
    for (const bad of [3, -1, 0.5, Number.NaN]) {
      expect(check("sparseCategoricalCrossentropy", 3, [0, bad], 1)).toThrow(
        expect.objectContaining({
          code: "labelOutOfRange",
          details: expect.objectContaining({ row: 1, value: bad }),
        }),
      );
    }
    for (const bad of [-1, 1.5, Number.NaN]) {
      expect(check("binaryCrossentropy", 2, [0, 1, 1, bad], 2)).toThrow(
        expect.objectContaining({
          code: "labelOutOfRange",
          details: expect.objectContaining({ row: 1, value: bad }),
        }),
      );
    }
  });

  it("are refused when their width is not the loss's, with the loss that fits", () => {
    const mismatch = (pattern: RegExp) =>
      expect.objectContaining({ code: "shapeMismatch", message: expect.stringMatching(pattern) });
    expect(check("categoricalCrossentropy", 3, [0, 1], 1)).toThrow(
      mismatch(/sparseCategoricalCrossentropy.*oneHot/),
    );
    expect(check("sparseCategoricalCrossentropy", 3, [0, 1, 0], 3)).toThrow(
      mismatch(/"categoricalCrossentropy"/),
    );
    expect(check("meanSquaredError", 3, [0, 1], 2)).toThrow(mismatch(/3 values/));
  });
});
