// How a unit depends on the input: ops that run forward to a layer, set a gradient there, and bring it
// back to the input. What the model would do in training only, noise say, does not happen.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import { throughActivation } from "../layers/layer.ts";
import { emitNetwork, type NetworkPart } from "../model/emit.ts";
import type { Network } from "../model/network.ts";
import { splitInputs } from "../model/train-plan.ts";
import { checkThat } from "../options.ts";
import { PlanBuilder } from "../plan/builder.ts";
import { Plan } from "../plan/plan.ts";
import { keepTensor, type Tensor } from "../plan/tensor.ts";
import { elementCount } from "../shape.ts";
import { partUpTo, type Seen } from "./look.ts";

/**
 * Emits all this into `plan`; returns the gradient by the input's rows, to be kept by who reads it. `seed` is the
 * gradient by what the layer gives; or by what it has before its own activation function if `logits`, and
 * the layer is one of those that can leave it out.
 * @throws LayerwiseError `invalidArgument` if the layer does not depend smoothly on its input
 */
export function emitInputGradient(
  where: string,
  part: NetworkPart,
  plan: PlanBuilder,
  {
    input,
    seed,
    logits,
  }: { readonly input: Tensor; readonly seed: Tensor; readonly logits: boolean },
): Tensor {
  const { graph, nodes, inputs: width } = part;
  const learned = nodes.find(({ placed }) => placed.layer.type === "restrictedBoltzmann");
  const required = "layers that a gradient can go back through";
  checkThat(learned === undefined, where, required, learned?.placed.layer.type);
  // A layer may overwrite the gradient that it is given.
  const dy = plan.tensor("seed.copy", seed.cols);
  plan.combine({ layer: "seed", role: "copy" }, COMBINE_SUM, seed, undefined, dy);
  const inputs = splitInputs(part, plan, input);
  const { outputs, backward } = emitNetwork(part, plan, inputs, {
    training: false,
    logits: [logits],
    inputGradients: true,
  });
  const [output] = outputs;
  const gradients = backward([output && throughActivation(plan, "seed", output, dy)]);
  const reached = reachedFrom(part);
  const smooth = "a layer that depends smoothly on the model's input";
  const remedy = "What a layer like embedding reads are indices: there is no gradient by them.";
  gradients.forEach((it, index) => {
    checkThat(
      it !== undefined || !reached.has(index),
      where,
      smooth,
      graph.inputNames[index],
      remedy,
    );
  });
  const [only] = gradients;
  if (gradients.length === 1 && only) return only;
  const label = { layer: "input", role: "gradients of all inputs" };
  const all = plan.tensor("input.gradient", width);
  plan.select(label, undefined, all);
  let toStart = 0;
  gradients.forEach((it, index) => {
    const size = elementCount(graph.inputShapes[index] ?? []);
    if (it) plan.copy(label, it, all, { size: [size], from: [1], to: [1], toStart });
    toStart += size;
  });
  return all;
}

/** Numbers of the values that a part's output is made from. */
function reachedFrom({ graph, nodes }: NetworkPart): ReadonlySet<number> {
  const reached = new Set(graph.outputs);
  for (const { first, outputShapes, inputs } of [...nodes].reverse()) {
    if (!outputShapes.some((_, i) => reached.has(first + i))) continue;
    for (const it of inputs) reached.add(it);
  }
  return reached;
}

/** A plan of it for up to `capacity` rows, which whoever runs it puts into `input` and `seed`. */
export function inputGradientPlan(
  where: string,
  network: Network,
  seen: Seen,
  { capacity, logits }: { readonly capacity: number; readonly logits: boolean },
): {
  readonly plan: Plan;
  readonly input: Tensor;
  readonly seed: Tensor;
  readonly gradient: Tensor;
} {
  const builder = new PlanBuilder(capacity);
  const input = builder.tensor("input", network.inputs, { keep: true });
  const seed = builder.tensor("seed", elementCount(seen.node.outputShape), { keep: true });
  const part = partUpTo(network, seen);
  const gradient = emitInputGradient(where, part, builder, { input, seed, logits });
  keepTensor(gradient);
  return {
    plan: new Plan(network.engine, builder.ops, { batch: capacity }),
    input,
    seed,
    gradient,
  };
}

/** The gradient by what a layer gives, of one unit's mean over its places. */
export function seedOf({ units, positions }: Seen, unit: number, weight = 1): Float32Array {
  const seed = new Float32Array(units * positions);
  for (let i = unit; i < seed.length; i += units) seed[i] = weight / positions;
  return seed;
}

/** What a unit gives on average over its places, from what its layer gives for one sample. */
export function meanOf({ units, positions }: Seen, values: Float32Array, unit: number): number {
  let sum = 0;
  for (let i = 0; i < positions; i++) sum += values[i * units + unit] ?? 0;
  return sum / positions;
}
