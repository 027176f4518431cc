// Laws about every model, tried on small graphs of any layers: the same bits on any number of threads and
// after saving, gradients that are slopes, outputs of the shapes that were promised, memory given back.

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  adam,
  type Engine,
  engine,
  type LayerwiseError,
  loadModel,
  type Model,
  model,
  type NdArray,
  type OptimizerOptions,
  rmsprop,
  sgd,
} from "../../src/index.ts";
import { createEngine } from "../../src/runtime/engine.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { drawsFrom, type RandomGraph, randomGraph } from "../support/random-graph.ts";

const checked = kernelName === "check";
const SAMPLES = 5;
const BATCH = 2;
const RUNS = Number(process.env.FUZZ_RUNS ?? (checked ? 12 : 30));
const SEED = Number(process.env.FUZZ_SEED ?? 1);

type Net = Model<readonly NdArray[]>;

/** Those of one thread, of two and of three. */
let engines: readonly Engine[] = [];
beforeAll(async () => {
  const alone = await engine();
  // The checked kernel has no threads.
  const counts = checked ? [] : [2, 3];
  const others = counts.map(async (threads) =>
    Object.assign(await createEngine({ threads }), { operationsPerThread: 1 }),
  );
  engines = [alone, ...(await Promise.all(others))];
});
afterAll(async () => {
  await Promise.all(engines.slice(1).map((it) => it.dispose()));
});

const drawn = fc.record({ seed: fc.nat(2 ** 31 - 1), layers: fc.integer({ min: 1, max: 7 }) });

/** Tries `law` on drawn graphs; a failure tells the smallest graph found. */
async function holds(
  runs: number,
  isSmooth: boolean,
  law: (graph: RandomGraph, seed: number) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(drawn, async ({ seed, layers }) => {
    const graph = randomGraph(seed, layers, isSmooth);
    try {
      await law(graph, seed);
    } catch (error) {
      throw new Error(`${graph.types.join(" ")}: ${error}`, { cause: error });
    }
  });
  await fc.assert(property, { numRuns: runs, seed: SEED });
}

function made({ inputs, outputs }: RandomGraph, on: Engine): Promise<Net> {
  return model({ inputs, outputs, seed: 7, engine: on });
}

function compile(net: Net, { heads }: RandomGraph, seed: number): void {
  const d = drawsFrom(seed + 1);
  const more: OptimizerOptions = d.of([{}, { globalClipNorm: 0.1 }, { clipValue: 0.01 }]);
  const optimizer = d.of([sgd, adam, rmsprop])({ learningRate: 0.01, ...more });
  net.compile({ optimizer, ...heads });
}

const bitsOf = (list: readonly NdArray[]) =>
  list.map(({ data }) => Array.from(new Int32Array(data.buffer, data.byteOffset, data.length)));

test("training gives the same bits on any number of threads, and after saving", async () => {
  await holds(RUNS, false, async (graph, seed) => {
    const { x, y } = graph.data(SAMPLES);
    const data = { x, y, ...(seed % 3 === 0 && { sampleWeight: [1, 0.5, 2, 0, 1] }) };
    const options = { batchSize: BATCH };
    let first: string | undefined;
    for (const on of engines) {
      const { used } = on.arena;
      const net = await made(graph, on);
      compile(net, graph, seed);
      const before = await net.predict(x);
      expect(before.map((it) => it.shape.slice(1))).toEqual(graph.outputs.map((it) => it.shape));
      expect(bitsOf(await net.predict(x))).toEqual(bitsOf(before));
      await net.fit(data, options);
      const hash = hashModel(net);
      first ??= hash;
      expect(hash, "hash on threads").toBe(first);
      const again = await loadModel<readonly NdArray[]>(net.save(), { engine: on });
      expect(bitsOf(await again.predict(x))).toEqual(bitsOf(await net.predict(x)));
      await net.fit(data, options);
      await again.fit(data, options);
      expect(hashModel(again), "hash after saving").toBe(hashModel(net));
      expect(net.summary()).toContain("forward plan");
      expect(again.summary()).toBe(net.summary());
      net.dispose();
      again.dispose();
      expect(on.arena.used).toBe(used);
    }
  });
});

test("a run after one that failed is the same run", async () => {
  await holds(RUNS, false, async (graph, seed) => {
    const [on] = engines as [Engine];
    const { x, y } = graph.data(SAMPLES);
    const data = { x, y };
    const run = async (net: Net) => {
      compile(net, graph, seed);
      await net.step(3, { data, batchSize: BATCH });
    };
    const net = await made(graph, on);
    await run(net);
    const hash = hashModel(net);
    // With all numbers of a plan beyond what is finite, as far as they get.
    const good = net.getWeights();
    const huge = Object.entries(good).map(([name, { data }]) => [name, data.map(() => 3e38)]);
    net.setWeights(Object.fromEntries(huge));
    const failed = await net.step(2).then(
      () => undefined,
      (error: LayerwiseError) => error.code,
    );
    expect([undefined, "notFinite"]).toContain(failed);
    net.reset();
    await net.step(3);
    expect(hashModel(net)).toBe(hash);
    net.dispose();
  });
});

test("a sample's outputs do not depend on the others", async () => {
  await holds(RUNS >> 1, false, async (graph) => {
    const [on] = engines as [Engine];
    const net = await made(graph, on);
    const { x } = graph.data(SAMPLES);
    const all = await net.predict(x);
    const ends = (it: Float32Array) => it.slice(-it.length / SAMPLES);
    const last = await net.predict(x instanceof Float32Array ? ends(x) : x.map(ends));
    last.forEach(({ data }, index) => {
      const row = all[index]?.data.slice(-data.length) as Float32Array;
      expect(data).toBeNear(row, { relative: 1e-4, absolute: 1e-5 });
    });
    net.dispose();
  });
});

test("gradients are the loss's slopes", async () => {
  await holds(RUNS, true, async (graph, seed) => {
    const [on] = engines as [Engine];
    const net = await made(graph, on);
    net.compile({ optimizer: sgd({ learningRate: 1e-30 }), ...graph.heads });
    const { x, y } = graph.data(SAMPLES);
    const data = { x, y, ...(seed % 3 === 0 && { sampleWeight: [1, 0.5, 2, 0, 1] }) };
    await net.fit(data, { batchSize: SAMPLES });
    const d = drawsFrom(seed + 2);
    const gradients = Object.entries(net.getGradients());
    const h = 2 ** -7;
    for (let count = 0; count < 4 && gradients.length > 0; count++) {
      const [name, gradient] = d.of(gradients);
      const { data: values } = net.getWeights()[name] as NdArray;
      const at = d.below(values.length);
      const lossAt = async (change: number) => {
        const moved = values.map((it, i) => (i === at ? it + change : it));
        net.setWeights({ [name]: moved });
        const { loss } = await net.evaluate(data);
        return loss ?? Number.NaN;
      };
      const slopes = [
        ((await lossAt(h)) - (await lossAt(-h))) / (2 * h),
        ((await lossAt(2 * h)) - (await lossAt(-2 * h))) / (4 * h),
      ] as const;
      net.setWeights({ [name]: values });
      // Richardson's step: without the error in h².
      const slope = (4 * slopes[0] - slopes[1]) / 3;
      const unsure = Math.abs(slopes[0] - slopes[1]);
      // Too curved to tell, as where a normalization's rows are nearly 0.
      if (unsure > 0.1 * Math.abs(slope) + 1e-3) continue;
      const error = Math.abs((gradient.data[at] ?? Number.NaN) - slope);
      const most = 2e-4 + 0.01 * Math.abs(slope) + 2 * unsure;
      if (!(error <= most)) {
        expect.fail(`${name}[${at}]: got ${gradient.data[at]}, slope ${slope} ± ${most}`);
      }
    }
    net.dispose();
  });
});
