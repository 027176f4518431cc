// Batch normalization against its formula in f64: in training by the batch, else by the moving averages.

import { describe, expect, test } from "vitest";
import {
  type BatchNormalizationOptions,
  batchNormalization,
  constant,
  type Layer,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, expectClose, type Numbers, runLayer } from "../support/layer.ts";
import { columnMoments } from "../support/normalization.ts";

const shapes = [[1], [3], [4], [5], [9], [16], [2, 3], [3, 4], [2, 2, 5], [2, 3, 8], [3, 1, 9]];

/** By the batch, or by given averages. */
const formula =
  (channels: number, epsilon: number, mode: "batch" | "moving") =>
  ([x = new Float64Array(0)]: readonly Float64Array[], parameters: Numbers) => {
    const { gamma, beta, movingMean, movingVariance } = parameters;
    const { mean, variance } =
      mode === "batch"
        ? columnMoments(x, channels)
        : { mean: movingMean, variance: movingVariance };
    return x.map((value, i) => {
      const c = i % channels;
      const normal = (value - (mean?.[c] ?? 0)) / Math.sqrt((variance?.[c] ?? 0) + epsilon);
      return normal * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    });
  };

/** Averages as they can be: variances ≥ 0. */
const averages = (channels: number) => ({
  movingMean: draw(channels, 3),
  movingVariance: draw(channels, 4).map((it) => it + 1.5),
});

describe("batchNormalization", () => {
  for (const shape of shapes) {
    const channels = shape.at(-1) ?? 1;
    test(`goes by the batch in training: [${shape}]`, async () => {
      for (const options of [{}, { scale: false }, { center: false, epsilon: 0.1 }]) {
        const layer = batchNormalization(options);
        await checkLayer(
          { layer, inputShapes: [shape], batch: 3, capacity: 5, parameters: averages(channels) },
          formula(channels, options.epsilon ?? 1e-3, "batch"),
        );
      }
    });
    test(`goes by the moving averages outside, and if it is not trainable: [${shape}]`, async () => {
      const parameters = averages(channels);
      const given = { inputShapes: [shape], batch: 2, parameters };
      const reference = formula(channels, 1e-3, "moving");
      await checkLayer({ ...given, layer: batchNormalization(), training: false }, reference);
      const frozen = batchNormalization({ trainable: false });
      const run = await checkLayer({ ...given, layer: frozen }, reference);
      expect(run.after).toEqual(run.parameters);
      expect(run.gradients).toEqual({});
      // As something else may set it that knows nothing of this layer.
      const held = { ...batchNormalization(), trainable: false };
      expect(await runLayer({ ...given, layer: held })).toEqual(run);
    });
    test(`moves its averages by the batch's mean and biased variance: [${shape}]`, async () => {
      const parameters = averages(channels);
      const momentum = 0.75;
      const layer = batchNormalization({ momentum });
      const run = await runLayer({ layer, inputShapes: [shape], batch: 4, parameters });
      const { mean, variance } = columnMoments(run.inputs[0] ?? new Float64Array(0), channels);
      const moved = (from: Float64Array, to: Float64Array) =>
        from.map((it, i) => it * momentum + (to[i] ?? 0) * (1 - momentum));
      const { movingMean = [], movingVariance = [] } = run.after;
      expectClose("mean", movingMean, moved(parameters.movingMean, mean), 1e-6);
      expectClose("variance", movingVariance, moved(parameters.movingVariance, variance), 1e-6);
    });
  }

  test("of more rows than one block, and of channels for several threads", async () => {
    const layer = batchNormalization();
    for (const [batch, shape] of [
      [70, [3]],
      [2, [9, 2, 36]],
    ] as const) {
      const channels = shape.at(-1) ?? 1;
      const run = await runLayer({ layer, inputShapes: [shape], batch });
      expect(await runLayer({ layer, inputShapes: [shape], batch }, 3)).toEqual(run);
      const y = formula(channels, 1e-3, "batch")(run.inputs, run.parameters);
      expectClose("y", run.y, y, 1e-5);
    }
  });

  test("gives beta for a batch of one row, and no gradient", async () => {
    const run = await runLayer({ layer: batchNormalization(), inputShapes: [[5]], batch: 1 });
    expect(run.y).toEqual(run.parameters.beta);
    expect([...(run.dx[0] ?? [])].map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
    expect(run.gradients.beta).toEqual(run.dy);
    expect([...(run.gradients.gamma ?? [])].map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
  });

  test("of constant columns gives beta, exactly, whatever the constant", async () => {
    for (const value of [0.1, -3e4, 1e7, 1 / 3]) {
      const inputs = [new Float64Array(7 * 3).fill(value)];
      const layer = batchNormalization({ momentum: 0 });
      const run = await runLayer({ layer, inputShapes: [[3]], batch: 7, inputs });
      expect([...run.y]).toEqual([...run.y].map((_, i) => run.parameters.beta?.[i % 3]));
      expect([...(run.after.movingVariance ?? [])]).toEqual([0, 0, 0]);
      expect(run.after.movingMean?.[0]).toBe(Math.fround(value));
    }
  });

  test("keeps its digits where the mean is 10⁴ times the deviation", async () => {
    const far = draw(50 * 6, 9).map((it) => Math.fround(1e4 + it * 1.7));
    const given = { layer: batchNormalization(), inputShapes: [[6]], batch: 50 };
    const run = await runLayer({ ...given, inputs: [far] });
    expectClose("y", run.y, formula(6, 1e-3, "batch")(run.inputs, run.parameters), 1e-6);
    // Nothing but the moving average knows where the mean was. The differences are exact.
    const near = await runLayer({ ...given, inputs: [far.map((it) => it - 1e4)] });
    expectClose("dx", run.dx[0] ?? [], near.dx[0] ?? [], 1e-6);
    expectClose("dgamma", run.gradients.gamma ?? [], near.gradients.gamma ?? [], 1e-6);
  });

  test("keeps averages finite where a variance is not", async () => {
    const inputs = [draw(4 * 2, 9, 3e38)];
    const layer = batchNormalization({ momentum: 0 });
    const run = await runLayer({ layer, inputShapes: [[2]], batch: 4, inputs });
    expect(run.after.movingVariance?.every(Number.isFinite)).toBe(true);
  });

  test("applied twice, sums its gradients and moves its averages twice", async () => {
    const layer = batchNormalization({ momentum: 0.5 });
    const nodes = [0, 1].map((input) => ({ layer: 0, inputs: [input] }));
    const once = formula(5, 1e-3, "batch");
    const given = { layer, inputShapes: [[2, 5]], batch: 3, nodes, parameters: averages(5) };
    const run = await checkLayer(given, (inputs, parameters) =>
      once([once(inputs, parameters)], parameters),
    );
    const { inputs, parameters, after } = run;
    const means = [inputs[0], once(inputs, parameters)].map(
      (it) => columnMoments(it ?? new Float64Array(0), 5).mean,
    );
    const moved = means.reduce(
      (from, to) => from.map((it, i) => (it + (to[i] ?? 0)) / 2),
      parameters.movingMean ?? new Float64Array(0),
    );
    expectClose("mean", after.movingMean ?? [], moved, 1e-5);
  });

  test("has gamma, beta and two averages, of which only the first two are trained", () => {
    const list = (it: Layer) =>
      it.build("", [4, 4, 3]).parameters.map((p) => [p.name, p.shape, p.trainable ?? true]);
    const moving = [
      ["movingMean", [3], false],
      ["movingVariance", [3], false],
    ];
    expect(list(batchNormalization())).toEqual([
      ["gamma", [3], true],
      ["beta", [3], true],
      ...moving,
    ]);
    expect(list(batchNormalization({ center: false, scale: false }))).toEqual(moving);
  });

  test("comes back from its configuration", () => {
    const cases: BatchNormalizationOptions[] = [
      {},
      {
        epsilon: 0.5,
        momentum: 0,
        center: false,
        scale: false,
        betaInitializer: "ones",
        gammaInitializer: constant({ value: 2 }),
        movingMeanInitializer: "ones",
        movingVarianceInitializer: "zeros",
        betaRegularizer: 0.1,
        gammaRegularizer: { l1: 1 },
        trainable: false,
      },
    ];
    for (const options of cases) {
      const layer = batchNormalization({ ...options, name: "it" });
      const again = layerFromConfig("", layer.type, { ...layer.config, name: "it" });
      expect(again.config).toEqual(layer.config);
      expect([again.name, again.trainable]).toEqual(["it", layer.trainable]);
    }
    expect(batchNormalization(cases[1]).config).toMatchObject({ epsilon: 0.5, momentum: 0 });
  });

  test("refuses bad options", () => {
    const bad = (options: unknown, code = "invalidArgument") =>
      expect(() => batchNormalization(options as BatchNormalizationOptions)).toThrow(
        expect.objectContaining({ code }),
      );
    for (const epsilon of [0, -1, Number.NaN, Infinity, "1", 1e-60]) bad({ epsilon });
    for (const momentum of [-0.1, 1.1, Number.NaN, "0.9"]) bad({ momentum });
    for (const axis of [0, 1, "last"]) bad({ axis });
    bad({ center: 1 });
    bad({ scale: "yes" });
    bad({ trainable: null });
    bad({ gammaRegularizer: -1 });
    bad({ gammaInitializer: "nonsense" }, "unknownName");
    bad({ moment: 0.9 }, "unknownName");
    bad(null);
  });
});
