// The input that a unit likes best, found by climbing: many steps in one call of the kernel, as in training,
// but that the input is what is changed.

import { HYPER_BYTES, STREAM_PROBE } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { asFeatures } from "../model/data.ts";
import { NdArray } from "../model/nd-array.ts";
import type { Network } from "../model/network.ts";
import { Pace } from "../model/pace.ts";
import { adam, slotsOf, writeHyper } from "../optimizers/index.ts";
import { checkInteger, checkOptions, checkThat, isF32 } from "../options.ts";
import { PlanBuilder } from "../plan/builder.ts";
import { Plan, readRows, writeRows } from "../plan/plan.ts";
import { fixedTensor, stride } from "../plan/tensor.ts";
import { RandomStream, subStream } from "../random.ts";
import { areFinite, elementCount, flatten, formatShape, type NestedNumbers } from "../shape.ts";
import { layerRows, runRows } from "./forward.ts";
import { emitInputGradient, inputGradientPlan, meanOf, seedOf } from "./input-gradient.ts";
import { type AnyModel, checkUnit, findLayer, look, partUpTo, type Seen } from "./look.ts";

export interface PreferredInputOptions {
  /** Steps of Adam. Default: 128. */
  readonly steps?: number;
  /** How far one of them goes, at most. Default: 0.05. */
  readonly learningRate?: number;
  /**
   * What keeps the input small: its numbers come to about 1 / (2 · l2), whatever the unit's weights, if steps and
   * learning rate let them. 0: nothing does. Default: 0.5.
   */
  readonly l2?: number;
  /** Of the noise that it begins with. Default: 0. */
  readonly seed?: number;
  /** What it begins with, one sample. Default: noise about 0, in the units that the model was trained in. */
  readonly start?: NestedNumbers | NdArray;
}

/** What {@link preferredInput} found. */
export interface PreferredInput {
  /** In the model's inputShape, and in the units of the data that it was trained on. */
  readonly input: NdArray;
  /** What the unit gives for it, and what it gave for the start. */
  readonly activation: number;
  readonly startActivation: number;
}

/** Deviation of the noise at the start. */
const NOISE = 0.1;

/**
 * An input that a unit answers to strongly, by gradient ascent (Erhan, Bengio, Courville & Vincent 2009,
 * "Visualizing higher-layer features of a deep network"): Adam climbs unit(x) / g − l2 · Σx², where g is
 * the gradient's root mean square at the start, so that options mean the same for every unit. unit(x) is what a
 * dense or convolutional layer has before its activation function, so that a rectifier that is off can be turned
 * on; of a layer with places it is the mean of the channel.
 * @throws LayerwiseError `unknownName`, `shapeMismatch`, `disposed`; `invalidArgument`, also if the unit does not
 * answer to changes of the start, or the input are indices
 */
export function preferredInput(
  model: AnyModel,
  layer: string,
  unit: number,
  options: PreferredInputOptions = {},
): Promise<PreferredInput> {
  const where = "preferredInput";
  return look(where, model, async (network) => {
    checkOptions(where, options, ["steps", "learningRate", "l2", "seed", "start"]);
    const { learningRate = 0.05, l2 = 0.5, seed = 0 } = options;
    const steps = checkInteger(where, "steps", options.steps ?? 128, 1, 1_000_000);
    const climbs = isF32(learningRate) && Math.fround(learningRate) > 0;
    checkThat(climbs, where, "learningRate as a finite number > 0", learningRate);
    checkThat(isF32(l2) && l2 >= 0, where, "l2 as a finite number ≥ 0", l2);
    checkInteger(where, "seed", seed, 0);
    const seen = findLayer(where, network, layer);
    checkUnit(where, seen, unit);
    const start = startOf(where, network, options.start, seed);
    const steepness = await slopeAt(where, network, seen, { unit, start });
    const input = await climb(where, network, seen, {
      steps,
      learningRate,
      l2,
      start,
      // Down, for the optimizer.
      towards: seedOf(seen, unit, -1 / steepness),
    });
    const [before, after] = [
      await layerRows(network, seen, start),
      await layerRows(network, seen, input),
    ];
    const { normalization } = network.data;
    const inUnits = normalization
      ? input.map((x, i) => x * (normalization.scale[i] ?? 1) + (normalization.shift[i] ?? 0))
      : input;
    return {
      input: new NdArray(inUnits, network.inputShape),
      activation: meanOf(seen, after, unit),
      startActivation: meanOf(seen, before, unit),
    };
  });
}

/** One row as the model reads it. */
function startOf(
  where: string,
  network: Network,
  start: PreferredInputOptions["start"],
  seed: number,
): Float32Array {
  const { inputs, inputShape } = network;
  if (start === undefined) {
    const random = new RandomStream(seed, subStream(STREAM_PROBE, 1));
    return Float32Array.from({ length: inputs }, () => NOISE * random.normal());
  }
  const { data } = flatten(`${where}: start`, start instanceof NdArray ? start.data : start);
  if (data.length !== inputs) {
    const expected = `one sample of the shape ${formatShape(inputShape)}`;
    throw fail("shapeMismatch", {
      where: `${where}: start`,
      expected,
      got: `${data.length} numbers`,
    });
  }
  return asFeatures(where, network, data).features;
}

/** The root mean square of a unit's gradient by its input. */
async function slopeAt(
  where: string,
  network: Network,
  seen: Seen,
  { unit, start }: { readonly unit: number; readonly start: Float32Array },
): Promise<number> {
  const it = inputGradientPlan(where, network, seen, { capacity: 1, logits: true });
  let slope = 0;
  await runRows(network, it, start, {
    prepare: () => writeRows(network.engine.arena.views.f32, it.seed, seedOf(seen, unit)),
    take() {
      const gradient = it.plan.read(it.gradient, 1);
      slope = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0) / gradient.length);
    },
  });
  const required = "a unit that answers to changes of the input at the start";
  const remedy = "Give another start or seed.";
  const answers = slope > 0 && Number.isFinite(slope);
  checkThat(answers, where, required, `a gradient of ${slope}`, remedy);
  return slope;
}

interface Climb {
  readonly steps: number;
  readonly learningRate: number;
  readonly l2: number;
  readonly start: Float32Array;
  /** The gradient by what the layer gives. */
  readonly towards: Float32Array;
}

/** A plan whose weights are the input: forward, back, update; a step for each of as many samples as steps. */
async function climb(
  where: string,
  network: Network,
  seen: Seen,
  { steps, learningRate, l2, start, towards }: Climb,
): Promise<Float32Array> {
  const { engine } = network;
  const optimizer = adam({ learningRate });
  const { rule } = slotsOf(optimizer);
  const floats = stride(start.length);
  const size = elementCount(seen.node.outputShape);
  const block = engine.arena.allocate(HYPER_BYTES + (floats * (1 + rule) + stride(size)) * 4);
  let plan: Plan | undefined;
  try {
    const hyper = fixedTensor("hyper", 1, HYPER_BYTES / 4, block);
    const at = (floats: number) => block + HYPER_BYTES + floats * 4;
    const weights = fixedTensor("input", 1, start.length, at(0));
    const state = fixedTensor("state", 1, rule * floats, at(floats));
    const seed = fixedTensor("seed", 1, size, at(floats * (1 + rule)));
    const { f32 } = engine.arena.views;
    f32.fill(0, at(0) >>> 2, at(floats * (1 + rule) + stride(size)) >>> 2);
    writeRows(f32, weights, start);
    writeRows(f32, seed, towards);
    writeHyper(engine.view, hyper.address, optimizer.hyper);
    const builder = new PlanBuilder(1);
    // A row a sample, of the one sample that there is.
    const input = { ...weights, perSample: true };
    const gradients = emitInputGradient(where, partUpTo(network, seen), builder, {
      input,
      seed,
      logits: true,
    });
    const label = { layer: "input", role: "penalty gradient" };
    if (l2 > 0) builder.regularize(label, 0, l2, weights, gradients);
    builder.update(
      { layer: "input", role: optimizer.name },
      { code: optimizer.code, slots: rule },
      { weights, gradients, state, hyper },
    );
    plan = new Plan(engine, builder.ops, { batch: 1, samples: steps });
    const running = plan;
    const pace = new Pace();
    for (let done = 0; done < steps; ) {
      await network.turn(() => {
        const begun = performance.now();
        const count = running.run(Math.min(pace.units, steps - done));
        pace.learn(count, begun);
        done += count;
      });
      if (pace.due) await pace.breathe();
    }
    const found = readRows(engine.arena.views.f32, weights, 1);
    const remedy = "Lower the learning rate.";
    checkThat(areFinite(found), where, "an input that stays finite", "NaN or infinity", remedy);
    return found;
  } finally {
    plan?.dispose();
    engine.arena.free(block);
  }
}
