// Forward passes on new data.

import type { Dataset } from "../data/dataset.ts";
import { PlanBuilder } from "../plan/builder.ts";
import { planMemory } from "../plan/memory.ts";
import { type Plan, writeRows } from "../plan/plan.ts";
import { elementCount, type NestedNumbers } from "../shape.ts";
import { asFeatures, type Several } from "./data.ts";
import { NdArray } from "./nd-array.ts";
import type { Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { emitForward, type ForwardPlan, forwardPlan } from "./train-plan.ts";

/** With this few rows products run unpacked, so they get a plan of their own. */
const FEW = 8;
const MANY = 256;
/** So many operations take a few milliseconds. */
const SLICE_COST = 2e8;
/** Rows that are worth being shared by threads: not a matter of how many there are, since all get the same bits. */
const SHARED = 4;
/** As much memory as a pass should take. */
const SLICE_BYTES = 2 ** 26;

/** Rows that one forward pass should take: many, but not so many that it takes long, or much memory. */
export function rowsAtOnce(network: Network): number {
  const builder = new PlanBuilder(1);
  emitForward(network, builder);
  const cost = builder.ops.reduce((sum, op) => sum + op.cost, 0);
  const { bytes } = planMemory(builder.ops);
  // Threads share rows; and weights that each row uses once take as long to be read for fewer of them.
  const least = cost <= 8 * network.parameters.count ? 2 * FEW : SHARED;
  const isLong = (rows: number) =>
    (cost * rows > SLICE_COST && rows > least) || bytes * rows > SLICE_BYTES;
  let rows = MANY;
  while (rows > 1 && isLong(rows)) rows /= 2;
  return rows;
}

/** Forward plans of a network, made when first needed and kept. */
export class Predictor {
  readonly #network: Network;
  readonly #plans = new Map<number, ForwardPlan>();
  #rows: number | undefined;
  /** Of the network's units, when the plans were made. */
  #revision = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * The model's outputs for `x`, each [samples × …its shape].
   * @throws LayerwiseError `shapeMismatch`, `raggedRows`, `nanInData`, `emptyData`, `disposed`
   */
  async predict(x: Dataset | NestedNumbers | Several): Promise<NdArray[]> {
    const network = this.#network;
    network.checkUsable("predict");
    const { features, samples } = asFeatures("predict", network, x);
    return network.reading("predict", () => this.predictRows(features, samples));
  }

  /** The same for `samples` compact rows that are checked and normalized already. */
  async predictRows(features: Float32Array, samples: number): Promise<NdArray[]> {
    const network = this.#network;
    const { inputs, outputShapes } = network;
    const widths = outputShapes.map(elementCount);
    const results = widths.map((width) => new Float32Array(samples * width));
    this.#rows ??= rowsAtOnce(network);
    const capacity = samples <= FEW ? Math.min(FEW, this.#rows) : this.#rows;
    const pace = new Pace();
    for (let at = 0; at < samples; at += capacity) {
      const rows = Math.min(capacity, samples - at);
      let plan: Plan | undefined;
      await network.turn(
        () => {
          const { plan: own, input, outputs } = this.#plan(capacity);
          plan = own;
          const take = () => {
            outputs.forEach((output, i) => {
              results[i]?.set(own.read(output, rows), at * (widths[i] ?? 0));
            });
          };
          const { f32 } = network.engine.arena.views;
          writeRows(f32, input, features.subarray(at * inputs, (at + rows) * inputs));
          const running = own.forward(rows);
          return running ? running.then(take) : take();
        },
        () => plan?.settle(),
      );
      if (pace.due) await pace.breathe();
    }
    return results.map((data, i) => new NdArray(data, [samples, ...(outputShapes[i] ?? [])]));
  }

  /** Arena blocks of the plans. */
  dispose(): void {
    for (const { plan } of this.#plans.values()) plan.dispose();
    this.#plans.clear();
  }

  #plan(capacity: number): ForwardPlan {
    const { unitRevision } = this.#network;
    if (this.#revision !== unitRevision) this.dispose();
    this.#revision = unitRevision;
    let plan = this.#plans.get(capacity);
    if (plan === undefined) {
      plan = forwardPlan(this.#network, capacity);
      this.#plans.set(capacity, plan);
    }
    return plan;
  }
}
