// Learned positions: a vector for each step.

import { expect, test } from "vitest";
import { positionEmbedding } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer } from "../support/layer.ts";
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

test("survives its configuration, which is checked", async () => {
  const { config } = positionEmbedding({ initializer: "zeros" });
  expect(layerFromConfig("x", "positionEmbedding", { ...config, name: "n" }).config).toEqual(
    config,
  );
  const wrong = await rejection(() => positionEmbedding({ initializer: "no" as "zeros" }));
  expect(wrong.code).toBe("unknownName");
  const flat = await rejection(() => positionEmbedding().build("x", [3]));
  expect(flat.code).toBe("shapeMismatch");
});
