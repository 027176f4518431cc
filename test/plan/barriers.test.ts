// Where threads meet: whatever they do in between, in whatever order, comes to the same bits as one thread.
// All orders are tried on one thread, op by op: a barrier that is missing shows as other weights.

import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { dense, dropout, sgd } from "../../src/index.ts";
import { barriers } from "../../src/plan/barriers.ts";
import { PlanBuilder } from "../../src/plan/builder.ts";
import { fixedTensor, type Tensor } from "../../src/plan/tensor.ts";
import { Engine } from "../../src/runtime/engine.ts";
import { runInterleaved, takeBarriers } from "../support/interleave.ts";
import { TestKernel } from "../support/kernel.ts";
import { type ModelSketch, planModel } from "../support/plans.ts";

const label = { layer: "test", role: "test" };
const linear = { code: abi.ACTIVATION_LINEAR, alpha: 0, elementwise: true };

/** A tensor of 2 floats a sample at a place of its own. */
function placed(name: string, address: number, builder: PlanBuilder): Tensor {
  return Object.assign(builder.tensor(name, 2), { address });
}

describe("barriers", () => {
  const builder = new PlanBuilder(8);
  const x = placed("x", 4096, builder);
  const y = placed("y", 8192, builder);
  const z = placed("z", 12288, builder);
  const metOf = (emit: (plan: PlanBuilder) => void) => {
    const plan = new PlanBuilder(8);
    emit(plan);
    return barriers(plan.ops);
  };

  it("lets a row-local chain run without one", () => {
    const met = metOf((plan) => {
      plan.activation(label, linear, x, y);
      plan.activation(label, linear, y, z);
      plan.activationGradient(label, { ...linear, aux: z }, y, x);
    });
    expect(met).toEqual([false, false, false]);
  });

  it("sets one before an op that reads all rows", () => {
    const gradient = fixedTensor("gradient", 2, 2, 16384);
    const met = metOf((plan) => {
      plan.activation(label, linear, x, y);
      plan.gemm({ ...label, a: x, b: y, c: gradient, transposeA: true });
      plan.activation(label, linear, x, z);
    });
    expect(met).toEqual([true, false, false]);
  });

  it("sets one behind a copy that writes another view of the tensor that is read", () => {
    const gradient = fixedTensor("gradient", 2, 2, 16384);
    const rows = Object.assign(builder.tensor("rows", 2, { rows: 2 }), { address: 20480 });
    const met = metOf((plan) => {
      plan.copy(label, x, rows, { size: [2, 1], from: [1, 1], to: [4, 1] });
      plan.gemm({ ...label, a: rows, b: rows, c: gradient, transposeA: true });
    });
    expect(met).toEqual([true, false]);
  });

  it("sets one where another thread may still read what is overwritten", () => {
    const gradient = fixedTensor("gradient", 2, 2, 16384);
    const met = metOf((plan) => {
      plan.gemm({ ...label, a: x, b: y, c: gradient, transposeA: true });
      plan.activation(label, linear, z, y);
    });
    expect(met).toEqual([true, false]);
  });

  it("sets one between tensors that share bytes but not rows", () => {
    const wide = Object.assign(builder.tensor("wide", 7), { address: y.address });
    const met = metOf((plan) => {
      plan.activation(label, linear, x, y);
      plan.activation(label, linear, wide, wide);
    });
    expect(met).toEqual([true, false]);
  });

  it("sets one where a thread's samples lie elsewhere in the same bytes", () => {
    const shifted = Object.assign(builder.tensor("shifted", 2), { address: y.address + 64 });
    const tall = Object.assign(builder.tensor("tall", 2, { rows: 2 }), { address: y.address });
    for (const other of [shifted, tall]) {
      const met = metOf((plan) => {
        plan.activation(label, linear, x, y);
        plan.activation(label, linear, other, other);
      });
      expect(met, other.name).toEqual([true, false]);
    }
  });

  it("sets one between what is one row for all samples and what is shared out by them", () => {
    const fixed = fixedTensor("fixed", 8, 2, z.address);
    const met = metOf((plan) => {
      plan.select(label, undefined, z);
      plan.select(label, undefined, fixed);
    });
    expect(met).toEqual([true, false]);
  });

  it("sets one between two updates of the same state", () => {
    const weights = fixedTensor("weights", 1, 4, 16384);
    const gradients = fixedTensor("gradients", 1, 4, 16640);
    const hyper = fixedTensor("hyper", 1, 8, 16896);
    const state = fixedTensor("state", 1, 4, 17152);
    const others = fixedTensor("others", 1, 4, 17408);
    const met = metOf((plan) => {
      plan.update(label, { code: 4, slots: 1 }, { weights, gradients, state, hyper });
      plan.update(label, { code: 4, slots: 1 }, { weights: others, gradients, state, hyper });
    });
    expect(met).toEqual([true, false]);
  });

  it("sets one between the gradients' norm and the update that it scales", () => {
    const weights = fixedTensor("weights", 1, 4, 16384);
    const gradients = fixedTensor("gradients", 1, 4, 16640);
    const hyper = fixedTensor("hyper", 1, 8, 16896);
    const met = metOf((plan) => {
      plan.clipNorm(label, gradients, hyper);
      plan.update(label, { code: 0, slots: 0 }, { weights, gradients, state: undefined, hyper });
    });
    expect(met).toEqual([true, false]);
  });

  it("needs none at an op list's end, nor in an empty one", () => {
    expect(barriers([])).toEqual([]);
    expect(metOf((plan) => plan.activation(label, linear, x, y)).at(-1)).toBe(false);
  });
});

const MODELS: readonly (readonly [string, ModelSketch])[] = [
  [
    "deep, in batches of 24",
    {
      inputs: 5,
      layers: [dense(9, "tanh"), dense(6, "softplus"), dense(7, "gelu"), dense(3, "softmax")],
      loss: "sparseCategoricalCrossentropy",
      optimizer: "adam",
      metrics: ["accuracy"],
      batchSize: 24,
    },
  ],
  [
    "wide enough for packed products",
    {
      inputs: 130,
      layers: [dense(140, "relu"), dense(150, "relu"), dense(3, "softmax")],
      loss: "sparseCategoricalCrossentropy",
      optimizer: "rmsprop",
      batchSize: 40,
    },
  ],
  [
    "with dropout, penalties, clipping by norm, weights, frozen units and units off",
    {
      inputs: 6,
      layers: [
        dense({ units: 12, activation: "elu", kernelRegularizer: { l1: 0.01, l2: 0.01 } }),
        dropout(0.3),
        dense({ units: 10, activation: "sigmoid", biasRegularizer: 0.02 }),
        dense(2),
      ],
      loss: "meanSquaredError",
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9, globalClipNorm: 0.5 }),
      metrics: ["meanAbsoluteError", "r2"],
      targets: 2,
      weighted: true,
      frozen: { dense_1: [0, 5] },
      disabled: { dense_2: [3] },
      batchSize: 20,
    },
  ],
];

describe.each(MODELS)("a model %s", (_name, sketch) => {
  const STEPS = 3;

  /** Everything that training changes, after some steps. */
  async function trained(threads: number, pick: (choices: number) => number) {
    const test = await TestKernel.create();
    const engine = new Engine(test.arena, test.exports, { threads });
    engine.operationsPerThread = 1;
    const model = await planModel(sketch, engine);
    const { f32 } = engine.arena.views;
    const { feed } = model;
    for (const it of [feed.x, feed.weights]) {
      if (it === undefined) continue;
      const floats = it.rows * it.ld;
      for (let i = 0; i < floats; i++) {
        if (i % it.ld < it.cols)
          f32[(it.address >>> 2) + i] = 0.5 + Math.fround((i * 7919) % 101) / 101;
      }
    }
    expect(model.train.threads).toBe(threads);
    model.train.samples = sketch.batchSize;
    const met = takeBarriers(engine, model.train);
    for (let step = 0; step < STEPS; step++) {
      model.train.cursor = 0;
      runInterleaved(engine, model.train, met, threads, pick);
    }
    const { parameters } = model.network;
    const read = ({ address, cols }: Tensor) => f32.slice(address >>> 2, (address >>> 2) + cols);
    const bits = [parameters.weights, parameters.state, ...model.metricSums].map((it) =>
      it ? read(it) : new Float32Array(0),
    );
    return { bits, loss: model.train.loss, met };
  }

  it("comes to the bits of one thread, in whatever order its threads go", async () => {
    const alone = await trained(1, () => 0);
    expect(Number.isFinite(alone.loss)).toBe(true);
    // Fewer than one an op, and not none.
    expect(alone.met).toContain(true);
    expect(alone.met.filter((it) => it).length).toBeLessThan(alone.met.length - 1);
    let state = 1;
    const random = (choices: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 16) % choices;
    };
    for (const threads of [2, 3, 7]) {
      for (const pick of [() => 0, (choices: number) => choices - 1, random, random]) {
        const { bits, loss } = await trained(threads, pick);
        expect(loss).toBe(alone.loss);
        expect(bits).toEqual(alone.bits);
      }
    }
  });
});
