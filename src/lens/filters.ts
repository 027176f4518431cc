// The weights that lead into a layer's units, in the shape of what the units look at.

import { fail } from "../errors.ts";
import { NdArray } from "../model/nd-array.ts";
import type { Network } from "../model/network.ts";
import { elementCount } from "../shape.ts";
import { type AnyModel, findLayer, networkOf } from "./look.ts";

/**
 * The weights of each unit of a layer, one unit after another, [units, …]:
 * - convolutions: [filters, kernel height, kernel width, channels], or [filters, kernel size, channels]; of
 *   groups those of a filter's own; transposed ones likewise: what a filter sees of each channel; a depthwise
 *   one [channels · depthMultiplier, kernel height, kernel width, 1]; a separable one as the one convolution
 *   that its two parts are together;
 * - dense layers: [units, inputs]; behind a flatten in the shape from before it, [units, height, width, channels]
 *   for a first layer on images;
 * - a restricted Boltzmann machine (layer "rbm"): [hidden, …visible].
 * @throws LayerwiseError `unknownName`; `invalidArgument` if the layer has no such weights; `disposed`
 */
export function filters(model: AnyModel, layer: string): NdArray {
  const where = "filters";
  const network = networkOf(where, model);
  network.checkSettled(where);
  const { node } = findLayer(where, network, layer);
  const { parameters } = node.placed;
  const { type: kind } = node.placed.layer;
  const read = (name: string) => {
    const it = parameters.find(({ spec }) => spec.name === name);
    return it && { data: network.parameters.read(it), shape: it.shape };
  };
  const weight = read("weight");
  const depthwise = read("depthwise");
  const kernels = weight && kernelsOf(kind, weight, depthwise);
  if (kernels) return kernels;
  if (weight && kind === "restrictedBoltzmann") {
    return lastFirst(weight, node.placed.inputShape);
  }
  if (weight && (kind === "dense" || kind === "timeDistributed")) {
    return lastFirst(weight, shapeBelow(network, node.inputs[0] ?? 0, weight.shape[0] ?? 1));
  }
  const required = "a convolution or a dense layer";
  throw fail("invalidArgument", { where, required, got: `${layer}, of the type ${kind}` });
}

/** A parameter's values, compact, row-major. */
interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Of a convolution. */
function kernelsOf(kind: string, weight: Values, depthwise?: Values): NdArray | undefined {
  const { shape } = weight;
  switch (kind) {
    case "conv1d":
    case "conv2d":
      return lastFirst(weight, shape.slice(0, -1));
    case "conv1dTranspose":
    case "conv2dTranspose":
      return middleFirst(weight);
    case "depthwiseConv2d":
      return lastFirst(weight, [...shape.slice(0, 2), 1]);
    case "separableConv2d":
      return depthwise && product(depthwise, weight);
    default:
      return undefined;
  }
}

/** […shape × units] → [units, …shape] */
function lastFirst({ data }: Values, shape: readonly number[]): NdArray {
  const size = elementCount(shape);
  const units = data.length / size;
  const at = (unit: number, i: number) => data[i * units + unit] ?? 0;
  return made([units, ...shape], (i) => at(Math.floor(i / size), i % size));
}

/** [place…, filters, channels] → [filters, place…, channels] */
function middleFirst({ data, shape }: Values): NdArray {
  const [filters = 1, channels = 1] = shape.slice(-2);
  const places = shape.slice(0, -2);
  const count = elementCount(places);
  return made([filters, ...places, channels], (i) => {
    const [filter, place] = [Math.floor(i / (count * channels)), Math.floor(i / channels) % count];
    return data[(place * filters + filter) * channels + (i % channels)] ?? 0;
  });
}

/** What a convolution within channels and one across them come to: Σ over the former's of a channel. */
function product({ data, shape }: Values, { data: across, shape: last }: Values): NdArray {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = shape;
  const filters = last.at(-1) ?? 1;
  const size = height * width * channels;
  return made([filters, height, width, channels], (i) => {
    const [filter, at] = [Math.floor(i / size), i % size];
    let sum = 0;
    for (let m = 0; m < multiplier; m++) {
      const column = (at % channels) * multiplier + m;
      sum += (data[at * multiplier + m] ?? 0) * (across[column * filters + filter] ?? 0);
    }
    return sum;
  });
}

function made(shape: readonly number[], value: (i: number) => number): NdArray {
  return new NdArray(
    Float32Array.from({ length: elementCount(shape) }, (_, i) => value(i)),
    shape,
  );
}

/** The shape that a dense layer's `inputs` numbers had before they were put in a row. */
function shapeBelow(network: Network, from: number, inputs: number): readonly number[] {
  const { inputShapes } = network.graph;
  const nodeOf = (value: number) => network.nodes.find((it) => it.first === value);
  const shapeOf = (value: number): readonly number[] =>
    inputShapes[value] ?? nodeOf(value)?.outputShape ?? [];
  for (let value = from; ; ) {
    // Of samples with steps or pixels a dense layer sees one at a time.
    if (shapeOf(value).length > 1) return [inputs];
    const { placed, inputs: below } = nodeOf(value) ?? {};
    const [only = 0, ...more] = below ?? [];
    if (placed?.layer.type === "flatten") return shapeOf(only);
    // What has no weights and leaves the shape works on each number in its place.
    const apart = placed?.parameters.length === 0 && elementCount(shapeOf(only)) === inputs;
    if (!apart || more.length > 0) return [inputs];
    value = only;
  }
}
