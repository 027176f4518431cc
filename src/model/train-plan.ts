// The plans of a compiled model: one that trains on a feed, one that evaluates on it, one that only runs
// forward. The same layers emit all three.

import {
  ACTIVATION_LINEAR,
  COMBINE_SUM,
  HYPER_CLIP_NORM,
  HYPER_CLIP_VALUE,
} from "../../assembly/abi.ts";
import { throughActivation, type Value } from "../layers/layer.ts";
import { asRows, newRows } from "../layers/rows.ts";
import { lossConstants, losses } from "../losses/index.ts";
import { type Optimizer, slotsOf } from "../optimizers/index.ts";
import { PlanBuilder } from "../plan/builder.ts";
import type { Op } from "../plan/op.ts";
import { Plan } from "../plan/plan.ts";
import { fixedTensor, keepTensor, type Tensor, view } from "../plan/tensor.ts";
import { splitSeed } from "../random.ts";
import { elementCount } from "../shape.ts";
import { classesOf } from "./compile.ts";
import { emitNetwork, type NetworkPart, stepMask } from "./emit.ts";
import type { Feed } from "./feed.ts";
import type { Compiled, Head, Network } from "./network.ts";

/** Everything the ops of training or evaluating are made from. */
export interface FeedOpsOptions {
  readonly feed: Pick<Feed, "x" | "y" | "weights">;
  readonly batchSize: number;
  /** Targets as the loss sees them: hinge reads 0/1 as −1/1. */
  readonly targets: Float32Array;
  /** What the measures (measuresOf) add to, in their order. */
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
  const {
    plan,
    gradients: back,
    outputs,
    backward,
  } = emitLoss(network, compiled, options, "train");
  const { parameters } = network;
  const { optimizer } = compiled;
  backward(
    outputs.map((it, index) => {
      const gradient = back[index];
      return gradient && throughActivation(plan, "loss", it, gradient);
    }),
  );
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
  emitUpdate(network, optimizer, plan);
  return plan.ops;
}

/** What an optimizer makes of the gradients: accumulation, clipping, the step, averages. */
export function emitUpdate(network: Network, optimizer: Optimizer, plan: PlanBuilder): void {
  const { parameters } = network;
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
}

/** The learning rate of the step at hand, if it follows a schedule. */
export function emitSchedule(
  { parameters: { hyper } }: Network,
  { schedule, accumulation }: Optimizer,
  plan: PlanBuilder,
): void {
  if (schedule === undefined) return;
  const label = { layer: "optimizer", role: schedule.name };
  plan.schedule(label, schedule.segments, hyper, accumulation);
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
  network: NetworkPart,
  capacity: number,
  { keep = false }: { readonly keep?: boolean } = {},
): ForwardPlan {
  const builder = new PlanBuilder(capacity);
  const { input, emitted } = emitForward(network, builder, keep);
  // A tensor is placed for the ops that touch it: where no layer has any, one that changes nothing.
  if (builder.ops.length === 0) {
    const linear = { code: ACTIVATION_LINEAR, alpha: 0, elementwise: true };
    builder.activation({ layer: "input", role: "forward" }, linear, input, input);
  }
  for (const it of emitted.outputs) keepTensor(it.tensor);
  const plan = new Plan(network.engine, builder.ops, { batch: capacity });
  const tensors = (list: readonly Value[]) => list.map((it) => it.tensor);
  return { plan, input, values: tensors(emitted.values), outputs: tensors(emitted.outputs) };
}

/** The ops of a forward pass on rows of the input: emitted, not placed. */
export function emitForward(network: NetworkPart, plan: PlanBuilder, keep = false) {
  const input = plan.tensor("input", network.inputs, { keep: true });
  const inputs = splitInputs(network, plan, input);
  return { input, emitted: emitNetwork(network, plan, inputs, { training: false, keep }) };
}

/** The inputs of a network from rows that hold all of them, one behind the other. */
export function splitInputs(network: NetworkPart, plan: PlanBuilder, rows: Tensor): Tensor[] {
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

/** The function that each output ends in, if its layer names one and nobody else reads what it gives. */
function finalActivations({ graph, nodes }: Network): (string | undefined)[] {
  const isRead = (value: number) => nodes.some(({ inputs }) => inputs.includes(value));
  const isOneOutput = (value: number) => graph.outputs.filter((it) => it === value).length === 1;
  return graph.outputs.map((it) => {
    const { layer, disabled } = nodes.find(({ first }) => first === it)?.placed ?? {};
    // A unit that is off gives 0 behind its activation.
    const isWhole = !isRead(it) && isOneOutput(it) && disabled?.size === 0;
    return isWhole ? layer?.finalActivation : undefined;
  });
}

/** Something that is summed up over an epoch besides the loss. */
export interface Measure {
  /** Its key in histories. */
  readonly name: string;
  /** The f64 words of its sums. */
  readonly words: number;
  readonly result: (sums: Float64Array) => number;
}

/** All of them, head by head: of several outputs each has its loss too, and its name before all else. */
export function measuresOf({ heads }: Compiled): Measure[] {
  return heads.flatMap(({ name, metrics }): readonly Measure[] => {
    if (heads.length === 1) return metrics;
    const result = (sums: Float64Array) => (sums[0] as number) / (sums[1] as number);
    const loss = { name: `${name}_loss`, words: 2, result };
    return [loss, ...metrics.map((it) => ({ ...it, name: `${name}_${it.name}` }))];
  });
}

/** Columns of targets that each head reads. */
export function targetWidths(network: Network, { heads }: Compiled): number[] {
  return heads.map(({ loss }, index) => {
    const shape = network.outputShapes[index] ?? [];
    const values = elementCount(shape);
    return losses[loss.name].targets === "classIndex" ? values / classesOf(loss, shape) : values;
  });
}

function emitLoss(
  network: Network,
  compiled: Compiled,
  { feed, batchSize, targets, metricSums }: FeedOpsOptions,
  mode: "train" | "evaluate",
) {
  const training = mode === "train";
  const { heads } = compiled;
  const plan = new PlanBuilder(batchSize);
  const label = { layer: "input", role: "gather" };
  const x = plan.tensor("x", feed.x.cols);
  plan.gather(label, feed.x, x);
  const y = plan.tensor("targets", feed.y?.cols ?? 1, { keep: true });
  if (feed.y) plan.gather({ ...label, role: "gather targets" }, feed.y, y);
  const weights = feed.weights && plan.column("weights");
  if (feed.weights && weights)
    plan.gather({ ...label, role: "gather weights" }, feed.weights, weights);

  if (training) emitSchedule(network, compiled.optimizer, plan);
  const finals = finalActivations(network);
  const logits = heads.map(({ loss }, index) => {
    const { fromLogits } = losses[loss.name];
    return fromLogits !== undefined && fromLogits.activation === finals[index];
  });
  const inputs = splitInputs(network, plan, x);
  const { outputs, backward } = emitNetwork(network, plan, inputs, { training, logits });
  const widths = targetWidths(network, compiled);
  const values = targetsByHead(network, compiled, targets);
  const sums = [...metricSums];
  let column = 0;
  const results = heads.map((head, index) => {
    const width = widths[index] ?? 0;
    const own = heads.length === 1 ? y : view(y, { cols: width }, column * 4);
    column += width;
    const ownSums = sums.splice(0, head.metrics.length + (heads.length > 1 ? 1 : 0));
    return emitHead(plan, head, {
      output: outputs[index] as Value,
      logits: logits[index] === true,
      y: own,
      weights,
      values: values[index] ?? targets,
      training,
      ...(heads.length > 1 && { sums: ownSums.shift() }),
      metricSums: ownSums,
      several: heads.length > 1,
    });
  });
  for (const parameter of network.parameters.list) {
    const { regularizer } = parameter.spec;
    if (!regularizer || !parameter.trainable) continue;
    const weight = network.parameters.tensor(parameter);
    const penalty = { layer: parameter.layer, role: "penalty" };
    plan.regularize(penalty, regularizer.l1, regularizer.l2, weight);
  }
  for (const { measure } of results) measure();
  // Last: a loss that is not finite ends the step, but the metrics of its batch count.
  results.forEach(({ finish }, index) => {
    finish(index === results.length - 1);
  });
  return { plan, outputs, backward, gradients: results.map((it) => it.gradient) };
}

/** What a plan's losses take from the targets besides their values: whether hinge reads 0 and 1. */
export function variantOf(network: Network, compiled: Compiled, targets: Float32Array): string {
  return targetsByHead(network, compiled, targets)
    .map(
      (own, index) => lossConstants(compiled.heads[index]?.loss ?? compiled.heads[0].loss, own).f1,
    )
    .join();
}

/** The targets that each head reads, compact. */
export function targetsByHead(
  network: Network,
  compiled: Compiled,
  targets: Float32Array,
): Float32Array[] {
  const widths = targetWidths(network, compiled);
  if (widths.length === 1) return [targets];
  const total = widths.reduce((sum, it) => sum + it, 0);
  let column = 0;
  return widths.map((width) => {
    const own = columnsOf(targets, total, column, width);
    column += width;
    return own;
  });
}

/** Some columns of compact rows. */
function columnsOf(all: Float32Array, total: number, from: number, width: number): Float32Array {
  const rows = total > 0 ? all.length / total : 0;
  const out = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    out.set(all.subarray(i * total + from, i * total + from + width), i * width);
  }
  return out;
}

interface HeadOptions {
  readonly output: Value;
  /** The loss reads what is below a final sigmoid or softmax. */
  readonly logits: boolean;
  readonly y: Tensor;
  readonly weights: Tensor | undefined;
  /** Targets of all samples. */
  readonly values: Float32Array;
  readonly training: boolean;
  /** Of its loss alone. */
  readonly sums?: Tensor | undefined;
  readonly metricSums: readonly Tensor[];
  readonly several: boolean;
}

/** Loss and metrics of one output; `measure` and `finish` emit what comes after all losses. */
function emitHead(plan: PlanBuilder, head: Head, options: HeadOptions) {
  const { output, logits, weights, training, sums, metricSums, several } = options;
  const { loss } = head;
  const layer = several ? `loss ${head.name}` : "loss";
  const row = losses[loss.name];
  const label = { layer, role: loss.name };
  const mask = stepMask(output);
  const classes = classesOf(loss, output.shape, mask !== undefined);
  // Of a sequence: every step is a row of its own.
  const steps = output.tensor.cols / classes;
  const a = asRows(plan, label, output.tensor, steps, classes);
  const y = asRows(plan, label, options.y, steps, options.y.cols / steps);
  const predictions = logits ? plan.tensor("probabilities", classes, { rows: steps }) : a;
  const gradient = training ? newRows(plan, "loss.gradient", steps, classes) : undefined;
  const perSample = plan.column("losses", steps);
  const { f0, f1 } = lossConstants(loss, options.values);
  const ofSteps =
    mask || (weights && steps > 1)
      ? plan.stepWeights(label, mask, weights, steps)
      : { weights, counts: undefined };
  plan.loss({
    ...label,
    code: logits && row.fromLogits ? row.fromLogits.code : row.code,
    parameter: f0,
    variant: f1,
    predictions: a,
    targets: y,
    weights: ofSteps.weights,
    losses: perSample,
    gradient: gradient?.matrix,
    probabilities: logits ? predictions : undefined,
  });
  gradient?.done(label);
  if (gradient && head.weight !== 1) {
    const scale = { scale: [head.weight, 0] as const };
    plan.combine(label, COMBINE_SUM, gradient.flat, undefined, gradient.flat, scale);
  }
  return {
    gradient: gradient?.flat,
    measure() {
      head.metrics.forEach((metric, index) => {
        const at = metricSums[index];
        const label = { layer: "metrics", role: metric.name };
        if (at) plan.metric(label, metric, predictions, y, at, ofSteps.counts);
      });
    },
    finish(last: boolean) {
      plan.lossSum({ layer, role: "mean" }, perSample, { weight: head.weight, last, sums });
    },
  };
}
