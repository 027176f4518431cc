// Rows of input through a part of a network, batch by batch.

import { fail } from "../errors.ts";
import type { NetworkPart } from "../model/emit.ts";
import type { Network } from "../model/network.ts";
import { Pace } from "../model/pace.ts";
import { rowsAtOnce } from "../model/predict.ts";
import { forwardPlan } from "../model/train-plan.ts";
import { type Plan, writeRows } from "../plan/plan.ts";
import type { Tensor } from "../plan/tensor.ts";
import { elementCount } from "../shape.ts";
import { partUpTo, type Seen } from "./look.ts";

/** What happens around each batch: `rows` of them, the first being number `at`. */
interface Around {
  /** Before it runs, when nobody else uses the memory. */
  readonly prepare?: (rows: number, at: number) => void;
  readonly take: (rows: number, at: number) => void;
}

/** Runs a plan on compact rows as the model reads them, as many at a time as it takes; then disposes of it. */
export async function runRows(
  network: Network,
  { plan, input }: { readonly plan: Plan; readonly input: Tensor },
  features: Float32Array,
  { prepare, take }: Around,
): Promise<void> {
  const { inputs, engine } = network;
  const samples = features.length / inputs;
  const pace = new Pace();
  try {
    for (let at = 0; at < samples; at += plan.batch) {
      const rows = Math.min(plan.batch, samples - at);
      await network.turn(
        () => {
          const own = features.subarray(at * inputs, (at + rows) * inputs);
          writeRows(engine.arena.views.f32, input, own);
          prepare?.(rows, at);
          return plan.forward(rows);
        },
        () => plan.settle(),
      );
      take(rows, at);
      if (pace.due) await pace.breathe();
    }
  } finally {
    plan.dispose();
  }
}

/**
 * Gives `take` what `part` makes of compact rows as the model reads them, some at a time: compact again,
 * from row `at` on.
 */
export async function forwardRows(
  network: Network,
  part: NetworkPart,
  features: Float32Array,
  take: (values: Float32Array, at: number) => void,
): Promise<void> {
  const capacity = capacityFor(network, features);
  const forward = forwardPlan(part, capacity);
  const [output] = forward.outputs;
  if (output === undefined) throw fail("internal", { what: "a part of a network without output" });
  await runRows(network, forward, features, {
    take: (rows, at) => take(forward.plan.read(output, rows), at),
  });
}

/** Rows that a plan for these features should take at once. */
export function capacityFor(network: Network, features: Float32Array): number {
  return Math.min(features.length / network.inputs, rowsAtOnce(network));
}

/** What a layer gives, [rows × its size], compact. */
export async function layerRows(
  network: Network,
  seen: Seen,
  features: Float32Array,
  part = partUpTo(network, seen),
): Promise<Float32Array> {
  const width = elementCount(seen.node.outputShape);
  const all = new Float32Array((features.length / network.inputs) * width);
  await forwardRows(network, part, features, (values, at) => all.set(values, at * width));
  return all;
}
