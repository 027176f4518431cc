// Rows of input through a part of a network, batch by batch.

import { fail } from "../errors.ts";
import type { NetworkPart } from "../model/emit.ts";
import type { Network } from "../model/network.ts";
import { Pace } from "../model/pace.ts";
import { rowsAtOnce } from "../model/predict.ts";
import { forwardPlan } from "../model/train-plan.ts";
import { writeRows } from "../plan/plan.ts";
import { elementCount } from "../shape.ts";
import { partUpTo, type Seen } from "./look.ts";

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
  const { inputs, engine } = network;
  const samples = features.length / inputs;
  const capacity = Math.min(samples, rowsAtOnce(network));
  const { plan, input, outputs } = forwardPlan(part, capacity);
  const [output] = outputs;
  if (output === undefined) throw fail("internal", { what: "a part of a network without output" });
  const pace = new Pace();
  try {
    for (let at = 0; at < samples; at += capacity) {
      const rows = Math.min(capacity, samples - at);
      await network.turn(
        () => {
          writeRows(
            engine.arena.views.f32,
            input,
            features.subarray(at * inputs, (at + rows) * inputs),
          );
          return plan.forward(rows);
        },
        () => plan.settle(),
      );
      take(plan.read(output, rows), at);
      if (pace.due) await pace.breathe();
    }
  } finally {
    plan.dispose();
  }
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
