// The bench compares like with like only if all contenders do the same work: from the same weights, on
// the same batches, they must train to the same losses.

import { describe, expect, test } from "vitest";
import { type DeepWorkload, deepDataset, deepModel } from "../../bench/deep-models.ts";
import { deepPureJs } from "../../bench/deep-pure-js.ts";
import { compiled, dataset } from "../../bench/models.ts";
import { f32, f64 } from "../../bench/pure-js/arithmetic.ts";
import { mlp } from "../../bench/pure-js.ts";
import { deepData, type TrainWorkload, trainingData, workloads } from "../../bench/workloads.ts";

const EPOCHS = 4;

/** The bench's trainings, small; a last batch that is not full. */
const SMALL: Readonly<Record<string, Partial<TrainWorkload> & { readonly sizes: number[] }>> = {
  "train-2-8-8-1": { sizes: [2, 8, 8, 1], samples: 246 },
  "train-784-256-128-10": { sizes: [97, 53, 31, 10], samples: 150 },
  "train-1024-1024-1024-10": { sizes: [67, 41, 43, 10], samples: 300 },
};

const trainings = workloads.flatMap((workload): TrainWorkload[] => {
  const { sizes, ...rest } = SMALL[workload.name] ?? {};
  if (workload.kind !== "train" || sizes === undefined) return [];
  return [{ ...workload, ...rest, network: { ...workload.network, sizes } }];
});

/** Sides that pools and vectors do not divide; a last batch that is not full. */
const DEEP: readonly DeepWorkload[] = workloads.flatMap((it): DeepWorkload[] => {
  const small = { batchSize: 8, samples: 20, learningRate: 0.01 };
  if (it.kind === "convnet") return [{ ...it, ...small, side: 13, filters: [5, 6], classes: 3 }];
  if (it.kind !== "lstm") return [];
  return [{ ...it, ...small, steps: 7, features: 3, units: 5, classes: 3 }];
});

describe("the bench's contenders", () => {
  test("has a small variant of every training", () => {
    expect(trainings).toHaveLength(workloads.filter(({ kind }) => kind === "train").length);
  });

  test.each(trainings.map((it) => [it.name, it] as const))(
    "train to the same losses from the same weights: %s",
    async (_, workload) => {
      const { batchSize, network } = workload;
      const { x, y } = trainingData(workload);
      using model = await compiled(network);
      const weights = Object.values(model.getWeights()).flatMap(({ data }) => [...data]);
      const pure = [f32, f64].map((arithmetic) => {
        const it = mlp(arithmetic, network, { batchSize, shuffle: false });
        expect(it.parameters).toHaveLength(weights.length);
        it.parameters.set(weights);
        return Array.from({ length: EPOCHS }, () => it.trainEpoch(x, y));
      });
      const options = { epochs: EPOCHS, batchSize, shuffle: false };
      const { history } = await model.fit(dataset(workload), options);
      const { loss = [] } = history;
      expect(loss).toHaveLength(EPOCHS);
      // They learn: equal losses are not those of standing still.
      expect(loss.at(-1)).toBeLessThan((loss[0] ?? 0) * 0.99);
      for (const losses of pure) expect(losses).toBeNear(loss, { relative: 1e-3 });
    },
  );

  test("has convolutions and sequences", () => {
    expect(DEEP.map(({ kind }) => kind)).toEqual(["convnet", "lstm"]);
  });

  test.each(DEEP.map((it) => [it.name, it] as const))(
    "go through the same losses step by step: %s",
    async (_, workload) => {
      const { batchSize, samples } = workload;
      const { x, y } = deepData(workload);
      const width = x.length / samples;
      using model = await deepModel(workload);
      const weights = Object.values(model.getWeights()).flatMap(({ data }) => [...data]);
      const pure = [f32, f64].map((arithmetic) => {
        const it = deepPureJs(arithmetic, workload, { shuffle: false });
        expect(it.parameters).toHaveLength(weights.length);
        it.parameters.set(weights);
        return it;
      });
      const data = deepDataset(workload, { x, y });
      const all: number[] = [];
      for (let epoch = 0; epoch < 10; epoch++) {
        for (let from = 0; from < samples; from += batchSize) {
          const to = Math.min(from + batchSize, samples);
          const { loss } = await model.step(1, { data, batchSize, shuffle: false });
          all.push(loss);
          for (const it of pure) {
            const own = it.trainEpoch(x.subarray(from * width, to * width), y.subarray(from, to));
            expect([own]).toBeNear([loss], { relative: 1e-4 });
          }
        }
      }
      // They learn: equal losses are not those of standing still.
      expect(Math.max(...all.slice(-3))).toBeLessThan(Math.min(...all.slice(0, 3)) * 0.99);
    },
  );
});
