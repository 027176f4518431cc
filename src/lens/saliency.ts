// Which numbers of the input an output hangs on.

import { Dataset } from "../data/dataset.ts";
import { asFeatures, type Several } from "../model/data.ts";
import { NdArray } from "../model/nd-array.ts";
import { checkOptions, checkThat } from "../options.ts";
import { writeRows } from "../plan/plan.ts";
import { elementCount, type NestedNumbers } from "../shape.ts";
import { capacityFor, layerRows, runRows } from "./forward.ts";
import { inputGradientPlan, meanOf, seedOf } from "./input-gradient.ts";
import { type AnyModel, checkUnit, findLayer, look, outputLayer } from "./look.ts";

export interface SaliencyOptions {
  /** The unit that is asked about: a class, say. Default: for each sample the one that answers most. */
  readonly unit?: number;
  /** Its layer. Default: the model's output; must be given if there are several. */
  readonly layer?: string;
  /** The gradient with its sign, not its size. Default: false. */
  readonly signed?: boolean;
}

/**
 * How much a unit would change with each number of the input, |∂ unit / ∂ input| for each sample, in the input's
 * shape. Of a layer that ends in a sigmoid or softmax, before that function: Simonyan, Vedaldi &
 * Zisserman 2013, "Deep inside convolutional networks". Of a layer with places, as a convolution's output
 * has them, a unit is the mean of its channel. By the input as it is given, before the model normalizes it;
 * of several inputs all in a row.
 * @throws LayerwiseError `unknownName`, `invalidArgument`, also if the input are indices; `shapeMismatch`, `disposed`
 */
export function saliency(
  model: AnyModel,
  x: Dataset | NestedNumbers | Several,
  options: SaliencyOptions = {},
): Promise<NdArray> {
  const where = "saliency";
  return look(where, model, async (network) => {
    checkOptions(where, options, ["unit", "layer", "signed"]);
    const { layer, unit, signed = false } = options;
    checkThat(typeof signed === "boolean", where, "signed as true or false", signed);
    const seen =
      layer === undefined ? outputLayer(where, network) : findLayer(where, network, layer);
    if (unit !== undefined) checkUnit(where, seen, unit);
    const { features, samples } = asFeatures(where, network, x);
    const { inputs, inputShape, engine } = network;
    const size = elementCount(seen.node.outputShape);
    const values = unit === undefined ? await layerRows(network, seen, features) : undefined;
    const unitOf = (sample: number) => {
      const own = values?.subarray(sample * size, (sample + 1) * size);
      return unit ?? (own ? largest(seen.units, (it) => meanOf(seen, own, it)) : 0);
    };
    const capacity = capacityFor(network, features);
    const logits = endsInProbabilities(seen.node.placed.layer.finalActivation);
    const it = inputGradientPlan(where, network, seen, { capacity, logits });
    const all = new Float32Array(samples * inputs);
    await runRows(network, it, features, {
      prepare(rows, at) {
        const seeds = new Float32Array(rows * size);
        for (let i = 0; i < rows; i++) seeds.set(seedOf(seen, unitOf(at + i)), i * size);
        writeRows(engine.arena.views.f32, it.seed, seeds);
      },
      take(rows, at) {
        all.set(it.plan.read(it.gradient, rows), at * inputs);
      },
    });
    const normalized = x instanceof Dataset && x.normalization !== undefined;
    const scale = normalized ? undefined : network.data.normalization?.scale;
    for (let i = 0; i < all.length; i++) {
      const slope = (all[i] ?? 0) / (scale?.[i % inputs] ?? 1);
      all[i] = signed ? slope : Math.abs(slope);
    }
    return new NdArray(all, [samples, ...inputShape]);
  });
}

/** Whether a function turns scores into probabilities: gradients by the scores say more. */
function endsInProbabilities(name: string | undefined): boolean {
  return name === "softmax" || name === "sigmoid";
}

/** The first of the largest. */
function largest(count: number, value: (i: number) => number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (value(i) > value(best)) best = i;
  return best;
}
