// A small transformer of the public layers, as a graph: it learns as PyTorch's does.

import { describe, expect, test } from "vitest";
import {
  add,
  dense,
  engine,
  flatten,
  multiHeadAttention,
  positionEmbedding,
  sgd,
} from "../../src/index.ts";
import { type Graph, Network } from "../../src/model/network.ts";
import { Sequential } from "../../src/sequential.ts";
import * as golden from "../support/golden/attention.ts";

/** x + positions; h + attention(h); h + narrow(wide(h)); head. */
function transformer(useCausalMask: boolean): Graph {
  const { steps, features, numHeads, keyDim, hidden, outputs } = golden;
  return {
    inputShapes: [[steps, features]],
    layers: [
      positionEmbedding({ name: "positions" }),
      multiHeadAttention({ numHeads, keyDim, useCausalMask, name: "attention" }),
      add({ name: "around" }),
      dense({ units: hidden, activation: "relu", name: "wide" }),
      dense({ units: features, name: "narrow" }),
      flatten(),
      dense({ units: outputs, name: "head" }),
    ],
    nodes: [
      { layer: 0, inputs: [0] },
      { layer: 1, inputs: [1] },
      { layer: 2, inputs: [1, 2] },
      { layer: 3, inputs: [3] },
      { layer: 4, inputs: [4] },
      // The same layer again: it has no parameters.
      { layer: 2, inputs: [3, 5] },
      { layer: 5, inputs: [6] },
      { layer: 6, inputs: [7] },
    ],
    outputs: [8],
  };
}

describe("a transformer of one block", () => {
  for (const causal of [false, true]) {
    test(`has the losses that PyTorch has${causal ? ", causal" : ""}`, async () => {
      const shared = await engine();
      const network = new Network(shared, "test", transformer(causal), 1);
      using model = new Sequential(network);
      model.setWeights(golden.weights());
      const optimizer = sgd({ learningRate: golden.learningRate });
      model.compile({ optimizer, loss: "meanSquaredError" });
      const { x, t } = golden.data();
      const losses: number[] = [];
      await model.fit(
        { x, y: t },
        {
          batchSize: golden.samples,
          epochs: 20,
          shuffle: false,
          callbacks: { onBatchEnd: (_, { loss = Number.NaN }) => void losses.push(loss) },
        },
      );
      expect(losses).toBeNear(causal ? golden.losses.causal : golden.losses.full, {
        relative: 1e-4,
      });
      // No number got into the padding of a parameter or of its gradient.
      const { parameters } = network;
      const { f32 } = shared.arena.views;
      const own = parameters.list.filter((it) => /^(positions|attention)/.test(it.name));
      const dirty = own.filter((it) =>
        [parameters.tensor(it), parameters.gradient(it)].some(({ address, ld, cols }) =>
          Array.from({ length: it.rows }, (_, row) => (address >>> 2) + row * ld).some((at) =>
            f32.subarray(at + cols, at + ld).some((value) => value !== 0),
          ),
        ),
      );
      expect(dirty.map((it) => it.name)).toEqual([]);
    });
  }
});
