// Layers that make one value of several.

import { describe, expect, test } from "vitest";
import {
  add,
  average,
  concatenate,
  type Layer,
  maximum,
  minimum,
  multiply,
  subtract,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, runLayer } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";

const code = async (run: () => unknown) => (await rejection(run)).code;

type Formula = (all: readonly number[]) => number;
const merges: Readonly<Record<string, { layer: () => Layer; of: Formula; most?: number }>> = {
  add: { layer: add, of: (all) => all.reduce((a, b) => a + b) },
  subtract: { layer: subtract, of: (all) => (all[0] ?? 0) - (all[1] ?? 0), most: 2 },
  multiply: { layer: multiply, of: (all) => all.reduce((a, b) => a * b) },
  average: { layer: average, of: (all) => all.reduce((a, b) => a + b) / all.length },
  maximum: { layer: maximum, of: (all) => Math.max(...all) },
  minimum: { layer: minimum, of: (all) => Math.min(...all) },
};

describe.each(Object.entries(merges))("%s", (type, { layer, of, most = 5 }) => {
  const merged = (xs: readonly Float64Array[]) =>
    Float64Array.from(xs[0] ?? [], (_, i) => of(xs.map((x) => x[i] ?? 0)));
  for (const count of [2, 3, 5].filter((it) => it <= most)) {
    for (const shape of [[1], [4], [3, 3], [2, 2, 2]]) {
      test(`${count} inputs of [${shape}]`, async () => {
        const inputShapes = Array.from({ length: count }, () => shape);
        await checkLayer({ layer: layer(), inputShapes, batch: 3, capacity: 4 }, merged);
      });
    }
  }

  test("a value beside itself", async () => {
    const nodes = [{ layer: 0, inputs: [0, 0] }];
    const it = { layer: layer(), inputShapes: [[5]], batch: 2, nodes };
    if (type === "maximum" || type === "minimum") {
      const { dx, dy } = await runLayer(it);
      expect(dx[0]).toEqual(dy);
    } else await checkLayer(it, ([x]) => merged([x, x] as Float64Array[]));
  });

  test("needs inputs of one shape, two at least", async () => {
    const { build } = layer();
    expect(await code(() => build("x", [2], [[2]]))).toBe("shapeMismatch");
    expect(await code(() => build("x", [2]))).toBe("shapeMismatch");
    expect(await code(() => build("x", [2], [[2], [3]]))).toBe("shapeMismatch");
    expect(await code(() => build("x", [4], [[4], [2, 2]]))).toBe("shapeMismatch");
    expect(await code(() => (layer as (o: object) => Layer)({ axis: 1 }))).toBe("unknownName");
  });

  test("survives its configuration", () => {
    const it = layer();
    expect(layerFromConfig("x", type, { ...it.config, name: "n" })).toMatchObject({
      type,
      name: "n",
      config: it.config,
      merges: true,
    });
  });
});

test("subtract takes two inputs", async () => {
  expect(await code(() => subtract().build("x", [2], [[2], [2], [2]]))).toBe("shapeMismatch");
});

describe("of equals", () => {
  const same = draw(6, 3);
  for (const layer of [maximum(), minimum()]) {
    test(`the first gets the gradient through a ${layer.type}`, async () => {
      const inputShapes = [[3], [3], [3]];
      const { dx, dy } = await runLayer({
        layer,
        inputShapes,
        batch: 2,
        inputs: [same, same, same],
      });
      expect(dx).toEqual([dy, new Float64Array(6), new Float64Array(6)]);
    });
  }
});

describe("concatenate", () => {
  const cases: readonly (readonly [axis: number, shapes: readonly (readonly number[])[]])[] = [
    [-1, [[1], [1]]],
    [-1, [[3], [4], [2]]],
    [1, [[4], [4]]],
    [
      -1,
      [
        [3, 3],
        [3, 2],
      ],
    ],
    [
      -1,
      [
        [2, 4],
        [2, 8],
        [2, 1],
      ],
    ],
    [
      -2,
      [
        [3, 3],
        [2, 3],
      ],
    ],
    [
      1,
      [
        [1, 5],
        [4, 5],
      ],
    ],
    [
      2,
      [
        [2, 3, 2],
        [2, 1, 2],
        [2, 2, 2],
      ],
    ],
    [
      3,
      [
        [2, 2, 1],
        [2, 2, 3],
      ],
    ],
    [
      1,
      [
        [1, 2, 3],
        [2, 2, 3],
      ],
    ],
  ];
  for (const [axis, inputShapes] of cases) {
    test(`${inputShapes.map((it) => `[${it}]`).join(" and ")} along ${axis}`, async () => {
      const rank = inputShapes[0]?.length ?? 0;
      const at = axis < 0 ? rank + axis : axis - 1;
      const product = (list: readonly number[]) => list.reduce((a, b) => a * b, 1);
      const outer = product(inputShapes[0]?.slice(0, at) ?? []);
      const widths = inputShapes.map((it) => product(it.slice(at)));
      await checkLayer(
        { layer: concatenate({ axis }), inputShapes, batch: 3, capacity: 4 },
        (xs, _, batch) =>
          Float64Array.from(
            Array.from({ length: batch * outer }, (_, row) =>
              xs.flatMap((x, i) => {
                const width = widths[i] ?? 0;
                return [...x.subarray(row * width, (row + 1) * width)];
              }),
            ).flat(),
          ),
      );
    });
  }

  test("a value beside itself", async () => {
    const nodes = [{ layer: 0, inputs: [0, 0] }];
    await checkLayer(
      { layer: concatenate(), inputShapes: [[3]], batch: 2, nodes },
      ([x = new Float64Array(0)]) =>
        Float64Array.from(
          [0, 1].flatMap((s) => [...x.slice(3 * s, 3 * s + 3), ...x.slice(3 * s, 3 * s + 3)]),
        ),
    );
  });

  test("refuses axes that samples do not have, and shapes that do not agree", async () => {
    const { build } = concatenate({ axis: 2 });
    expect(await code(() => concatenate({ axis: 0 }))).toBe("invalidArgument");
    expect(await code(() => concatenate({ axis: 0.5 }))).toBe("invalidArgument");
    expect(await code(() => build("x", [2], [[2], [2]]))).toBe("shapeMismatch");
    expect(
      await code(() =>
        build(
          "x",
          [2, 3],
          [
            [2, 3],
            [3, 3],
          ],
        ),
      ),
    ).toBe("shapeMismatch");
    expect(await code(() => build("x", [2, 3], [[2, 3], [2]]))).toBe("shapeMismatch");
    expect(await code(() => build("x", [2, 3], [[2, 3]]))).toBe("shapeMismatch");
  });

  test("survives its configuration", () => {
    const { config } = concatenate({ axis: 2 });
    expect(layerFromConfig("x", "concatenate", { ...config, name: "n" }).config).toEqual(config);
  });
});
