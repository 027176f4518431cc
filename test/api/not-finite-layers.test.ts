// A number that stops being finite in a layer of any kind: that layer is named, or what it is added up in, and
// the model keeps its weights.

import { expect, test } from "vitest";
import { dense, flatten, sequential, sgd } from "../../src/index.ts";
import { hashWeights } from "../support/hash.ts";
import { layersWithWeights } from "../support/layers-with-weights.ts";
import { rejection } from "../support/rejection.ts";

layersWithWeights.forEach(([inputShape, layer, before], index) => {
  test(`${index}: ${layer.type} of samples [${inputShape}]`, async () => {
    const model = await sequential({
      inputShape,
      seed: 3,
      layers: [...(before ? [before] : []), layer, flatten(), dense({ units: 1, name: "end" })],
    });
    model.compile({ optimizer: sgd({ learningRate: 1e-3 }), loss: "meanSquaredError" });
    // Indices for an embedding, and what a prelu's slope is for.
    const sign = layer.type === "prelu" ? -1 : 1;
    const size = inputShape.reduce((product, it) => product * it, 1);
    const d = Float32Array.from({ length: 6 * size }, (_, i) => sign * ((i * 7) % 3));
    const data = { x: d, y: [[1], [0], [1], [0], [1], [0]] };
    await model.fit(data, { batchSize: 4 });
    const own = Object.entries(model.getWeights()).filter(([key]) => key.startsWith("it."));
    const huge = own.map(([key, { data }]) => [key, data.map((_, i) => (i % 2 ? -3e38 : 3e38))]);
    model.setWeights(Object.fromEntries(huge));
    const [weights, position] = [hashWeights(model), model.position];
    const { code, details } = await rejection(() => model.fit(data, { batchSize: 4 }));
    expect(code).toBe("notFinite");
    // What it gives is finite still; the sum of it is not.
    const named = ["positionEmbedding", "embedding"].includes(layer.type) ? "end" : "it";
    expect(details.layer).toBe(named);
    expect(details.step).toBe(position.step);
    expect(hashWeights(model)).toBe(weights);
  });
});
