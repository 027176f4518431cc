// Embeddings: rows of a table by index, the sums of their gradients, the mask, what is no index.

import { describe, expect, test } from "vitest";
import { embedding, lstm, sequential } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, runLayer } from "../support/layer.ts";
import { cell } from "../support/reference/recurrent.ts";

const indices = (count: number, below: number) =>
  Float64Array.from({ length: count }, (_, i) => (i * i + (i >> 1)) % below);

describe("embedding", () => {
  for (const outputDim of [1, 3, 4, 5, 8, 9]) {
    for (const shape of [[1], [4], [7], [2, 3]]) {
      test(`[${shape}] → [${[...shape, outputDim]}]`, async () => {
        const steps = shape.reduce((product, size) => product * size, 1);
        const inputDim = 5;
        await checkLayer(
          {
            layer: embedding({ inputDim, outputDim }),
            inputShapes: [shape],
            batch: 3,
            capacity: 4,
            inputs: [indices(3 * steps, inputDim)],
          },
          ([x = new Float64Array(0)], { weight = new Float64Array(0) }) =>
            Float64Array.from(
              [...x].flatMap((it) => [...weight.slice(it * outputDim, (it + 1) * outputDim)]),
            ),
          { constant: [0] },
        );
      });
    }
  }
  test("gives NaN for what is no index, and nothing else", async () => {
    const bad = [-1, 5, 0.5, 1e9, 4294967296, -1e-3];
    const layer = embedding({ inputDim: 5, outputDim: 3 });
    const x = Float64Array.from([...bad, 4, 0]);
    const run = await runLayer({ layer, inputShapes: [[8]], batch: 1, inputs: [x] });
    const missing = [...run.y].map(Number.isNaN);
    expect(missing).toEqual(Array.from({ length: 24 }, (_, i) => i < bad.length * 3));
    expect([...(run.gradients.weight ?? [])].every(Number.isFinite)).toBe(true);
  });
  test("training on what is no index names the layer", async () => {
    const model = await sequential({
      inputShape: [2],
      layers: [embedding({ inputDim: 3, outputDim: 2 }), lstm({ units: 2 })],
    });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const data = { x: [[0, 3]], y: [[0, 0]] };
    await expect(model.fit(data, { epochs: 1 })).rejects.toMatchObject({
      code: "notFinite",
      details: { layer: "embedding_1" },
    });
    model.dispose();
  });
  test("masks index 0, if told to", async () => {
    const [steps, units] = [4, 3];
    const model = await sequential({
      inputShape: [steps],
      layers: [embedding({ inputDim: 3, outputDim: 2, maskZero: true }), lstm({ units })],
    });
    const x = [1, 2, 0, 0, 0, 1, 0, 2];
    const { data } = await model.predict([x.slice(0, steps), x.slice(steps)]);
    const weights = model.getWeights();
    const of = (name: string) => Float64Array.from(weights[name]?.data ?? []);
    const table = of("embedding_1.weight");
    const vectors = Float64Array.from(x.flatMap((it) => [...table.slice(2 * it, 2 * it + 2)]));
    const parameters = {
      weight: of("lstm_1.weight"),
      recurrentWeight: of("lstm_1.recurrentWeight"),
      bias: of("lstm_1.bias"),
    };
    const mask = (sample: number, step: number) => x[sample * steps + step] !== 0;
    const it = { type: "lstm", steps, features: 2, units, mask } as const;
    expect(data).toBeNear(cell(it, vectors, parameters, 2), { absolute: 1e-6 });
    model.dispose();
  });
  test("is made again from its configuration", () => {
    const options = {
      embeddingsInitializer: "zeros",
      embeddingsRegularizer: { l1: 0.1 },
      maskZero: true,
      inputLength: 3,
      trainable: false,
    } as const;
    for (const more of [{}, options]) {
      const layer = embedding({ inputDim: 4, outputDim: 2, ...more });
      const again = layerFromConfig("test", layer.type, { ...layer.config, name: "again" });
      expect(again.config).toEqual(layer.config);
      expect(again.trainable).toBe(layer.trainable);
    }
  });
  const refused: readonly [object, string][] = [
    [{ outputDim: 2 }, "invalidArgument"],
    [{ inputDim: 2 }, "invalidArgument"],
    [{ inputDim: 2 ** 24 + 1, outputDim: 2 }, "invalidArgument"],
    [{ inputDim: 2, outputDim: 2, maskZero: 1 }, "invalidArgument"],
    [{ inputDim: 2, outputDim: 2, inputLength: 0 }, "invalidArgument"],
    [{ inputDim: 2, outputDim: 2, trainable: 0 }, "invalidArgument"],
    [{ inputDim: 2, outputDim: 2, embeddingsInitializer: "none" }, "unknownName"],
    [{ inputDim: 2, outputDim: 2, sparse: true }, "unknownName"],
  ];
  for (const [options, code] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => embedding(options as Parameters<typeof embedding>[0])).toThrow(
        expect.objectContaining({ code }),
      );
    });
  }
  test("refuses sequences of another length than inputLength", () => {
    const layer = embedding({ inputDim: 2, outputDim: 2, inputLength: 3 });
    const error = expect.objectContaining({ code: "shapeMismatch" });
    expect(() => layer.build("embedding", [4])).toThrow(error);
  });
});
