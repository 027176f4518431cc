// Layer normalization and normalization by the mean square, against their formulas in f64.

import { describe, expect, test } from "vitest";
import {
  constant,
  type Layer,
  type LayerNormalizationOptions,
  layerNormalization,
  type RmsNormalizationOptions,
  rmsNormalization,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, expectClose, type Numbers, runLayer } from "../support/layer.ts";
import { moments } from "../support/normalization.ts";

const shapes = [[1], [3], [4], [5], [9], [16], [2, 3], [3, 4], [2, 2, 5], [2, 3, 8], [3, 1, 9]];

const formula =
  (channels: number, epsilon: number, by: "variance" | "mean square") =>
  ([x = new Float64Array(0)]: readonly Float64Array[], { gamma, beta }: Numbers) => {
    const rowOf = (i: number) => Math.floor(i / channels);
    const { mean, variance } = moments(x, x.length / channels, rowOf);
    return x.map((value, i) => {
      const [m, v] = [mean[rowOf(i)] ?? 0, variance[rowOf(i)] ?? 0];
      const normal =
        by === "variance"
          ? (value - m) / Math.sqrt(v + epsilon)
          : value / Math.sqrt(v + m * m + epsilon);
      return normal * (gamma?.[i % channels] ?? 1) + (beta?.[i % channels] ?? 0);
    });
  };

const layers = {
  layerNormalization: (options: LayerNormalizationOptions & RmsNormalizationOptions) =>
    layerNormalization(options),
  rmsNormalization: (options: RmsNormalizationOptions) => rmsNormalization(options),
};

describe.each([
  ["layerNormalization", "variance", 1e-3],
  ["rmsNormalization", "mean square", 1e-6],
] as const)("%s", (type, by, epsilon) => {
  const make = layers[type];

  test.each(shapes)("follows its formula on [%s, …]", async (...shape) => {
    const channels = shape.at(-1) ?? 1;
    const check = async (layer: Layer, e: number = epsilon) => {
      const given = { layer, inputShapes: [shape], batch: 3 };
      await checkLayer({ ...given, capacity: 6 }, formula(channels, e, by), { tolerance: 3e-4 });
      await checkLayer({ ...given, training: false }, formula(channels, e, by));
    };
    // A single number by its own root: a gradient that is all rounding.
    if (channels > 1 || by === "variance") await check(make({}));
    await check(make({ epsilon: 0.5 }), 0.5);
    await check(make({ scale: false, epsilon: 0.5 }), 0.5);
    if (by === "variance") await check(layerNormalization({ center: false }));
  });

  test("of a batch of one row, and of many", async () => {
    for (const [batch, shape] of [
      [1, [5]],
      [40, [2, 7]],
      [3, [33]],
    ] as const) {
      const given = { layer: make({}), inputShapes: [shape], batch };
      const run = await runLayer(given);
      expect(await runLayer(given, 3)).toEqual(run);
      const reference = formula(shape.at(-1) ?? 1, epsilon, by);
      expectClose("y", run.y, reference(run.inputs, run.parameters), 1e-5);
    }
  });

  test("has parameters of the last dimension, as options say", () => {
    const names = (it: Layer) =>
      it.build("", [2, 3]).parameters.map(({ name, shape }) => `${name} ${shape}`);
    const beta = by === "variance" ? ["beta 3"] : [];
    expect(names(make({}))).toEqual(["gamma 3", ...beta]);
    expect(names(make({ scale: false }))).toEqual(beta);
  });

  test("comes back from its configuration", () => {
    const all = { scale: false, gammaInitializer: constant({ value: 2 }), gammaRegularizer: 0.5 };
    for (const options of [{}, { ...all, epsilon: 0.25 }]) {
      const layer = make(options);
      const again = layerFromConfig("", type, { ...layer.config, name: "it" });
      expect([again.type, again.config, again.name]).toEqual([type, layer.config, "it"]);
    }
    expect(make({}).config).toMatchObject({ epsilon, scale: true });
    expect(make({ ...all, epsilon: 0.25 }).config).toMatchObject({ epsilon: 0.25, scale: false });
  });

  test("refuses bad options", () => {
    const bad = (options: object, code: string) =>
      expect(() => make(options)).toThrow(expect.objectContaining({ code }));
    for (const epsilon of [0, -1, Number.NaN, "1"]) bad({ epsilon }, "invalidArgument");
    bad({ axis: 1 }, "invalidArgument");
    bad({ scale: 2 }, "invalidArgument");
    bad({ momentum: 0.9 }, "unknownName");
    bad({ gammaInitializer: "twos" }, "unknownName");
    if (by === "mean square") bad({ center: true }, "unknownName");
    else bad({ center: 0 }, "invalidArgument");
  });
});

describe("layerNormalization", () => {
  test("gives beta for rows that are constant, exactly", async () => {
    for (const value of [0.1, -3e4, 1e7, 1 / 3]) {
      const inputs = [new Float64Array(2 * 7).fill(value)];
      const given = { layer: layerNormalization(), inputShapes: [[7]], batch: 2, inputs };
      const { y, parameters } = await runLayer(given);
      expect([...y]).toEqual([...(parameters.beta ?? []), ...(parameters.beta ?? [])]);
    }
  });

  test("keeps its digits where the mean is 10⁴ times the deviation", async () => {
    const far = draw(5 * 50, 9).map((it) => Math.fround(1e4 + it * 1.7));
    const given = { layer: layerNormalization(), inputShapes: [[50]], batch: 5 };
    const run = await runLayer({ ...given, inputs: [far] });
    expectClose("y", run.y, formula(50, 1e-3, "variance")(run.inputs, run.parameters), 1e-6);
    const near = await runLayer({ ...given, inputs: [far.map((it) => it - 1e4)] });
    expectClose("dx", run.dx[0] ?? [], near.dx[0] ?? [], 1e-6);
    expectClose("dgamma", run.gradients.gamma ?? [], near.gradients.gamma ?? [], 1e-6);
  });
});

test("rmsNormalization of zeros is zeros", async () => {
  const inputs = [new Float64Array(6)];
  const given = { layer: rmsNormalization(), inputShapes: [[3]], batch: 2, inputs };
  expect([...(await runLayer(given)).y]).toEqual([0, 0, 0, 0, 0, 0]);
});
