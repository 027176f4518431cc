// Plans of real models without training them, and which floats each op reads and writes: the operands'
// meaning as it stands at their codes in abi.ts, once more.

import * as abi from "../../assembly/abi.ts";
import type { Layer, LossName, MetricName, Optimizer, OptimizerName } from "../../src/index.ts";
import { resolveLoss } from "../../src/losses/index.ts";
import { resolveMetric } from "../../src/metrics/index.ts";
import { Feed } from "../../src/model/feed.ts";
import { chain, Network } from "../../src/model/network.ts";
import { evaluatePlan, trainPlan } from "../../src/model/train-plan.ts";
import { resolveOptimizer } from "../../src/optimizers/index.ts";
import type { Op } from "../../src/plan/op.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { fixedTensor, type Tensor } from "../../src/plan/tensor.ts";
import { type Engine, engine } from "../../src/runtime/engine.ts";

export interface ModelSketch {
  readonly inputs: number;
  readonly layers: readonly Layer[];
  readonly loss: LossName;
  readonly optimizer?: OptimizerName | Optimizer;
  readonly metrics?: readonly MetricName[];
  readonly batchSize: number;
  /** Width of a target row. */
  readonly targets?: number;
  readonly weighted?: boolean;
  /** Units by their layers' names. */
  readonly frozen?: Readonly<Record<string, readonly number[]>>;
  readonly disabled?: Readonly<Record<string, readonly number[]>>;
}

export interface PlannedModel {
  readonly network: Network;
  readonly train: Plan;
  readonly evaluate: Plan;
  readonly feed: Feed;
  readonly metricSums: readonly Tensor[];
  /** [address, floats] of what stands in memory before the first op. */
  readonly given: readonly (readonly [address: number, floats: number])[];
  dispose(): void;
}

/** The plans of a model on a data set of one and a half batches. */
export async function planModel(sketch: ModelSketch, on?: Engine): Promise<PlannedModel> {
  const { inputs, layers, batchSize, targets = 1, weighted = false } = sketch;
  const { frozen = {}, disabled = {} } = sketch;
  const shared = on ?? (await engine());
  const network = new Network(shared, "test", chain([inputs], layers), 1);
  const loss = resolveLoss("test", sketch.loss);
  const optimizer = resolveOptimizer("test", sketch.optimizer ?? "sgd");
  const metrics = (sketch.metrics ?? []).map((it) =>
    resolveMetric("test", it, loss, network.outputs),
  );
  for (const layer of network.layers) {
    for (const unit of frozen[layer.name] ?? []) layer.frozen.add(unit);
    for (const unit of disabled[layer.name] ?? []) layer.disabled.add(unit);
  }
  const { parameters } = network;
  parameters.attach(optimizer);
  const samples = batchSize + (batchSize >> 1);
  const feed = new Feed(shared, { capacity: samples, inputs, targets, weighted });
  feed.fill({
    samples,
    features: new Float32Array(samples * inputs),
    targets: new Float32Array(samples * targets),
    weights: undefined,
  });
  const sums = metrics.map(({ name, words }) =>
    fixedTensor(`${name}.sums`, 1, words * 2, shared.arena.allocate(words * 8)),
  );
  const compiled = { optimizer, heads: [{ name: "test", loss, weight: 1, metrics }] as const };
  const options = {
    ...{ feed, batchSize, metricSums: sums, order: 0 },
    targets: new Float32Array(samples * targets),
  };
  const train = trainPlan(network, compiled, options);
  const evaluate = evaluatePlan(network, compiled, options);
  const hypers = network.layers.flatMap((it) => Object.values(it.hyper));
  const standing = [
    parameters.weights,
    parameters.state,
    parameters.hyper,
    feed.x,
    feed.y,
    feed.weights,
  ]
    .concat(hypers, sums)
    .filter((it) => it !== undefined);
  return {
    network,
    train,
    evaluate,
    feed,
    metricSums: sums,
    given: standing.map((it) => [it.address, it.rows * it.ld] as const),
    dispose() {
      train.dispose();
      evaluate.dispose();
      feed.dispose();
      for (const { address } of sums) shared.arena.free(address);
      network.dispose();
    },
  };
}

/** So many floats from a tensor's start. */
export interface Access {
  readonly tensor: Tensor;
  readonly floats: number;
}

/** Every float of a tensor, of a full batch. */
function all(tensor: Tensor, batch: number): Access[] {
  const rows = tensor.perSample ? tensor.rows * batch : tensor.rows;
  return [{ tensor, floats: rows * tensor.ld }];
}

/** What an op reads and writes on a full batch. */
export function accesses(op: Op, batch: number): { reads: Access[]; writes: Access[] } {
  const { flags, n, a, b, c, d, e, scratch } = op;
  const m = flags & abi.FLAG_BATCH_M ? op.m * batch : op.m;
  const k = flags & abi.FLAG_BATCH_K ? op.k * batch : op.k;
  const transposeA = (flags & abi.FLAG_TRANSPOSE_A) !== 0;
  const rows = (tensor: Tensor | undefined, count: number) =>
    tensor ? [{ tensor, floats: count * tensor.ld }] : [];
  const floats = (tensor: Tensor | undefined, count: number) =>
    tensor ? [{ tensor, floats: count }] : [];
  switch (op.name) {
    case "gather":
      return { reads: rows(a, a?.rows ?? 0), writes: rows(b, batch) };
    case "gemm": {
      const bias = floats(d, d?.ld ?? 0);
      const bRows = flags & abi.FLAG_TRANSPOSE_B ? n : k;
      const factors = [...rows(a, transposeA ? k : m), ...rows(b, bRows), ...rows(e, m)];
      return {
        reads: transposeA ? factors : [...factors, ...bias],
        writes: [
          ...rows(c, m),
          ...(transposeA ? bias : []),
          ...floats(scratch, scratch?.cols ?? 0),
        ],
      };
    }
    case "activation":
      return { reads: rows(a, m), writes: rows(b, m) };
    case "activationGradient":
      return { reads: [...rows(a, m), ...rows(b, m)], writes: rows(c, m) };
    case "loss":
      return {
        reads: [...rows(a, m), ...rows(b, m), ...floats(e, m)],
        writes: [...floats(d, m), ...rows(c, m), ...rows(scratch, m)],
      };
    case "lossSum":
      return { reads: floats(a, m), writes: [] };
    case "metric":
      return {
        reads: [...rows(a, m), ...rows(b, m), ...floats(e, m), ...floats(c, c?.cols ?? 0)],
        writes: floats(c, c?.cols ?? 0),
      };
    case "regularize":
      return { reads: [...floats(a, n), ...floats(b, n)], writes: floats(b, n) };
    case "clipValue":
      return { reads: [...floats(a, n), ...floats(d, 1)], writes: floats(a, n) };
    case "clipNorm":
      return { reads: [...floats(a, n), ...floats(d, 1)], writes: [] };
    case "update": {
      const state = floats(c, op.k * n);
      return {
        reads: [...floats(a, n), ...floats(b, n), ...state, ...floats(d, abi.HYPER_BYTES / 4)],
        writes: [...floats(a, n), ...state],
      };
    }
    case "dropout":
      return { reads: [...rows(a, m), ...floats(d, 1)], writes: rows(b, m) };
    case "select":
      // Columns that stay are b's own: without a mask nothing of it is read.
      return {
        reads: [...rows(a, m), ...(d ? rows(b, m) : []), ...floats(d, d?.ld ?? 0)],
        writes: rows(b, m),
      };
    default:
      // An op of one layer's file: all that it is given, and all that it says it writes.
      return {
        reads: [a, b, c, d, e].filter((it) => it !== undefined).flatMap((it) => all(it, batch)),
        writes: [
          ...op.writes.flatMap((it) => all(it, batch)),
          ...floats(scratch, scratch?.cols ?? 0),
        ],
      };
  }
}
