// The training step of a restricted Boltzmann machine: contrastive divergence (Hinton, "Training products of
// experts by minimizing contrastive divergence", 2002), or its persistent form, whose chains go on from step
// to step (Tieleman, "Training restricted Boltzmann machines using approximations to the likelihood
// gradient", 2008). The loss that is reported is the squared error of one reconstruction.

import {
  COMBINE_SUM,
  FLAG_BATCH_M,
  LOSS_MEAN_SQUARED_ERROR,
  STREAM_GIBBS,
} from "../../assembly/abi.ts";
import {
  emitHidden,
  emitVisible,
  type Machine,
  machineOf,
  type VisibleUnits,
} from "../layers/restricted-boltzmann.ts";
import { clearPadding } from "../layers/rows.ts";
import { PlanBuilder } from "../plan/builder.ts";
import { Plan, writeRows } from "../plan/plan.ts";
import { fixedTensor, stride, type Tensor } from "../plan/tensor.ts";
import { splitSeed, subStream } from "../random.ts";
import type { Compiled, Network, PlacedLayer } from "./network.ts";
import { Pace } from "./pace.ts";
import { emitSchedule, emitUpdate, type FeedPlanOptions } from "./train-plan.ts";

/** What a machine's layer is configured to. */
export interface MachineConfig {
  readonly units: number;
  readonly visibleUnits: VisibleUnits;
  /** How many chains go on from step to step; 0: none. */
  readonly chains: number;
  /** Gibbs steps behind each negative sample. */
  readonly k: number;
}

/** The one layer of a machine's network, its parameters, and what it is configured to. */
export function partsOf(network: Network): {
  readonly name: string;
  readonly config: MachineConfig;
  readonly machine: Machine;
} {
  const [{ name, layer, parameters }] = network.layers as [PlacedLayer];
  const tensors = parameters.map((it) => [it.spec.name, network.parameters.tensor(it)] as const);
  const machine = machineOf(name, Object.fromEntries(tensors));
  return { name, config: layer.config as unknown as MachineConfig, machine };
}

/** The plan that trains on a feed of visible units. */
export function contrastivePlan(
  network: Network,
  compiled: Compiled,
  { feed, batchSize, order }: FeedPlanOptions,
): Plan {
  const { parameters } = network;
  const { name, config, machine } = partsOf(network);
  const [placed] = network.layers as [PlacedLayer];
  const of = (kind: "tensor" | "gradient") =>
    Object.fromEntries(placed.parameters.map((it) => [it.spec.name, parameters[kind](it)]));
  const gradients = machineOf(name, of("gradient"));
  const { units: hidden, visibleUnits } = config;
  const plan = new PlanBuilder(batchSize);
  const visible = feed.x.cols;
  emitSchedule(network, compiled.optimizer, plan);
  const v0 = plan.tensor("v0", visible);
  plan.gather({ layer: "input", role: "gather" }, feed.x, v0);
  const h0 = plan.tensor("h0", hidden);
  emitHidden(plan, name, machine, v0, h0);

  const v = plan.tensor("v", visible);
  const h = plan.tensor("h", hidden);
  const one = plan.tensor("v1", visible);
  const draw = { layer: name, role: "draw" };
  const stream = (index: number) => subStream(STREAM_GIBBS, index);
  // What one step makes of the data says how well it is reproduced.
  plan.sample(draw, stream(0), h0, h);
  emitVisible(plan, name, machine, visibleUnits, h, one);
  const losses = plan.column("losses");
  plan.loss({
    layer: "loss",
    role: "reconstruction",
    code: LOSS_MEAN_SQUARED_ERROR,
    parameter: 0,
    variant: 0,
    predictions: one,
    targets: v0,
    weights: undefined,
    losses,
    gradient: undefined,
    probabilities: undefined,
  });
  plan.lossSum({ layer: "loss", role: "mean" }, losses, { weight: 1, last: true });
  const { chains } = of("tensor");
  if (chains) {
    emitChains(plan, name, machine, config, chains, gradients);
  } else {
    emitGibbs(plan, name, machine, config, h, v);
    emitHidden(plan, name, machine, v, h);
    emitStatistics(plan, name, v, h, gradients);
  }
  const positive = {
    weight: plan.copyOf(gradients.weight),
    hiddenBias: plan.copyOf(gradients.hiddenBias),
    visibleBias: plan.copyOf(gradients.visibleBias),
  };
  emitStatistics(plan, name, v0, h0, positive);
  // Those of a batch are means already, of however many samples it has.
  const scale = { scale: [1 / (chains?.rows ?? 1), -1] as const };
  for (const key of ["weight", "hiddenBias", "visibleBias"] as const) {
    const label = { layer: name, role: "difference" };
    plan.combine(label, COMBINE_SUM, gradients[key], positive[key], gradients[key], scale);
  }
  emitUpdate(network, compiled.optimizer, plan);
  return new Plan(network.engine, plan.ops, {
    batch: batchSize,
    samples: feed.samples,
    order,
    seed: splitSeed("seed", network.seed),
    step: network.position.step,
  });
}

/** From drawn hidden units h to visible ones and back, k times; v ends as what was drawn last. */
export function emitGibbs(
  plan: PlanBuilder,
  name: string,
  machine: Machine,
  { k, visibleUnits }: Pick<MachineConfig, "k" | "visibleUnits">,
  h: Tensor,
  v: Tensor,
): void {
  const label = { layer: name, role: "draw" };
  const draw = (index: number, of: Tensor) =>
    plan.sample(label, subStream(STREAM_GIBBS, index), of, of);
  for (let step = 0; step < k; step++) {
    if (step > 0) {
      emitHidden(plan, name, machine, v, h);
      draw(2 * step, h);
    }
    emitVisible(plan, name, machine, visibleUnits, h, v);
    // Of Gaussian units the mean stands for a draw (Hinton 2010, section 13.2).
    if (visibleUnits === "bernoulli") draw(2 * step + 1, v);
  }
}

/** Moves the chains on, and leaves the sums over them as gradients. */
function emitChains(
  plan: PlanBuilder,
  name: string,
  machine: Machine,
  config: MachineConfig,
  chains: Tensor,
  gradients: Machine,
): void {
  const { rows } = chains;
  const hidden = config.units;
  const ld = stride(hidden);
  const shape = { name: "chains.h", rows, cols: hidden, ld, perSample: false };
  const h: Tensor = { ...shape, bytes: rows * ld * 4, keep: false, address: -1 };
  emitHidden(plan, name, machine, chains, h);
  plan.sample({ layer: name, role: "draw" }, subStream(STREAM_GIBBS, 1000), h, h);
  emitGibbs(plan, name, machine, config, h, chains);
  emitHidden(plan, name, machine, chains, h);
  emitStatistics(plan, name, chains, h, gradients);
}

/** Sums of v hᵀ, h and v over rows, or their means over the samples of a batch. */
function emitStatistics(plan: PlanBuilder, layer: string, v: Tensor, h: Tensor, to: Machine): void {
  const label = { layer, role: "statistics" };
  const count = v.perSample ? plan.batch : v.rows;
  const ones: Tensor = {
    ...fixedTensor("ones", count, 1, -1),
    rows: v.rows,
    perSample: v.perSample,
    values: new Float32Array(count).fill(1),
  };
  const [one, share] = v.perSample
    ? [shares(plan, layer, ones), shares(plan, layer, h)]
    : [ones, h];
  // Nothing may come into the parameters' padding.
  for (const it of [v, share]) clearPadding(plan, label, it);
  plan.gemm({ ...label, a: v, b: share, c: to.weight, bias: to.hiddenBias, transposeA: true });
  plan.gemm({ ...label, a: one, b: v, c: to.visibleBias, transposeA: true });
}

/** Each sample divided by how many there are: the last batch of an epoch may have fewer. */
function shares(plan: PlanBuilder, layer: string, a: Tensor): Tensor {
  const b = plan.tensor(`${a.name}.shares`, a.cols);
  const label = { layer, role: "statistics" };
  plan.select(label, undefined, b);
  const op = { ...label, name: "activity", writes: [b], cost: b.bytes, a, b } as const;
  // b += 2 · f1 · a / samples: see OP_ACTIVITY.
  plan.push({ ...op, m: 1, n: a.cols, flags: FLAG_BATCH_M, f1: 0.5 });
  return b;
}

/** Gibbs sampling of a machine from given visible units on, for as long as one likes. */
export class GibbsSampler {
  readonly #network: Network;
  readonly #plan: Plan;
  readonly #v: Tensor;
  readonly #p: Tensor;
  readonly #rows: number;

  constructor(network: Network, rows: number, seed: number) {
    const { name, config, machine } = partsOf(network);
    const builder = new PlanBuilder(rows);
    const draw = { layer: name, role: "draw" };
    this.#v = builder.tensor("v", network.inputs, { keep: true });
    this.#p = builder.tensor("p", network.inputs, { keep: true });
    const h = builder.tensor("h", config.units);
    emitHidden(builder, name, machine, this.#v, h);
    builder.sample(draw, subStream(STREAM_GIBBS, 0), h, h);
    emitVisible(builder, name, machine, config.visibleUnits, h, this.#p);
    if (config.visibleUnits === "bernoulli") {
      builder.sample(draw, subStream(STREAM_GIBBS, 1), this.#p, this.#v);
    } else {
      builder.combine(draw, COMBINE_SUM, this.#p, undefined, this.#v);
    }
    this.#network = network;
    this.#rows = rows;
    this.#plan = new Plan(network.engine, builder.ops, {
      batch: rows,
      seed: splitSeed("seed", seed),
    });
  }

  /** From compact visible units; returns their probabilities (or means) after `steps` steps. */
  async run(from: Float32Array, steps: number): Promise<Float32Array> {
    const plan = this.#plan;
    writeRows(this.#network.engine.arena.views.f32, this.#v, from);
    const pace = new Pace();
    for (let step = 0; step < steps; step++) {
      plan.step = step;
      await this.#network.turn(
        () => plan.forward(this.#rows),
        () => plan.settle(),
      );
      if (pace.due) await pace.breathe();
    }
    return plan.read(this.#p, this.#rows);
  }

  dispose(): void {
    this.#plan.dispose();
  }
}
