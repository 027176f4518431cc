// The executor: which rows a step takes, where a run stops, what a step that fails leaves behind. Its
// plans are written by hand, with the plan builder.

import { afterEach, describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { PlanBuilder } from "../../src/plan/builder.ts";
import { Plan, type PlanBinding } from "../../src/plan/plan.ts";
import { fixedTensor, type Tensor } from "../../src/plan/tensor.ts";
import { Engine } from "../../src/runtime/engine.ts";
import { integers } from "../support/gemm.ts";
import { TestKernel } from "../support/kernel.ts";
import { expectShared, onlyThread } from "../support/threads.ts";

const kernel = await TestKernel.create();
const engine = new Engine(kernel.arena, kernel.exports);
afterEach(() => kernel.reset());

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const label = { layer: "test", role: "test" };

/** A matrix in memory that stays where it is. */
function fixed(name: string, rows: number, cols: number, from: ArrayLike<number>): Tensor {
  return fixedTensor(name, rows, cols, kernel.matrix(rows, cols, from).at);
}

/** An order of samples in memory. */
function orderOf(samples: readonly number[]): number {
  const at = kernel.floats(samples.length);
  kernel.arena.views.u32.set(samples, at >> 2);
  return at;
}

describe("gather", () => {
  interface Gather {
    readonly order?: readonly number[];
    readonly rows: number;
    readonly cursor?: number;
    readonly threads?: number;
    readonly on?: TestKernel;
  }

  function gather(cols: number, { order, rows, cursor = 0, threads, on = kernel }: Gather) {
    const data = Float32Array.from({ length: 9 * cols }, (_, i) => i + 0.5);
    const { at: a, ld: lda } = kernel.matrix(9, cols, data);
    const b = kernel.floats(rows * lda, new Array(rows * lda).fill(nan));
    kernel.header.setInt32(abi.PLAN_ORDER, order ? orderOf(order) : 0, true);
    kernel.header.setInt32(abi.PLAN_CURSOR, cursor, true);
    on.runOps(
      [{ code: abi.OP_GATHER, flags: abi.FLAG_BATCH_M, m: 1, a, b, n: cols, lda, ldb: lda }],
      rows,
      threads,
    );
    const out = kernel.read(b, rows * lda);
    const sampleOf = (row: number) => (order ? (order[cursor + row] ?? nan) : cursor + row);
    const want = Array.from({ length: rows * lda }, (_, at) => {
      const column = at % lda;
      return column < cols ? sampleOf(Math.floor(at / lda)) * cols + column + 0.5 : 0;
    });
    kernel.reset();
    return { out, want: Float32Array.from(want) };
  }

  const shuffled = [4, 0, 8, 8, 1, 7, 2, 3, 6];

  it.each([1, 3, 4, 5, 17])("takes rows of %d columns in their natural order", (cols) => {
    const { out, want } = gather(cols, { rows: 4, cursor: 3 });
    expect(out).toEqual(want);
  });

  it.each([1, 3, 4, 5, 17])("takes rows of %d columns in the order that is bound", (cols) => {
    const { out, want } = gather(cols, { order: shuffled, rows: 5, cursor: 2 });
    expect(out).toEqual(want);
  });

  it("is the same on 2, 3 and 7 threads, each row written by one of them", () => {
    for (const threads of [2, 3, 7]) {
      for (const rows of [1, 2, 9]) {
        const { out, want } = gather(6, { order: shuffled, rows, threads });
        expect(out).toEqual(want);
        const alone = Array.from({ length: threads }, (_, thread) => onlyThread(kernel, thread));
        expectShared(alone.map((on) => gather(6, { rows, threads, on }).out));
      }
    }
  });

  it("takes nothing when there are no rows", () => {
    expect(gather(4, { order: shuffled, rows: 0, cursor: 9 }).out.length).toBe(0);
  });

  it("writes no float beyond a column's last row", () => {
    const a = kernel.floats(10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const b = kernel.floats(3);
    // Blocks are rounded up to 64 bytes: what follows is still this block's.
    kernel.arena.views.f32.fill(-1, (b >> 2) + 3, (b >> 2) + 16);
    kernel.header.setInt32(abi.PLAN_ORDER, 0, true);
    kernel.header.setInt32(abi.PLAN_CURSOR, 7, true);
    const gather = { code: abi.OP_GATHER, flags: abi.FLAG_BATCH_M, m: 1 };
    kernel.runOps([{ ...gather, a, b, n: 1, lda: 1, ldb: 1 }], 3);
    expect([...kernel.read(b, 5)]).toEqual([8, 9, 10, -1, -1]);
  });

  it("takes a column of floats without padding between them, as sample weights are", () => {
    const data = kernel.floats(
      12,
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
    const source = { ...fixedTensor("weights", 10, 1, data), ld: 1 };
    const builder = new PlanBuilder(4);
    const column = builder.column("weights");
    builder.gather(label, source, column);
    const order = orderOf([9, 7, 5, 3, 1, 0, 2, 4, 6, 8]);
    const plan = new Plan(engine, builder.ops, { batch: 4, samples: 10, order });
    const seen: number[][] = [];
    while (plan.run(1)) seen.push([...kernel.read(column.address, plan.rows)]);
    expect(seen).toEqual([
      [10, 8, 6, 4],
      [2, 1, 3, 5],
      [7, 9],
    ]);
  });
});

/** One weight matrix under mean squared error and sgd: small, and each step depends on the one before. */
function training(
  options: { samples?: number; learningRate?: number } & Partial<PlanBinding> = {},
) {
  const { samples = 10, learningRate = 2 ** -7, batch = 4, ...binding } = options;
  const builder = new PlanBuilder(batch);
  const features = fixed("features", samples, 3, integers(samples * 3, 1));
  const targets = fixed("targets", samples, 2, integers(samples * 2, 2));
  const weights = fixed("weights", 3, 2, integers(6, 3));
  const gradients = fixed("gradients", 3, 2, []);
  const hyper = fixedTensor(
    "hyper",
    1,
    abi.HYPER_BYTES / 4,
    kernel.floats(abi.HYPER_BYTES / 4, [learningRate]),
  );
  const [x, y] = [builder.tensor("x", 3), builder.tensor("y", 2)];
  const [predictions, dy] = [builder.tensor("p", 2), builder.tensor("dy", 2)];
  const losses = builder.column("losses");
  builder.gather(label, features, x);
  builder.gather(label, targets, y);
  builder.gemm({ ...label, a: x, b: weights, c: predictions });
  builder.loss({
    ...label,
    code: abi.LOSS_MEAN_SQUARED_ERROR,
    ...{
      parameter: 0,
      variant: 0,
      predictions,
      targets: y,
      weights: undefined,
      losses,
      gradient: dy,
    },
    probabilities: undefined,
  });
  builder.lossSum(label, losses, { weight: 1, last: true });
  builder.gemm({ ...label, a: x, b: dy, c: gradients, transposeA: true });
  const flat = (it: Tensor) => fixedTensor(it.name, 1, it.rows * it.ld, it.address);
  const tensors = { weights: flat(weights), gradients: flat(gradients), state: undefined, hyper };
  builder.update(label, { code: abi.OPTIMIZER_SGD, slots: 0 }, tensors);
  const plan = new Plan(engine, builder.ops, { batch, samples, ...binding });
  const state = () => ({
    weights: [...kernel.read(weights.address, 12)],
    cursor: plan.cursor,
    step: plan.step,
    status: plan.status,
    loss: plan.loss,
  });
  const setTarget = (sample: number, value: number) => {
    kernel.arena.views.f32[(targets.address >> 2) + sample * targets.ld] = value;
  };
  return { plan, state, setTarget };
}

describe("run", () => {
  it("stops at the data's end, after a last batch that is short", () => {
    const { plan } = training();
    expect(plan.run(2)).toBe(2);
    expect([plan.cursor, plan.rows, plan.step]).toEqual([8, 4, 2]);
    expect(plan.run(100)).toBe(1);
    expect([plan.cursor, plan.rows, plan.step]).toEqual([10, 2, 3]);
    expect(plan.run(100)).toBe(0);
    expect([plan.cursor, plan.rows, plan.step]).toEqual([10, 2, 3]);
  });

  it("runs no step when none is asked for, or when there are no samples", () => {
    expect(training().plan.run(0)).toBe(0);
    expect(training({ samples: 0 }).plan.run(5)).toBe(0);
  });

  it("goes on from a step that was counted elsewhere", () => {
    const { plan } = training({ step: 41 });
    plan.run(3);
    expect(plan.step).toBe(44);
  });

  it("is the same in one call, in calls of one step, and in pieces of a step", () => {
    const order = orderOf([3, 1, 4, 9, 5, 2, 6, 8, 7, 0]);
    const whole = training({ order });
    whole.plan.run(3);
    const steps = training({ order });
    while (steps.plan.run(1));
    expect(steps.state()).toEqual(whole.state());
    for (const length of [1, 2, 5]) {
      const pieces = training({ order });
      const { plan } = pieces;
      while (plan.beginStep()) {
        for (let from = 0; from < plan.ops.length; from += length) {
          plan.continueStep(from, Math.min(plan.ops.length, from + length));
        }
        expect(plan.endStep()).toBe(true);
      }
      expect(pieces.state()).toEqual(whole.state());
    }
    expect(whole.state().weights).not.toEqual(training({ order }).state().weights);
  });

  it("adds up the losses, each batch by its rows", () => {
    const { plan } = training();
    const sums = [0, 0];
    while (plan.run(1)) {
      sums[0] = (sums[0] ?? nan) + plan.batchLoss * plan.rows;
      sums[1] = (sums[1] ?? nan) + plan.rows;
    }
    expect(sums[1]).toBe(10);
    expect(plan.loss).toBe((sums[0] ?? nan) / 10);
    plan.lossSums = [0, 0];
    expect(plan.loss).toBeNaN();
  });

  it("visits each sample of the order once", () => {
    const order = [3, 1, 4, 9, 5, 2, 6, 8, 7, 0];
    const builder = new PlanBuilder(3);
    const x = builder.tensor("x", 2, { keep: true });
    builder.gather(
      label,
      fixed(
        "features",
        10,
        2,
        Array.from({ length: 20 }, (_, i) => i),
      ),
      x,
    );
    const plan = new Plan(engine, builder.ops, { batch: 3, samples: 10, order: orderOf(order) });
    const visited: number[] = [];
    while (plan.run(1)) visited.push(...plan.read(x, plan.rows));
    expect(visited).toEqual(order.flatMap((sample) => [2 * sample, 2 * sample + 1]));
  });
});

describe("a step that fails", () => {
  it.each([nan, inf, -inf])("ends at a loss of %d: weights, cursor and step stay", (value) => {
    const { plan, state, setTarget } = training();
    const good = training();
    good.plan.run(1);
    setTarget(6, value);
    expect(plan.run(100)).toBe(1);
    expect(plan.status).toBe(abi.STATUS_LOSS_NOT_FINITE);
    expect(plan.batchLoss).not.toSatisfy(Number.isFinite);
    // The failing batch is in none of the sums either.
    expect(state()).toEqual({ ...good.state(), status: abi.STATUS_LOSS_NOT_FINITE });
  });

  it("ends where an update makes a weight infinite; cursor and step stay", () => {
    const { plan } = training({ learningRate: 3e38 });
    expect(plan.run(100)).toBe(0);
    expect(plan.status).toBe(abi.STATUS_WEIGHT_NOT_FINITE);
    expect([plan.cursor, plan.step]).toEqual([0, 0]);
  });

  it("is not counted when it is run in pieces", () => {
    const { plan, setTarget, state } = training();
    const before = state();
    setTarget(0, nan);
    expect(plan.beginStep()).toBe(true);
    plan.continueStep(0, plan.ops.length);
    expect(plan.endStep()).toBe(false);
    expect(state()).toEqual({ ...before, status: abi.STATUS_LOSS_NOT_FINITE });
  });

  it("can be run again once its cause and status are gone", () => {
    const { plan, state, setTarget } = training();
    const good = training();
    good.plan.run(3);
    setTarget(5, nan);
    plan.run(100);
    setTarget(5, integers(20, 2)[10] ?? nan);
    plan.status = abi.STATUS_OK;
    plan.run(100);
    expect(state()).toEqual(good.state());
  });
});

it("traps at an op code that is none", () => {
  expect(() => kernel.runOps([{ code: 99 }])).toThrow(WebAssembly.RuntimeError);
  expect(() => kernel.runOps([{ code: 0 }])).toThrow(WebAssembly.RuntimeError);
});
