// Which inputs excite a unit most, and where.

import type { Dataset } from "../data/dataset.ts";
import { asSamples, asTrained, type Several } from "../model/data.ts";
import { NdArray } from "../model/nd-array.ts";
import { checkInteger, checkOptions } from "../options.ts";
import { elementCount, type NestedNumbers } from "../shape.ts";
import { forwardRows } from "./forward.ts";
import { type AnyModel, findLayer, look, partUpTo } from "./look.ts";
import { receptiveField, type Span } from "./receptive-field.ts";

export interface TopPatchesOptions {
  /** How many for each unit, each of another sample. Default: 9, or all samples if there are fewer. */
  readonly count?: number;
}

/** A sample that excites a unit, where it does so most. */
export interface TopPatch {
  readonly unit: number;
  readonly sample: number;
  /** The place in the layer's output: [row, column] of a feature map, [step] of a sequence, [] of a dense layer. */
  readonly position: readonly number[];
  /** What the unit gives there. */
  readonly activation: number;
  /**
   * The part of the input that this depends on, as the data have it: [height, width, channels] of an image, 0
   * beyond its edges. All of the input where a layer on the way sees all of it, as a dense layer does, and of
   * models with several inputs.
   */
  readonly patch: NdArray;
  /** Where the patch begins in the input: [top, left], [first step]; below 0 beyond the edges. Of all: zeros. */
  readonly origin: readonly number[];
}

/**
 * For each unit of a layer, or each channel, the samples that excite it most, strongest first, and what
 * of them it sees: `patches[unit][rank]`. Of each sample the place counts where the unit answers most; of
 * equals the first. As in Zeiler & Fergus 2014, "Visualizing and understanding convolutional networks",
 * but the patch is the whole receptive field.
 * @throws LayerwiseError `unknownName`, `invalidArgument`, `shapeMismatch`, `nanInData`, `disposed`
 */
export function topPatches(
  model: AnyModel,
  x: Dataset | NestedNumbers | Several,
  layer: string,
  options: TopPatchesOptions = {},
): Promise<readonly (readonly TopPatch[])[]> {
  const where = "topPatches";
  return look(where, model, async (network) => {
    checkOptions(where, options, ["count"]);
    const count = checkInteger(where, "count", options.count ?? 9, 1);
    const seen = findLayer(where, network, layer);
    const samples = asSamples(where, network, x);
    const part = partUpTo(network, seen);
    const { units, positions } = seen;
    const best = Array.from({ length: units }, (): Found[] => []);
    const { features } = asTrained(network, samples);
    await forwardRows(network, part, features, (values, at) => {
      for (let i = 0; i < values.length; i += positions * units) {
        const sample = at + i / (positions * units);
        for (let unit = 0; unit < units; unit++) {
          const found = strongest(values, { from: i + unit, positions, units, sample });
          insert(best[unit] ?? [], found, count);
        }
      }
    });
    const axes = seen.node.outputShape.slice(0, -1);
    const { inputShape, inputs } = network;
    return best.map((list, unit) =>
      list.map(({ sample, place, activation }): TopPatch => {
        const position = unravel(place, axes);
        const whole = samples.features.subarray(sample * inputs, (sample + 1) * inputs);
        const spans = receptiveField(part, position);
        const patch = spans
          ? cut(whole, inputShape, spans)
          : new NdArray(whole.slice(), inputShape);
        const origin = spans?.map(([from]) => from) ?? inputShape.slice(0, -1).map(() => 0);
        return { unit, sample, position, activation, patch, origin };
      }),
    );
  });
}

interface Found {
  readonly sample: number;
  readonly place: number;
  readonly activation: number;
}

/** Where one unit answers most. */
function strongest(
  values: Float32Array,
  it: {
    readonly from: number;
    readonly positions: number;
    readonly units: number;
    readonly sample: number;
  },
): Found {
  let [place, activation] = [0, values[it.from] ?? 0];
  for (let i = 1; i < it.positions; i++) {
    const value = values[it.from + i * it.units] ?? 0;
    if (value > activation) [place, activation] = [i, value];
  }
  return { sample: it.sample, place, activation };
}

/** Keeps the `count` strongest, in order; of equals the earlier. */
function insert(list: Found[], found: Found, count: number): void {
  const last = list[count - 1];
  if (last && !(found.activation > last.activation)) return;
  const behind = list.findIndex((it) => found.activation > it.activation);
  list.splice(behind < 0 ? list.length : behind, 0, found);
  if (list.length > count) list.pop();
}

function unravel(place: number, axes: readonly number[]): number[] {
  let rest = place;
  return [...axes]
    .reverse()
    .map((size) => {
      const at = rest % size;
      rest = (rest - at) / size;
      return at;
    })
    .reverse();
}

/** A part of an array, with zeros where it reaches over the edges. */
function cut(whole: Float32Array, shape: readonly number[], spans: readonly Span[]): NdArray {
  const inner = elementCount(shape.slice(spans.length));
  const sizes = spans.map(([from, to]) => to - from);
  const out = new Float32Array(elementCount(sizes) * inner);
  for (let i = 0; i < out.length / inner; i++) {
    const places = unravel(i, sizes).map((at, axis) => at + (spans[axis]?.[0] ?? 0));
    if (!places.every((at, axis) => at >= 0 && at < (shape[axis] ?? 0))) continue;
    const from = places.reduce((index, at, axis) => index * (shape[axis] ?? 0) + at, 0) * inner;
    out.set(whole.subarray(from, from + inner), i * inner);
  }
  return new NdArray(out, [...sizes, ...shape.slice(spans.length)]);
}
