// Layers that make one value of several.

import { describe, expect, test } from "vitest";
import {
  add,
  average,
  concatenate,
  dense,
  type Layer,
  maximum,
  minimum,
  multiply,
  subtract,
} from "../../src/index.ts";
import type { Value } from "../../src/layers/layer.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import type { Tensor } from "../../src/plan/tensor.ts";
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

/** `merge` of its other inputs and of what a dense layer makes of the first one. */
function behindDense(merge: Layer, inner: Layer): Layer {
  return {
    ...merge,
    build(where, shape, [, ...others] = []) {
      const { outputShape, parameters } = inner.build(where, shape);
      return { ...merge.build(where, outputShape, [outputShape, ...others]), parameters };
    },
    emit(context) {
      const { output, backward } = inner.emit({ ...context, name: "inner" });
      const x = { ...output, shape: [output.tensor.cols] };
      const merged = merge.emit({ ...context, x, inputs: [x, ...context.inputs.slice(1)] });
      return {
        output: merged.output,
        backward(dy, wanted) {
          const [first, ...others] = merged.backward(dy, wanted) as [Tensor, Tensor];
          return [backward(first, wanted) as Tensor, ...others];
        },
      };
    },
  };
}

describe("the activation of what is merged gets its gradient", () => {
  const join: Record<string, { layer: () => Layer; of?: Formula }> = {
    concatenate: { layer: concatenate },
  };
  for (const [type, { layer, of }] of Object.entries({ ...merges, ...join })) {
    test(`through ${type}`, async () => {
      const it = behindDense(layer(), dense(3, "tanh"));
      await checkLayer(
        { layer: it, inputShapes: [[2], [3]], batch: 3 },
        ([x = new Float64Array(0), other = new Float64Array(0)], { weight = [], bias = [] }) => {
          const hidden = Array.from(other, (_, at) => {
            const [row, j] = [Math.floor(at / 3), at % 3];
            const sum =
              (x[row * 2] ?? 0) * (weight[j] ?? 0) + (x[row * 2 + 1] ?? 0) * (weight[3 + j] ?? 0);
            return Math.tanh(sum + (bias[j] ?? 0));
          });
          if (of) return Float64Array.from(other, (value, at) => of([hidden[at] ?? 0, value]));
          const rows = [0, 3, 6].map((at) => [
            ...hidden.slice(at, at + 3),
            ...other.slice(at, at + 3),
          ]);
          return Float64Array.from(rows.flat());
        },
      );
    });
  }
});

/** The mask of what `merge` makes of its first two inputs, whose masks are the others. */
function maskOf(merge: Layer): Layer {
  return {
    ...merge,
    build(where, _, shapes = []) {
      const [a = [], b = []] = shapes;
      const { outputShape } = merge.build(where, a, [a, b]);
      return { outputShape: outputShape.slice(0, 1), parameters: [] };
    },
    emit(context) {
      const [a, b, ...masks] = context.inputs as [Value, Value, Value];
      const [last, first] = [...masks].reverse();
      const inputs = [first ? { ...a, mask: first.tensor } : a, { ...b, mask: last?.tensor }];
      const shapes = inputs.map((it) => it.shape);
      const { outputShape } = merge.build("x", a.shape, shapes);
      const { output } = merge.emit({ ...context, outputShape, x: a, inputs });
      return { output: { tensor: output.mask ?? output.tensor }, backward: () => undefined };
    },
  };
}

test("steps that one of the inputs lacks are masked in what is merged", async () => {
  const masks = [Float64Array.from([1, 1, 0, 0, 1, 1]), Float64Array.from([1, 0, 0, 1, 1, 0])];
  const inputs = [draw(24, 1), draw(24, 2), ...masks];
  const run = async (layer: Layer, count: number) => {
    const inputShapes = [[3, 4], [3, 4], ...masks.slice(0, count).map(() => [3])];
    const it = { layer: maskOf(layer), inputShapes, inputs, batch: 2, training: false };
    return [...(await runLayer(it)).y];
  };
  for (const layer of [add(), multiply(), concatenate(), concatenate({ axis: 2 })]) {
    expect(await run(layer, 2)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(await run(layer, 1)).toEqual([1, 1, 0, 0, 1, 1]);
  }
  const joined = concatenate({ axis: 1 });
  expect(await run(joined, 2)).toEqual([1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0]);
  expect(await run(joined, 1)).toEqual([1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1]);
});
