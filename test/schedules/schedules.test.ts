// Schedules: the rates that the kernel computes, against Keras' formulas in f64 and PyTorch's record;
// that training under them is the same however it is cut; and what is refused.

import { describe, expect, test } from "vitest";
import * as abi from "../../assembly/abi.ts";
import {
  adam,
  cosineDecay,
  cosineDecayRestarts,
  datasets,
  dense,
  exponentialDecay,
  inverseTimeDecay,
  loadModel,
  oneCycle,
  piecewiseConstantDecay,
  polynomialDecay,
  type Schedule,
  sequential,
  sgd,
  warmup,
} from "../../src/index.ts";
import { scheduleFromConfig } from "../../src/schedules/registry.ts";
import * as golden from "../support/golden/schedules.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName, TestKernel } from "../support/kernel.ts";
import * as reference from "../support/reference/schedules.ts";
import { rejection } from "../support/rejection.ts";

const kernel = await TestKernel.create();

/** The kernel's rates at these steps. */
function ratesOf({ segments }: Schedule, steps: readonly number[]): number[] {
  kernel.reset();
  const words = new Float32Array(Float64Array.from(segments).buffer);
  const hyper = kernel.floats(abi.HYPER_BYTES / 4);
  const { f32 } = kernel.arena.views;
  f32[(hyper + abi.HYPER_SCHEDULED) / 4] = 1;
  const k = segments.length / abi.SCHEDULE_WORDS;
  // As bits: some floats of a double are NaNs.
  const e = kernel.floats(words.length);
  new Uint8Array(kernel.arena.memory.buffer).set(new Uint8Array(words.buffer), e);
  const op = { code: abi.OP_SCHEDULE, d: hyper, e, k };
  return steps.map((step) => {
    kernel.header.setInt32(abi.PLAN_STEP, step, true);
    kernel.runOps([op], 1, 2);
    return kernel.read(hyper, 1)[0] ?? Number.NaN;
  });
}

const warm = { target: 0.2, steps: 10 };
const cases: readonly (readonly [string, Schedule, (step: number) => number])[] = [
  [
    "exponentialDecay",
    exponentialDecay({ initialLearningRate: 0.1, decaySteps: 30, decayRate: 0.9 }),
    reference.exponentialDecay(0.1, 30, 0.9),
  ],
  [
    "exponentialDecay, rising",
    exponentialDecay({ initialLearningRate: 1e-4, decaySteps: 50, decayRate: 3 }),
    reference.exponentialDecay(1e-4, 50, 3),
  ],
  [
    "exponentialDecay by stairs",
    exponentialDecay({
      initialLearningRate: 0.1,
      decaySteps: 7,
      decayRate: 0.5,
      staircase: true,
    }),
    reference.exponentialDecay(0.1, 7, 0.5, true),
  ],
  [
    "inverseTimeDecay",
    inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 3.5, decayRate: 0.5 }),
    reference.inverseTimeDecay(0.1, 3.5, 0.5),
  ],
  [
    "inverseTimeDecay by stairs",
    inverseTimeDecay({ initialLearningRate: 1, decaySteps: 10, decayRate: 2, staircase: true }),
    reference.inverseTimeDecay(1, 10, 2, true),
  ],
  [
    "piecewiseConstantDecay",
    piecewiseConstantDecay({ boundaries: [3, 4, 20], values: [1, 0.5, 0.1, 0.01] }),
    reference.piecewiseConstantDecay([3, 4, 20], [1, 0.5, 0.1, 0.01]),
  ],
  [
    "polynomialDecay",
    polynomialDecay({ initialLearningRate: 0.1, decaySteps: 20 }),
    reference.polynomialDecay(0.1, 20, 1e-4, 1),
  ],
  [
    "polynomialDecay of a power, in cycles",
    polynomialDecay({
      initialLearningRate: 0.1,
      decaySteps: 20,
      endLearningRate: 0.01,
      power: 0.5,
      cycle: true,
    }),
    reference.polynomialDecay(0.1, 20, 0.01, 0.5, true),
  ],
  [
    "cosineDecay",
    cosineDecay({ initialLearningRate: 0.1, decaySteps: 40, alpha: 0.1 }),
    reference.cosineDecay(0.1, 40, 0.1),
  ],
  [
    "cosineDecay after a warm-up",
    cosineDecay({ initialLearningRate: 0, warmupTarget: 0.2, warmupSteps: 10, decaySteps: 40 }),
    reference.cosineDecay(0, 40, 0, warm),
  ],
  [
    "cosineDecayRestarts",
    cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 6 }),
    reference.cosineDecayRestarts(0.1, 6, 2, 1, 0),
  ],
  [
    "cosineDecayRestarts of one length, ever lower",
    cosineDecayRestarts({
      initialLearningRate: 0.1,
      firstDecaySteps: 6,
      tMul: 1,
      mMul: 0.8,
      alpha: 0.05,
    }),
    reference.cosineDecayRestarts(0.1, 6, 1, 0.8, 0.05),
  ],
  [
    "warmup to a number",
    warmup({ steps: 8, initialLearningRate: 0.01, learningRate: 0.1 }),
    (step) => (step < 8 ? 0.01 + (0.09 * step) / 8 : 0.1),
  ],
  [
    "warmup to a schedule, whose steps count from there",
    warmup({
      steps: 4,
      learningRate: piecewiseConstantDecay({ boundaries: [2], values: [1, 0.5] }),
    }),
    (step) => (step < 4 ? step / 4 : step <= 6 ? 1 : 0.5),
  ],
];

describe("the kernel's learning rates", () => {
  const steps = [...Array.from({ length: 64 }, (_, i) => i), 99, 100, 101, 1000, 1e6, 2 ** 31 - 1];
  test.each(cases)("%s has those of the formula", (_, schedule, rate) => {
    expect(ratesOf(schedule, steps)).toBeNear(steps.map(rate), {
      relative: 1.2e-7,
      absolute: 1e-12,
    });
  });

  const from0 = (list: readonly number[]) => list.map((_, i) => i);
  test.each([
    ["oneCycle", oneCycle({ maxLearningRate: 0.1, totalSteps: 12 }), golden.oneCycle],
    [
      "cosineDecayRestarts",
      cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 5, alpha: 0.1 }),
      golden.restarts,
    ],
    [
      "cosineDecay",
      cosineDecay({ initialLearningRate: 0.1, decaySteps: 8, alpha: 0.2 }),
      golden.cosine,
    ],
  ] as const)("%s has those of PyTorch", (_, schedule, want) => {
    expect(ratesOf(schedule, from0(want))).toBeNear(want, { relative: 1.2e-7, absolute: 1e-12 });
  });

  test("stay at the end of a cycle", () => {
    const [last, later] = ratesOf(oneCycle({ maxLearningRate: 0.1, totalSteps: 12 }), [11, 5000]);
    expect(later).toBe(last);
  });

  test.each(cases)("%s comes back from its configuration", (_, schedule) => {
    const json: unknown = JSON.parse(JSON.stringify(schedule.config));
    expect(scheduleFromConfig("here", json)).toEqual(schedule);
  });
});

const data = datasets.moons({ samples: 37, noise: 0.1, seed: 3 });
const rise = () =>
  warmup({
    steps: 5,
    learningRate: cosineDecay({ initialLearningRate: 0.05, decaySteps: 30, alpha: 0.1 }),
  });

async function make(learningRate: number | Schedule = rise(), rule: typeof adam = adam) {
  const model = await sequential({
    inputShape: [2],
    seed: 4,
    layers: [dense(6, "tanh"), dense(1, "sigmoid")],
  });
  model.compile({ optimizer: rule({ learningRate }), loss: "binaryCrossentropy" });
  return model;
}

describe("training under a schedule", () => {
  test("takes the steps that setHyper would take before each", async () => {
    const [scheduled, byHand] = [await make(), await make(1)];
    const steps = Array.from({ length: 20 }, (_, i) => i);
    // 0, the first one, is no rate for setHyper: there both begin with a step that changes nothing.
    for (const [i, rate] of ratesOf(rise(), steps).entries()) {
      byHand.setHyper({ learningRate: rate || 1e-40 });
      await byHand.step(1, i === 0 ? { data, batchSize: 8 } : {});
    }
    await scheduled.step(20, { data, batchSize: 8 });
    expect(scheduled.learningRate).toBe(byHand.learningRate);
    expect(scheduled.getWeights()).toEqual(byHand.getWeights());
  });

  test("is the same in one call, step by step, and after being saved within the warm-up", async () => {
    const [whole, single, part] = [await make(), await make(), await make()];
    const options = { epochs: 4, batchSize: 8 };
    await whole.fit(data, options);
    for (let i = 0; i < 20; i++) await single.step(1, i === 0 ? { data, batchSize: 8 } : {});
    await part.step(3, { data, batchSize: 8 });
    const resumed = await loadModel(part.save());
    expect(resumed.hyper).toEqual(part.hyper);
    await resumed.step(17, { data, batchSize: 8 });
    expect(hashModel(single)).toBe(hashModel(whole));
    expect(hashModel(resumed)).toBe(hashModel(whole));
  });

  test("begins anew after compile and reset", async () => {
    const model = await make();
    await model.fit(data, { epochs: 2 });
    const first = hashModel(model);
    model.reset();
    await model.fit(data, { epochs: 2 });
    expect(hashModel(model)).toBe(first);
  });

  test("ends where setHyper gives a number, also in the plan at hand", async () => {
    const model = await make(rise(), sgd as typeof adam);
    await model.step(12, { data, batchSize: 8 });
    const { learningRate } = model;
    expect(learningRate).toBeGreaterThan(0.01);
    model.setHyper({ weightDecay: 0.01 });
    expect(model.learningRate).toBe(learningRate);
    await model.step(1);
    expect(model.learningRate).not.toBe(learningRate);
    model.setHyper({ learningRate: 0.125 });
    await model.step(3);
    expect([model.learningRate, model.hyper.learningRate]).toEqual([0.125, 0.125]);
    expect((await loadModel(model.save())).hyper.learningRate).toBe(0.125);
  });

  test("shows in the plan", async () => {
    expect((await make()).summary()).toContain("optimizer warmup");
  });

  test("ends by a callback that sets the rate", async () => {
    const model = await make();
    const rates: number[] = [];
    await model.fit(data, {
      epochs: 3,
      callbacks: {
        onEpochEnd(epoch, _, control) {
          rates.push(control.learningRate);
          if (epoch === 1) control.learningRate = 0.5;
        },
      },
    });
    expect(rates[2]).toBe(0.5);
  });
});

describe("what is refused", () => {
  const rate = { initialLearningRate: 0.1 };
  const any = <T>(it: unknown) => it as T;
  test.each<[string, string, () => unknown]>([
    ["a schedule of nothing", "invalidArgument", () => cosineDecay(any(undefined))],
    [
      "a misspelt option",
      "unknownName",
      () => cosineDecay(any({ ...rate, decaySteps: 3, alfa: 1 })),
    ],
    ["no steps", "invalidArgument", () => cosineDecay(any(rate))],
    ["0 steps", "invalidArgument", () => polynomialDecay({ ...rate, decaySteps: 0 })],
    ["alpha above 1", "invalidArgument", () => cosineDecay({ ...rate, decaySteps: 1, alpha: 2 })],
    [
      "a rate of NaN",
      "invalidArgument",
      () => polynomialDecay({ initialLearningRate: Number.NaN, decaySteps: 1 }),
    ],
    [
      "periods that shrink",
      "invalidArgument",
      () => cosineDecayRestarts({ ...rate, firstDecaySteps: 4, tMul: 0.5 }),
    ],
    [
      "a value too few",
      "invalidArgument",
      () => piecewiseConstantDecay({ boundaries: [1, 2], values: [1, 2] }),
    ],
    [
      "boundaries that fall",
      "invalidArgument",
      () => piecewiseConstantDecay({ boundaries: [2, 1], values: [1, 2, 3] }),
    ],
    ["a cycle too short", "invalidArgument", () => oneCycle({ maxLearningRate: 1, totalSteps: 3 })],
    [
      "a warm-up to nothing",
      "invalidArgument",
      () => warmup({ steps: 3, learningRate: any({ name: "?" }) }),
    ],
    ["an optimizer of a bare object", "invalidArgument", () => sgd({ learningRate: any({}) })],
    [
      "another schedule by setHyper",
      "invalidArgument",
      async () =>
        (await make()).setHyper({ learningRate: cosineDecay({ ...rate, decaySteps: 9 }) }),
    ],
    [
      "a schedule by setHyper where there was none",
      "invalidArgument",
      async () => (await make(0.1)).setHyper({ learningRate: rise() }),
    ],
    [
      "a saved schedule of another name",
      "unknownName",
      () => scheduleFromConfig("x", { name: "toString" }),
    ],
    [
      "a saved schedule of a wrong number",
      "invalidArgument",
      () => scheduleFromConfig("x", { name: "cosineDecay", ...rate, decaySteps: "3" }),
    ],
  ])("%s", async (_, code, run) => {
    expect((await rejection(run)).code).toBe(code);
  });
});

test("no access left the blocks", () => {
  expect(kernel.guard !== undefined).toBe(kernelName === "check");
  expect(kernel.guard?.violations ?? []).toEqual([]);
});
