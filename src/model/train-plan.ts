// The plans of a compiled model: one that trains on a feed, one that evaluates on it, one that only runs
// forward. The same layers emit all three.

import { ACTIVATION_LINEAR, HYPER_CLIP_NORM, HYPER_CLIP_VALUE } from "../../assembly/abi.ts";
import { throughActivation, type Value } from "../layers/layer.ts";
import { lossConstants, losses } from "../losses/index.ts";
import { slotsOf } from "../optimizers/index.ts";
import { PlanBuilder } from "../plan/builder.ts";
import type { Op } from "../plan/op.ts";
import { Plan } from "../plan/plan.ts";
import { fixedTensor, type Tensor } from "../plan/tensor.ts";
import { splitSeed } from "../random.ts";
import { elementCount } from "../shape.ts";
import { emitNetwork } from "./emit.ts";
import type { Feed } from "./feed.ts";
import type { Compiled, Network } from "./network.ts";

/** Everything the ops of training or evaluating are made from. */
export interface FeedOpsOptions {
  readonly feed: Pick<Feed, "x" | "y" | "weights">;
  readonly batchSize: number;
  /** Targets as the loss sees them: hinge reads 0/1 as −1/1. */
  readonly targets: Float32Array;
  /** What the metrics add to, in their order. */
  readonly metricSums: readonly Tensor[];
}

/** What a plan on a feed needs besides. */
export interface FeedPlanOptions extends FeedOpsOptions {
  readonly feed: Feed;
  /** Address of the order of samples; 0: as they are. */
  readonly order: number;
}

/** gather → forward → loss → backward → penalties → clipping → update. */
export function trainPlan(network: Network, compiled: Compiled, options: FeedPlanOptions): Plan {
  return new Plan(network.engine, trainOps(network, compiled, options), {
    batch: options.batchSize,
    samples: options.feed.samples,
    order: options.order,
    seed: splitSeed("seed", network.seed),
    step: network.position.step,
  });
}

/** The ops of {@link trainPlan}: emitted, not placed. */
export function trainOps(
  network: Network,
  compiled: Compiled,
  options: FeedOpsOptions,
): readonly Op[] {
  const { plan, gradient, output, backward } = emitLoss(network, compiled, options, "train");
  const { parameters } = network;
  const { optimizer } = compiled;
  if (gradient) backward([throughActivation(plan, "loss", output, gradient)]);
  for (const parameter of parameters.list) {
    const { regularizer } = parameter.spec;
    if (!regularizer || !parameter.trainable) continue;
    plan.regularize(
      { layer: parameter.layer, role: "penalty gradient" },
      regularizer.l1,
      regularizer.l2,
      parameters.tensor(parameter),
      parameters.gradient(parameter),
    );
  }
  const { gradients, hyper } = parameters;
  const limit = (offset: number) => fixedTensor("limit", 1, 1, hyper.address + offset);
  const label = { layer: "optimizer", role: optimizer.name };
  const { accumulation } = optimizer;
  const slots = slotsOf(optimizer);
  if (accumulation && slots.sums !== undefined) {
    const sums = parameters.stateSlot("gradient sums", slots.sums);
    plan.accumulate({ ...label, role: "accumulate" }, accumulation, gradients, sums);
  }
  const first = plan.ops.length;
  if (optimizer.hyper.clipValue > 0) plan.clipValue(label, gradients, limit(HYPER_CLIP_VALUE));
  if (optimizer.hyper.globalClipNorm > 0) plan.clipNorm(label, gradients, limit(HYPER_CLIP_NORM));
  // One op updates all parameters: those of frozen units are put aside before it, and back after it.
  const putBack = network.layers.flatMap(({ name, parameters: own, frozen: units }) =>
    (units.size > 0 ? own : []).map((parameter) => {
      const weights = parameters.tensor(parameter);
      const copy = plan.copyOf(weights);
      const label = { layer: name, role: "units frozen" };
      plan.select(label, weights, copy);
      const mask = plan.mask(`${parameter.name}.free`, parameter.cols, units);
      return () => plan.select(label, copy, weights, mask);
    }),
  );
  plan.update(
    label,
    { code: optimizer.code, slots: slots.rule },
    {
      weights: parameters.weights,
      gradients,
      state: parameters.state,
      hyper,
    },
  );
  for (const emit of putBack) emit();
  if (slots.average !== undefined) {
    const average = parameters.stateSlot("average", slots.average);
    plan.average({ ...label, role: "average" }, parameters.weights, average, hyper);
  }
  if (accumulation) plan.everyFrom(first, accumulation);
  return plan.ops;
}

/** gather → forward → loss and metrics. */
export function evaluatePlan(network: Network, compiled: Compiled, options: FeedPlanOptions): Plan {
  const { plan } = emitLoss(network, compiled, options, "evaluate");
  return new Plan(network.engine, plan.ops, {
    batch: options.batchSize,
    samples: options.feed.samples,
    order: options.order,
  });
}

/** A plan that runs forward on rows put into its input by hand. */
export interface ForwardPlan {
  readonly plan: Plan;
  readonly input: Tensor;
  /** What each node gives, in order; all survive if `keep`. */
  readonly values: readonly Tensor[];
  /** What the model gives. */
  readonly outputs: readonly Tensor[];
}

export function forwardPlan(
  network: Network,
  capacity: number,
  { keep = false }: { readonly keep?: boolean } = {},
): ForwardPlan {
  const builder = new PlanBuilder(capacity);
  const input = builder.tensor("input", network.inputs, { keep: true });
  const inputs = splitInputs(network, builder, input);
  const emitted = emitNetwork(network, builder, inputs, { training: false, keep });
  // A tensor is placed for the ops that touch it: where no layer has any, one that changes nothing.
  if (builder.ops.length === 0) {
    const linear = { code: ACTIVATION_LINEAR, alpha: 0, elementwise: true };
    builder.activation({ layer: "input", role: "forward" }, linear, input, input);
  }
  const plan = new Plan(network.engine, builder.ops, { batch: capacity });
  const tensors = (list: readonly Value[]) => list.map((it) => it.tensor);
  return { plan, input, values: tensors(emitted.values), outputs: tensors(emitted.outputs) };
}

/** The inputs of a network from rows that hold all of them, one behind the other. */
function splitInputs(network: Network, plan: PlanBuilder, rows: Tensor): Tensor[] {
  const { inputShapes } = network.graph;
  if (inputShapes.length === 1) return [rows];
  let fromStart = 0;
  return inputShapes.map((shape, index) => {
    const size = elementCount(shape);
    const input = plan.tensor(`input.${index}`, size, { keep: true });
    const block = { size: [size], from: [1], to: [1], fromStart };
    plan.copy({ layer: "input", role: "split" }, rows, input, block);
    fromStart += size;
    return input;
  });
}

/** The function that the output ends in, if a layer names it. */
function finalActivation({ graph, nodes }: Network): string | undefined {
  const [output = 0] = graph.outputs;
  return nodes[output - graph.inputShapes.length]?.placed.layer.finalActivation;
}

function emitLoss(
  network: Network,
  { loss, metrics, optimizer: { schedule, accumulation } }: Compiled,
  { feed, batchSize, targets, metricSums }: FeedOpsOptions,
  mode: "train" | "evaluate",
) {
  const training = mode === "train";
  const plan = new PlanBuilder(batchSize);
  const label = { layer: "input", role: "gather" };
  const x = plan.tensor("x", feed.x.cols);
  plan.gather(label, feed.x, x);
  const y = plan.tensor("targets", feed.y?.cols ?? 1, { keep: true });
  if (feed.y) plan.gather({ ...label, role: "gather targets" }, feed.y, y);
  const weights = feed.weights && plan.column("weights");
  if (feed.weights && weights)
    plan.gather({ ...label, role: "gather weights" }, feed.weights, weights);

  if (training && schedule) {
    const { hyper } = network.parameters;
    plan.schedule(
      { layer: "optimizer", role: schedule.name },
      schedule.segments,
      hyper,
      accumulation,
    );
  }
  const row = losses[loss.name];
  const final = finalActivation(network);
  const logits = row.fromLogits !== undefined && row.fromLogits.activation === final;
  const inputs = splitInputs(network, plan, x);
  const { outputs, backward } = emitNetwork(network, plan, inputs, { training, logits: [logits] });
  const [output] = outputs as [Value];
  const { cols } = output.tensor;
  const predictions = logits ? plan.tensor("probabilities", cols) : output.tensor;
  const gradient = training ? plan.tensor("loss.gradient", cols) : undefined;
  const perSample = plan.column("losses");
  const { f0, f1 } = lossConstants(loss, targets);
  plan.loss({
    layer: "loss",
    role: loss.name,
    code: logits && row.fromLogits ? row.fromLogits.code : row.code,
    parameter: f0,
    variant: f1,
    predictions: output.tensor,
    targets: y,
    weights,
    losses: perSample,
    gradient,
    probabilities: logits ? predictions : undefined,
  });
  for (const parameter of network.parameters.list) {
    const { regularizer } = parameter.spec;
    if (!regularizer || !parameter.trainable) continue;
    const weight = network.parameters.tensor(parameter);
    const penalty = { layer: parameter.layer, role: "penalty" };
    plan.regularize(penalty, regularizer.l1, regularizer.l2, weight);
  }
  metrics.forEach((metric, index) => {
    const sums = metricSums[index];
    if (sums === undefined) return;
    plan.metric({ layer: "metrics", role: metric.name }, metric, predictions, y, sums);
  });
  // Last: a loss that is not finite ends the step, but the metrics of its batch count.
  plan.lossSum({ layer: "loss", role: "mean" }, perSample);
  return { plan, output, backward, gradient };
}
