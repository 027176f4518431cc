// Group normalization against its formula in f64.

import { describe, expect, test } from "vitest";
import { type GroupNormalizationOptions, groupNormalization } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, expectClose, type Numbers, runLayer } from "../support/layer.ts";
import { moments } from "../support/normalization.ts";

const formula =
  (channels: number, groups: number, epsilon: number) =>
  ([x = new Float64Array(0)]: readonly Float64Array[], parameters: Numbers, batch: number) => {
    const { gamma, beta } = parameters;
    const size = x.length / batch;
    const width = channels / groups;
    const groupOf = (i: number) =>
      Math.floor(i / size) * groups + Math.floor((i % channels) / width);
    const { mean, variance } = moments(x, batch * groups, groupOf);
    return x.map((value, i) => {
      const [m, v] = [mean[groupOf(i)] ?? 0, variance[groupOf(i)] ?? 0];
      const normal = (value - m) / Math.sqrt(v + epsilon);
      return normal * (gamma?.[i % channels] ?? 1) + (beta?.[i % channels] ?? 0);
    });
  };

describe("groupNormalization", () => {
  const cases = [
    [[4], 2],
    [[6], 3],
    [[9], 1],
    [[2, 3], -1],
    [[3, 4], 2],
    [[2, 2, 5], -1],
    [[2, 2, 6], 2],
    [[2, 1, 8], 2],
    [[2, 2, 8], 1],
    [[3, 9], 3],
    [[2, 2, 4], 4],
  ] as const;
  test.each(cases)("of [%s] in %i groups", async (shape, groups) => {
    const channels = shape.at(-1) ?? 1;
    const count = groups === -1 ? channels : groups;
    for (const options of [{}, { scale: false }, { center: false, epsilon: 0.1 }]) {
      const layer = groupNormalization({ groups, ...options });
      const reference = formula(channels, count, options.epsilon ?? 1e-3);
      const given = { layer, inputShapes: [shape], batch: 3 };
      await checkLayer({ ...given, capacity: 4 }, reference, { tolerance: 2e-4 });
      await checkLayer({ ...given, batch: 1, training: false }, reference);
    }
  });

  test("has 32 groups unless told otherwise", async () => {
    const given = { layer: groupNormalization(), inputShapes: [[2, 64]], batch: 5 };
    const run = await runLayer(given);
    expect(await runLayer(given, 3)).toEqual(run);
    expectClose("y", run.y, formula(64, 32, 1e-3)(run.inputs, run.parameters, 5), 1e-5);
  });

  test("keeps its digits where the mean is 10⁴ times the deviation", async () => {
    const far = draw(2 * 20 * 6, 9).map((it) => Math.fround(1e4 + it * 1.7));
    const given = { layer: groupNormalization({ groups: 2 }), inputShapes: [[20, 6]], batch: 2 };
    const run = await runLayer({ ...given, inputs: [far] });
    expectClose("y", run.y, formula(6, 2, 1e-3)(run.inputs, run.parameters, 2), 1e-6);
    const near = await runLayer({ ...given, inputs: [far.map((it) => it - 1e4)] });
    expectClose("dx", run.dx[0] ?? [], near.dx[0] ?? [], 1e-6);
  });

  test("gives beta for samples that are constant, exactly", async () => {
    const inputs = [new Float64Array(2 * 3 * 4).fill(1 / 3)];
    const layer = groupNormalization({ groups: 2 });
    const { y, parameters } = await runLayer({ layer, inputShapes: [[3, 4]], batch: 2, inputs });
    expect([...y]).toEqual([...y].map((_, i) => parameters.beta?.[i % 4]));
  });

  test("comes back from its configuration", () => {
    for (const options of [{}, { groups: -1, epsilon: 0.5, betaRegularizer: { l1: 0.5 } }]) {
      const { type, config } = groupNormalization(options);
      expect(layerFromConfig("", type, { ...config, name: "it" }).config).toEqual(config);
    }
  });

  test("refuses bad options and channels that its groups don't share evenly", () => {
    const bad = (options: object, code: string) =>
      expect(() => groupNormalization(options as GroupNormalizationOptions)).toThrow(
        expect.objectContaining({ code }),
      );
    for (const groups of [0, -2, 1.5, "4"]) bad({ groups }, "invalidArgument");
    bad({ group: 4 }, "unknownName");
    bad({ axis: 1 }, "invalidArgument");
    expect(() => groupNormalization({ groups: 4 }).build("layer it", [2, 6])).toThrow(
      expect.objectContaining({ code: "shapeMismatch" }),
    );
  });
});
