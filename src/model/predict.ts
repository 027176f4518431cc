// Forward passes on new data.

import type { Dataset } from "../data/dataset.ts";
import { type Plan, writeRows } from "../plan/plan.ts";
import type { NestedNumbers } from "../shape.ts";
import { asFeatures } from "./data.ts";
import { NdArray } from "./nd-array.ts";
import type { Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { type ForwardPlan, forwardPlan } from "./train-plan.ts";

/** With this few rows products run unpacked, so they get a plan of their own. */
const FEW = 8;
const MANY = 256;
/** So many operations take a few milliseconds. */
const SLICE_COST = 2e8;

/** Rows that one forward pass should take: many, but of a large net not so many that it takes long. */
export function rowsAtOnce({ parameters }: Network): number {
  let rows = MANY;
  while (rows > 2 * FEW && 2 * parameters.count * rows > SLICE_COST) rows /= 2;
  return rows;
}

/** Forward plans of a network, made when first needed and kept. */
export class Predictor {
  readonly #network: Network;
  readonly #plans = new Map<number, ForwardPlan>();
  /** Of the network's units, when the plans were made. */
  #revision = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * The model's outputs for `x`, [samples × …outputShape].
   * @throws LayerwiseError `shapeMismatch`, `raggedRows`, `nanInData`, `emptyData`, `disposed`
   */
  async predict(x: Dataset | NestedNumbers): Promise<NdArray> {
    const network = this.#network;
    network.checkUsable("predict");
    const { features, samples } = asFeatures("predict", network, x);
    return network.reading("predict", () => this.predictRows(features, samples));
  }

  /** The same for `samples` compact rows that are checked and normalized already. */
  async predictRows(features: Float32Array, samples: number): Promise<NdArray> {
    const network = this.#network;
    const { inputs, outputs } = network;
    const result = new Float32Array(samples * outputs);
    const capacity = samples <= FEW ? FEW : rowsAtOnce(network);
    const pace = new Pace();
    for (let at = 0; at < samples; at += capacity) {
      const rows = Math.min(capacity, samples - at);
      let plan: Plan | undefined;
      await network.turn(
        () => {
          const forward = this.#plan(capacity);
          const {
            input,
            outputs: [output = input],
          } = forward;
          plan = forward.plan;
          const take = () => result.set(forward.plan.read(output, rows), at * outputs);
          const { f32 } = network.engine.arena.views;
          writeRows(f32, input, features.subarray(at * inputs, (at + rows) * inputs));
          const running = plan.forward(rows);
          return running ? running.then(take) : take();
        },
        () => plan?.settle(),
      );
      if (pace.due) await pace.breathe();
    }
    return new NdArray(result, [samples, ...network.outputShape]);
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
