// Attention with several heads, against its formula.

import { describe, expect, test } from "vitest";
import { type Layer, type MultiHeadAttentionOptions, multiHeadAttention } from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkLayer, draw, runLayer } from "../support/layer.ts";
import { type Attention, attention } from "../support/reference/attention.ts";
import { rejection } from "../support/rejection.ts";

const layerOf = (
  { numHeads, keyDim, valueDim, outputs, causal, shapes }: Attention,
  useBias = true,
) =>
  multiHeadAttention({
    numHeads,
    keyDim,
    ...(valueDim !== keyDim && { valueDim }),
    ...(outputs !== shapes[0]?.[1] && { outputShape: outputs }),
    ...(causal && { useCausalMask: true }),
    useBias,
  });

describe("multiHeadAttention", () => {
  const table = [
    ["1×1", 1, 1, 1, 1],
    ["3×4", 2, 4, 4, 4],
    ["5×3", 2, 3, 3, 3],
    ["9×3", 1, 4, 8, 3],
    ["4×5", 3, 1, 2, 7],
    ["8×4", 1, 5, 9, 4],
    ["2×4 5×3", 2, 3, 4, 4],
    ["5×3 1×4", 2, 4, 3, 5],
    ["1×4 9×4", 3, 4, 4, 1],
    ["3×3 4×2 4×5", 2, 2, 3, 3],
    ["2×4 8×4 8×4", 1, 8, 4, 8],
  ] as const;
  for (const [inputs, numHeads, keyDim, valueDim, outputs] of table) {
    const shapes = inputs.split(" ").map((it) => it.split("×").map(Number) as [number, number]);
    for (const causal of [false, true]) {
      const sizes = { shapes, numHeads, keyDim, valueDim, outputs, causal };
      const how = `${numHeads} × ${keyDim}/${valueDim} → ${outputs}${causal ? ", causal" : ""}`;
      test(`${inputs}: ${how}`, async () => {
        const layer = layerOf(sizes);
        const batch = causal ? 1 : 3;
        await checkLayer({ layer, inputShapes: shapes, batch, capacity: 3 }, attention(sizes));
      });
    }
  }

  const small: Attention = { shapes: [[3, 4]], numHeads: 2, keyDim: 3, valueDim: 3, outputs: 4 };

  test("goes without biases", async () => {
    const layer = layerOf(small, false);
    expect(layer.build("x", [3, 4]).parameters.map((it) => it.name)).toEqual([
      "queryWeight",
      "keyWeight",
      "valueWeight",
      "outputWeight",
    ]);
    await checkLayer({ layer, inputShapes: small.shapes, batch: 1 }, attention(small));
  });

  test("gives the same without training", async () => {
    const it = { layer: layerOf(small), inputShapes: small.shapes, batch: 2 };
    await checkLayer({ ...it, training: false }, attention(small));
  });

  test("shares many samples among threads", async () => {
    const layer = layerOf(small);
    await checkLayer(
      { layer, inputShapes: small.shapes, batch: 9, capacity: 11 },
      attention(small),
    );
  });

  test("takes one value as query, value and key", async () => {
    const three: Attention = {
      ...small,
      shapes: [
        [3, 4],
        [3, 4],
        [3, 4],
      ],
    };
    const nodes = [{ layer: 0, inputs: [0, 0, 0] }];
    const layer = layerOf(three);
    await checkLayer({ layer, inputShapes: [[3, 4]], batch: 2, nodes }, ([x], p, batch) =>
      attention(three)([x, x, x] as Float64Array[], p, batch),
    );
  });

  test("keeps its parameters where it is not to learn, and still passes gradients on", async () => {
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 3, trainable: false });
    const run = await checkLayer({ layer, inputShapes: small.shapes, batch: 2 }, attention(small));
    expect(run.gradients).toEqual({});
  });

  test("finds what is far beyond exp's range", async () => {
    const inputs = [draw(2 * 12, 3, 200)];
    const it = { layer: layerOf(small), inputShapes: small.shapes, batch: 2, inputs };
    const { y, dx } = await runLayer(it);
    expect([...y, ...(dx[0] ?? [])].every(Number.isFinite)).toBe(true);
  });
});

/** The same layer with its second input as the mask of the first. */
function masked(layer: Layer, count = 1): Layer {
  return {
    ...layer,
    build: (where, shape, shapes = []) => layer.build(where, shape, shapes.slice(0, count)),
    emit(context) {
      const inputs = context.inputs.slice(0, count).map((x, index) => {
        const mask = context.inputs[count + index - (count - 1)];
        return index === count - 1 && mask ? { ...x, mask: mask.tensor } : x;
      });
      const [x = context.x] = inputs;
      const { output, backward } = layer.emit({ ...context, x, inputs });
      return {
        output: { tensor: output.tensor },
        backward: (dy, wanted) => {
          const dx = backward(dy, wanted);
          return [...(Array.isArray(dx) ? dx : [dx]), undefined];
        },
      };
    },
  };
}

describe("a mask", () => {
  const sizes: Attention = { shapes: [[5, 3]], numHeads: 2, keyDim: 3, valueDim: 2, outputs: 3 };
  const mask = Float64Array.from([1, 1, 1, 0, 0, /**/ 0, 1, 0, 1, 0, /**/ 0, 0, 0, 0, 0]);
  const hidden = (at: number) => (inputs: readonly Float64Array[], index: number) =>
    [...(inputs[at] as Float64Array).subarray(index * 5, index * 5 + 5)].map((it) => it === 0);
  for (const causal of [false, true]) {
    test(`hides keys; where all are hidden heads give zeros${causal ? ", causal" : ""}`, async () => {
      const own = { ...sizes, causal };
      const run = await checkLayer(
        {
          layer: masked(layerOf(own)),
          inputShapes: [[5, 3], [5]],
          batch: 3,
          inputs: [draw(45, 3), mask],
        },
        attention(own, hidden(1)),
        { constant: [1] },
      );
      const outputBias = [...(run.parameters.outputBias ?? [])];
      expect([...run.y.subarray(30, 33)]).toEqual(outputBias);
    });
  }

  test("of the value hides its steps from the query's", async () => {
    const own: Attention = {
      ...sizes,
      shapes: [
        [2, 4],
        [5, 3],
      ],
      outputs: 4,
    };
    await checkLayer(
      {
        layer: masked(layerOf(own), 2),
        inputShapes: [[2, 4], [5, 3], [5]],
        batch: 3,
        inputs: [draw(24, 3), draw(45, 4), mask],
      },
      attention(own, hidden(2)),
      { constant: [2] },
    );
  });
});

describe("dropout", () => {
  const [m, n, batch, rate] = [3, 5, 6, 0.25];
  const sizes: Attention = {
    shapes: [
      [m, 4],
      [n, n],
    ],
    numHeads: 2,
    keyDim: 3,
    valueDim: n,
    outputs: 2 * n,
  };
  const layer = multiHeadAttention({
    numHeads: 2,
    keyDim: 3,
    valueDim: n,
    outputShape: 2 * n,
    dropout: rate,
  });
  const it = { layer, inputShapes: sizes.shapes, batch, seed: 7, step: 3 };

  /**
   * With values that are the steps' unit vectors, and an output that is all heads' results: the
   * weights.
   */
  async function weights(step: number, training = true): Promise<Float64Array> {
    const unit = (rows: number, cols: number, at: (row: number) => number) =>
      Float64Array.from({ length: rows * cols }, (_, i) =>
        at(Math.floor(i / cols)) === i % cols ? 1 : 0,
      );
    const parameters = {
      valueWeight: unit(2 * n, n, (row) => row >> 1),
      valueBias: new Float64Array(2 * n),
      outputWeight: unit(2 * n, 2 * n, (row) => row),
      outputBias: new Float64Array(2 * n),
    };
    const inputs = [draw(batch * m * 4, 3), unit(batch * n, n, (row) => row % n)];
    const { y } = await runLayer({ ...it, step, training, parameters, inputs });
    // [sample, query, head, key] → [sample, head, query, key]
    return Float64Array.from(y, (_, i) => {
      const [sample, rest] = [Math.floor(i / (2 * m * n)), i % (2 * m * n)];
      const [head, query, key] = [Math.floor(rest / (m * n)), Math.floor(rest / n) % m, rest % n];
      return y[((sample * m + query) * 2 + head) * n + key] ?? 0;
    });
  }

  test("drops about its share of the weights, others at each step, none without training", async () => {
    const [once, again] = [await weights(3), await weights(4)];
    const zeros = once.filter((p) => p === 0).length / once.length;
    expect(Math.abs(zeros - rate)).toBeLessThan(0.1);
    expect(again.map((p) => (p === 0 ? 1 : 0))).not.toEqual(once.map((p) => (p === 0 ? 1 : 0)));
    expect((await weights(3, false)).every((p) => p > 0)).toBe(true);
  });

  test("is the same on the way back", async () => {
    const kept = (await weights(3)).map((p) => (p === 0 ? 0 : 1 / (1 - rate)));
    await checkLayer(it, attention({ ...sizes, kept }));
  });
});

describe("its options", () => {
  const make = (options: object) => multiHeadAttention(options as MultiHeadAttentionOptions);
  test("survive their configuration", () => {
    for (const it of [
      multiHeadAttention({ numHeads: 2, keyDim: 3 }),
      multiHeadAttention({
        numHeads: 1,
        keyDim: 2,
        valueDim: 5,
        outputShape: 7,
        useBias: false,
        dropout: 0.5,
        useCausalMask: true,
        kernelInitializer: "heNormal",
        biasInitializer: "ones",
        trainable: false,
      }),
    ]) {
      const config = JSON.parse(JSON.stringify(it.config));
      const again = layerFromConfig("x", "multiHeadAttention", { ...config, name: "n" });
      expect(again.config).toEqual(it.config);
      expect(again).toMatchObject({ name: "n", type: it.type });
      expect(again.trainable).toBe(it.trainable);
    }
  });

  test("are checked", async () => {
    const good = { numHeads: 2, keyDim: 2 };
    const bad: readonly object[] = [
      { keyDim: 2 },
      { numHeads: 2 },
      { ...good, numHeads: 0 },
      { ...good, keyDim: 1.5 },
      { ...good, valueDim: -1 },
      { ...good, outputShape: [3] },
      { ...good, useBias: 1 },
      { ...good, dropout: 1 },
      { ...good, useCausalMask: "yes" },
      { ...good, trainable: 0 },
    ];
    for (const it of bad) expect((await rejection(() => make(it))).code).toBe("invalidArgument");
    for (const it of [{ heads: 2 }, { kernelInitializer: "no" }]) {
      expect((await rejection(() => make({ ...good, ...it }))).code).toBe("unknownName");
    }
  });

  test("and the shapes it is built for", async () => {
    const { build } = make({ numHeads: 2, keyDim: 2 });
    const shapes: readonly (readonly (readonly number[])[])[] = [
      [[4]],
      [[2, 3, 4]],
      [[2, 3], [4]],
      [
        [2, 3],
        [2, 3],
        [3, 3],
      ],
      [
        [2, 3],
        [2, 3],
        [2, 3],
        [2, 3],
      ],
    ];
    for (const it of shapes) {
      const error = await rejection(() => build("x", it[0] ?? [], it));
      expect(error.code).toBe("shapeMismatch");
    }
  });
});
