// PReLU against its formula in f64, with every choice of shared axes.

import { describe, expect, test } from "vitest";
import { type PreluOptions, prelu } from "../../src/index.ts";
import { rowTable } from "../../src/layers/prelu.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, type Numbers, runLayer } from "../support/layer.ts";

/** For each number of a sample, the one of alpha's. */
function alphaIndices(shape: readonly number[], shared: readonly number[]): number[] {
  let indices = [0];
  shape.forEach((size, axis) => {
    const own = !shared.includes(axis + 1);
    indices = indices.flatMap((at) =>
      Array.from({ length: size }, (_, i) => (own ? at * size + i : at)),
    );
  });
  return indices;
}

const formula =
  (shape: readonly number[], shared: readonly number[]) =>
  ([x = new Float64Array(0)]: readonly Float64Array[], { alpha }: Numbers) => {
    const indices = alphaIndices(shape, shared);
    return x.map((it, i) => (it > 0 ? it : it * (alpha?.[indices[i % indices.length] ?? 0] ?? 0)));
  };

describe("prelu", () => {
  const cases: readonly (readonly [readonly number[], readonly (readonly number[])[]])[] = [
    [[1], [[], [1]]],
    [[3], [[], [1]]],
    [[8], [[], [1]]],
    [[9], [[], [1]]],
    [
      [3, 4],
      [[], [1], [2], [1, 2]],
    ],
    [
      [2, 5],
      [[], [1], [2], [1, 2]],
    ],
    [
      [2, 3, 4],
      [[], [1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]],
    ],
    [
      [3, 2, 5],
      [[], [1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]],
    ],
  ];
  for (const [shape, choices] of cases) {
    test.each(choices.map((it) => [it]))(`of [${shape}], axes %j shared`, async (sharedAxes) => {
      const layer = prelu({ sharedAxes });
      const given = { layer, inputShapes: [shape], batch: 3, capacity: 5 };
      await checkLayer(given, formula(shape, sharedAxes));
      await checkLayer({ ...given, batch: 1, training: false }, formula(shape, sharedAxes));
    });
  }

  test("of larger samples and many threads", async () => {
    for (const sharedAxes of [[], [1], [2]]) {
      const given = { layer: prelu({ sharedAxes }), inputShapes: [[19, 37]], batch: 9 };
      expect(await runLayer(given, 3)).toEqual(await runLayer(given));
    }
  });

  test("starts as relu, with alpha of the input's shape but for shared axes", () => {
    const [alpha] = prelu({ sharedAxes: [2, 1, 2] }).build("", [5, 6, 7]).parameters;
    expect(alpha).toMatchObject({ shape: [1, 1, 7], initializer: { name: "zeros" } });
  });

  test("lists the rows of a sample by their rows of alpha", () => {
    expect(rowTable([2, 3, 4], [1])).toEqual([
      ...[0, 1, 2, 0, 1, 2],
      3,
      ...[0, 2, 4, 6],
      ...[0, 3, 1, 4, 2, 5],
    ]);
  });

  test("comes back from its configuration", () => {
    const all: PreluOptions = {
      sharedAxes: [1],
      alphaInitializer: "ones",
      alphaRegularizer: { l2: 0.5 },
    };
    for (const options of [{}, all]) {
      const { type, config } = prelu(options);
      expect(layerFromConfig("", type, { ...config, name: "it" }).config).toEqual(config);
    }
  });

  test("refuses bad options, and axes that the input does not have", () => {
    const bad = (options: object, code: string) =>
      expect(() => prelu(options as PreluOptions)).toThrow(expect.objectContaining({ code }));
    for (const sharedAxes of [[0], [-1], [1.5], 1, ["1"]]) bad({ sharedAxes }, "invalidArgument");
    bad({ alpha: 0.1 }, "unknownName");
    bad({ alphaInitializer: "twos" }, "unknownName");
    expect(() => prelu({ sharedAxes: [3] }).build("layer it", [2, 6])).toThrow(
      expect.objectContaining({ code: "shapeMismatch" }),
    );
  });
});
