// Plans of small graphs of any layers: threads that take turns in whatever order come to the bits of one, and
// no two tensors that are alive share bytes.

import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveHeads } from "../../src/model/compile.ts";
import { Feed } from "../../src/model/feed.ts";
import { traceGraph } from "../../src/model/graph.ts";
import { Network } from "../../src/model/network.ts";
import { targetWidths, trainPlan } from "../../src/model/train-plan.ts";
import { resolveOptimizer } from "../../src/optimizers/index.ts";
import { operands } from "../../src/plan/op.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Tensor } from "../../src/plan/tensor.ts";
import { Engine } from "../../src/runtime/engine.ts";
import { runInterleaved, takeBarriers } from "../support/interleave.ts";
import { kernelName, TestKernel } from "../support/kernel.ts";
import { drawsFrom, type RandomGraph, randomGraph } from "../support/random-graph.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? (kernelName === "check" ? 8 : 30));
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const BATCH = 7;
const drawn = fc.record({ seed: fc.nat(2 ** 31 - 1), layers: fc.integer({ min: 1, max: 7 }) });

/** A training plan of a graph on one batch, and what training changes. */
async function planned(graph: RandomGraph, threads: number) {
  const test = await TestKernel.create();
  const engine = Object.assign(new Engine(test.arena, test.exports, { threads }), {
    operationsPerThread: 1e-9,
  });
  const network = new Network(engine, "test", traceGraph("test", graph.inputs, graph.outputs), 3);
  const optimizer = resolveOptimizer("test", "adam");
  const heads = resolveHeads("test", network, graph.heads);
  const compiled = { optimizer, heads };
  network.parameters.attach(optimizer);
  const widths = targetWidths(network, compiled);
  const targets = widths.reduce((sum, it) => sum + it, 0);
  const { inputs } = network;
  const feed = new Feed(engine, { capacity: BATCH, inputs, targets, weighted: true });
  const d = drawsFrom(5);
  // Numbers that are features and indices alike.
  const bits = (count: number) => Float32Array.from({ length: count }, () => d.below(2));
  feed.fill({
    samples: BATCH,
    features: bits(BATCH * inputs),
    targets: new Float32Array(BATCH * targets),
    weights: d.uniform(BATCH).map((it) => 1 + it),
  });
  const plan = trainPlan(network, compiled, {
    feed,
    batchSize: BATCH,
    targets: new Float32Array(BATCH * targets),
    metricSums: [],
    order: 0,
  });
  return { engine, network, plan };
}

/** What two steps come to. */
async function trained(graph: RandomGraph, threads: number, pick: (choices: number) => number) {
  const { engine, network, plan } = await planned(graph, threads);
  expect(plan.threads).toBe(threads);
  const met = takeBarriers(engine, plan);
  for (let step = 0; step < 2; step++) {
    plan.cursor = 0;
    runInterleaved(engine, plan, met, threads, pick);
  }
  const { f32 } = engine.arena.views;
  const read = ({ address, rows, ld }: Tensor) =>
    f32.slice(address >>> 2, (address >>> 2) + rows * ld);
  const { weights, state } = network.parameters;
  return { loss: plan.batchLoss, bits: [weights, state].map((it) => it && read(it)) };
}

async function holds(law: (graph: RandomGraph) => Promise<void>): Promise<void> {
  const property = fc.asyncProperty(drawn, async ({ seed, layers }) => {
    const graph = randomGraph(seed, layers, false);
    try {
      await law(graph);
    } catch (error) {
      throw new Error(`${graph.types.join(" ")}: ${error}`, { cause: error });
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
}

test("threads come to the bits of one, in whatever order they go", async () => {
  const d = drawsFrom(1);
  await holds(async (graph) => {
    const alone = await trained(graph, 1, () => 0);
    expect(Number.isFinite(alone.loss)).toBe(true);
    for (const threads of [2, 3]) {
      for (const pick of [() => 0, (choices: number) => choices - 1, d.below]) {
        expect(await trained(graph, threads, pick)).toEqual(alone);
      }
    }
  });
});

test("ops write what they say, and nothing in it but numbers", async () => {
  // Besides what is no result of a step.
  const silent = ["metric", "update", "lossSum"];
  await holds(async (graph) => {
    const { engine, network, plan } = await planned(graph, 1);
    const { u8, f32 } = engine.arena.views;
    const bytesOf = ({ address, bytes }: Tensor) => u8.slice(address, address + bytes);
    plan.beginStep();
    plan.ops.forEach((op, index) => {
      const written = new Set(op.writes.map((it) => it.base ?? it));
      const others = operands(op)
        .map((it) => it.base ?? it)
        .filter((it) => !it.perThread && !written.has(it))
        .filter((it) => !(silent.includes(op.name) && it === (op.c?.base ?? op.c)));
      const before = others.map(bytesOf);
      plan.continueStep(index, index + 1);
      const what = `${op.layer}: ${op.role}`;
      others.forEach((it, i) => {
        const clash = op.writes.some(
          (w) => w.address < it.address + it.bytes && it.address < w.address + w.bytes,
        );
        const same = clash || Buffer.compare(bytesOf(it), before[i] as Uint8Array) === 0;
        expect(same, `${what}: ${it.name} stays`).toBe(true);
      });
      for (const it of op.writes) {
        const rows = it.perSample ? it.rows * plan.rows : it.rows;
        expect(plan.hasNonFinite(it, rows), `${what}: ${it.name} is finite`).toBe(false);
      }
    });
    // What stands in a parameter's padding would be summed up by norms, and be read beside its columns.
    const { parameters } = network;
    for (const it of parameters.list) {
      for (const { name, address, rows, cols, ld } of [
        parameters.tensor(it),
        ...(it.trainable ? [parameters.gradient(it)] : []),
      ]) {
        const all = f32.subarray(address >>> 2, (address >>> 2) + rows * ld);
        const isClear = all.every((x, i) => i % ld < cols || x === 0);
        expect(isClear, `padding of ${name}`).toBe(true);
      }
    }
  });
});

test("no tensor shares bytes with another that is alive", async () => {
  await holds(async (graph) => {
    const { plan } = await planned(graph, 3);
    checkLives(plan);
  });
});

/** By the ops' operands, views as what they are of: between first and last use nobody else touches a byte. */
function checkLives(plan: Plan): void {
  const lives = new Map<Tensor, { from: number; to: number }>();
  plan.ops.forEach((op, index) => {
    for (const it of operands(op)) {
      const tensor = it.base ?? it;
      if (it.perThread || tensor.address < plan.address) continue;
      if (tensor.address >= plan.address + plan.bytes) continue;
      const from = lives.get(tensor)?.from ?? (tensor.values ? 0 : index);
      lives.set(tensor, { from, to: tensor.keep ? plan.ops.length : index });
      const end = tensor.address + tensor.bytes;
      const inside = it.address >= tensor.address && it.address + it.bytes <= end;
      if (!inside) expect.fail(`${it.name} goes beyond ${tensor.name}`);
    }
  });
  const list = [...lives];
  for (const [a, x] of list) {
    for (const [b, y] of list) {
      if (a === b || x.to < y.from || y.to < x.from) continue;
      const apart = a.address + a.bytes <= b.address || b.address + b.bytes <= a.address;
      if (!apart) expect.fail(`${a.name} and ${b.name}`);
    }
  }
}
