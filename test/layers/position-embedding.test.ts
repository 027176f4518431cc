// Positions: a vector for each step, learned or made of waves.

import { expect, test } from "vitest";
import { positionEmbedding, sinePositionEncoding } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, runLayer } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";

for (const shape of [
  [1, 1],
  [1, 4],
  [3, 3],
  [5, 4],
  [4, 9],
]) {
  for (const batch of [1, 3, 9]) {
    test(`[${shape}] for ${batch} samples`, async () => {
      const layer = positionEmbedding();
      const it = { layer, inputShapes: [shape], batch, capacity: batch + 1 };
      await checkLayer(it, ([x = new Float64Array(0)], { weight }) => {
        const size = weight?.length ?? 1;
        return x.map((value, i) => value + (weight?.[i % size] ?? 0));
      });
    });
  }
}

for (const [steps, features, maxWavelength] of [
  [1, 1, 1],
  [5, 3, 100],
  [300, 4, 10_000],
] as const) {
  test(`waves up to ${maxWavelength}, [${steps}, ${features}]`, async () => {
    const layer = sinePositionEncoding({ maxWavelength });
    const it = { layer, inputShapes: [[steps, features]], batch: 2, capacity: 3 };
    const run = await checkLayer({ ...it, training: false }, ([x = new Float64Array(0)]) =>
      x.map((value, at) => {
        const [t, i] = [Math.floor(at / features) % steps, at % features];
        const angle = t / maxWavelength ** ((2 * Math.floor(i / 2)) / features);
        return value + (i % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
      }),
    );
    const { dx, dy } = await runLayer(it);
    expect(dx[0]).toEqual(dy);
    expect(run.gradients).toEqual({});
  });
}

test("survives its configuration, which is checked", async () => {
  const { config } = positionEmbedding({ initializer: "zeros" });
  expect(layerFromConfig("x", "positionEmbedding", { ...config, name: "n" }).config).toEqual(
    config,
  );
  const waves = sinePositionEncoding({ maxWavelength: 50 });
  const again = layerFromConfig("x", waves.type, { ...waves.config, name: "n" });
  expect(again.config).toEqual(waves.config);
  const short = await rejection(() => sinePositionEncoding({ maxWavelength: 0.5 }));
  expect(short.code).toBe("invalidArgument");
  const wrong = await rejection(() => positionEmbedding({ initializer: "no" as "zeros" }));
  expect(wrong.code).toBe("unknownName");
  const flat = await rejection(() => positionEmbedding().build("x", [3]));
  expect(flat.code).toBe("shapeMismatch");
});
