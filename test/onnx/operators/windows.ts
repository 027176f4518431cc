// Windows over images and sequences: convolutions and pooling. ONNX has channels in front, we behind.

import {
  averagePooling1d,
  averagePooling2d,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  cropping2d,
  depthwiseConv2d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  type Layer,
  maxPooling1d,
  maxPooling2d,
  reshape,
  type SymbolicTensor,
} from "../../../src/index.ts";
import { type Call, type Convert, predict, Skip } from "../call.ts";
import { channelsFirst, channelsLast, type Floats, mirrored, transpose } from "../floats.ts";
import { framed } from "./shapes.ts";

type Pair = readonly [number, number];

/** How a window goes along one axis. */
interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Pixels outside. */
  readonly before: number;
  readonly after: number;
}

const reach = ({ kernel, dilation }: Axis) => (kernel - 1) * dilation + 1;

/** Down and across, or along the steps. */
function axesOf(call: Call, sizes: readonly number[], kernel: readonly number[]): Axis[] {
  if (sizes.length > 2) throw new Skip("three dimensions: ours are one or two");
  const auto = call.text("auto_pad", "NOTSET");
  const pads = call.list("pads") ?? [];
  return sizes.map((size, i) => {
    const stride = call.list("strides")?.[i] ?? 1;
    const dilation = call.list("dilations")?.[i] ?? 1;
    const axis = { size, kernel: kernel[i] as number, stride, dilation, before: 0, after: 0 };
    if (auto === "NOTSET") {
      const [before, after] = [pads[i] ?? 0, pads[i + sizes.length] ?? 0];
      // Pixels for a last window that pads do not fill.
      const steps = (size + before + after - reach(axis)) / stride;
      const wanting = call.integer("ceil_mode", 0) ? (Math.ceil(steps) - steps) * stride : 0;
      return { ...axis, before, after: after + Math.round(wanting) };
    }
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach(axis) - size);
    const less = total >> 1;
    if (auto === "SAME_UPPER") return { ...axis, before: less, after: total - less };
    if (auto === "SAME_LOWER") return { ...axis, before: total - less, after: less };
    return axis;
  });
}

/** Whether padding "same" puts the very same pixels around it. */
function isSame(axis: Axis): boolean {
  const total = (Math.ceil(axis.size / axis.stride) - 1) * axis.stride + reach(axis) - axis.size;
  const before = Math.max(0, total) >> 1;
  return axis.before === before && axis.after === Math.max(0, total) - before;
}

const isValid = ({ before, after }: Axis) => before === 0 && after === 0;

const turned = (axis: Axis): Axis => ({ ...axis, before: axis.after, after: axis.before });

/** An image or a sequence in a frame of that value. */
function inFrame(x: SymbolicTensor, axes: readonly Axis[], value: number): SymbolicTensor {
  const edges = axes.map(({ before, after }): Pair => [before, after]);
  const [down, across] = edges;
  if (down && across) return framed(x, [down, across], value);
  const image = framed(
    reshape({ targetShape: [1, ...x.shape] }).apply(x),
    [[0, 0], down as Pair],
    value,
  );
  return reshape({ targetShape: image.shape.slice(1) }).apply(image);
}

/** A number for each axis. */
const pairOf = (axes: readonly Axis[], of: (axis: Axis) => number) =>
  axes.map(of) as unknown as Pair;

/** The window of a convolution as layers of two dimensions are told of it, and those of one. */
function windowOf(axes: readonly Axis[]) {
  const kernelSize = pairOf(axes, (it) => it.kernel);
  const strides = pairOf(axes, (it) => it.stride);
  const dilationRate = pairOf(axes, (it) => it.dilation);
  return {
    two: { kernelSize, strides, dilationRate },
    one: { kernelSize: kernelSize[0], strides: strides[0], dilationRate: dilationRate[0] },
  };
}

async function onImages(
  call: Call,
  draw: (x: SymbolicTensor) => SymbolicTensor,
  weights: Record<string, Float32Array> = {},
): Promise<[Floats]> {
  const [y] = await predict([channelsLast(call.floats(0))], draw, weights);
  return [channelsFirst(y)];
}

/** [filters, channels, …] as we have it: […, channels, filters]. */
function filtersLast(weight: Floats): Floats {
  const places = weight.shape.slice(2).map((_, i) => i + 2);
  return transpose(weight, [...places, 1, 0]);
}

/** Weights and bias of the layer named "it". */
function weightsOf(weight: Floats, bias: Floats | undefined): Record<string, Float32Array> {
  return { "it.weight": filtersLast(weight).data, ...(bias && { "it.bias": bias.data }) };
}

async function convolve(call: Call) {
  const [x, weight, bias] = [call.floats(0), call.floats(1), call.optional(2)];
  const axes = axesOf(call, x.shape.slice(2), weight.shape.slice(2));
  const padding = axes.every(isSame) ? "same" : "valid";
  const [filters, channels] = [weight.shape[0] as number, x.shape[1] as number];
  const groups = call.integer("group", 1);
  const { one, two } = windowOf(axes);
  const more = { useBias: bias !== undefined, padding, name: "it" } as const;
  const layerOf = () => {
    if (axes.length === 1) return conv1d({ ...one, ...more, filters, groups });
    if (groups === 1 || groups < channels) return conv2d({ ...two, ...more, filters, groups });
    // Weights of the same order: a channel's filters stand side by side.
    return depthwiseConv2d({ ...two, ...more, depthMultiplier: filters / channels });
  };
  const layer = layerOf();
  const bare = padding === "same" || axes.every(isValid);
  const draw = (it: SymbolicTensor) => layer.apply(bare ? it : inFrame(it, axes, 0));
  return onImages(call, draw, weightsOf(weight, bias));
}

/** What is left of all that a transposed convolution reaches, along one axis. */
function part(call: Call, i: number, axis: Axis): Axis & { readonly out: number } {
  const more = call.list("output_padding")?.[i] ?? 0;
  const all = (axis.size - 1) * axis.stride + reach(axis) + more;
  const auto = call.text("auto_pad", "NOTSET");
  const wanted = call.list("output_shape")?.[i] ?? axis.size * axis.stride;
  if (!call.list("output_shape") && !auto.startsWith("SAME")) {
    return { ...axis, out: all - axis.before - axis.after };
  }
  const total = all - wanted;
  const less = Math.floor(total / 2);
  const [before, after] = auto === "SAME_UPPER" ? [less, total - less] : [total - less, less];
  return { ...axis, before, after, out: wanted };
}

async function convolveTransposed(call: Call) {
  const [x, weight, bias] = [call.floats(0), call.floats(1), call.optional(2)];
  if (call.integer("group", 1) !== 1) throw new Skip("groups: our transposed layers have none");
  const kernel = weight.shape.slice(2);
  const axes = axesOf(call, x.shape.slice(2), kernel).map((axis, i) => part(call, i, axis));
  const same = axes.every(
    (it) => it.out === it.size * it.stride && it.before === Math.max(0, reach(it) - it.stride) >> 1,
  );
  const filters = weight.shape[1] as number;
  const more = { filters, useBias: bias !== undefined, padding: same ? "same" : "valid" } as const;
  const { one, two } = windowOf(axes);
  const layer =
    axes.length === 1
      ? conv1dTranspose({ ...one, ...more, name: "it" })
      : conv2dTranspose({ ...two, ...more, name: "it" });
  // Of what "valid" makes, pixels taken away at each end, and zeros put there.
  const ends = (y: SymbolicTensor) =>
    axes.map(({ before, out }, i) => {
      const behind = (y.shape[i] as number) - before - out;
      return {
        crop: [Math.max(0, before), Math.max(0, behind)] as const,
        frame: [Math.max(0, -before), Math.max(0, -behind)] as const,
      };
    });
  const draw = (it: SymbolicTensor) => {
    const y = layer.apply(it);
    const [down, across] = ends(y);
    const changes = (kind: "crop" | "frame") =>
      ends(y).some((it) => it[kind].some((pixels) => pixels > 0));
    if (same || !(changes("crop") || changes("frame"))) return y;
    if (!down || !across) throw new Skip("pads of a sequence");
    if (bias && changes("frame")) throw new Skip("pixels that no window reaches, with a bias");
    const left = cropping2d({ cropping: [down.crop, across.crop] }).apply(y);
    return framed(left, [down.frame, across.frame], 0);
  };
  return onImages(call, draw, weightsOf(weight, bias));
}

function pool(kind: "max" | "average"): Convert {
  return async (call) => {
    const x = call.floats(0);
    const axes = axesOf(call, x.shape.slice(2), call.list("kernel_shape") ?? []);
    if (axes.some((it) => it.dilation !== 1)) throw new Skip("dilations: our pools have none");
    const layer = (padding: "same" | "valid") => {
      const poolSize = pairOf(axes, (it) => it.kernel);
      const strides = pairOf(axes, (it) => it.stride);
      const one = { poolSize: poolSize[0], strides: strides[0], padding };
      const two = { poolSize, strides, padding };
      if (kind === "max") return axes.length === 1 ? maxPooling1d(one) : maxPooling2d(two);
      return axes.length === 1 ? averagePooling1d(one) : averagePooling2d(two);
    };
    if (axes.every(isValid)) return onImages(call, (it) => layer("valid").apply(it));
    const counted = kind === "average" && call.integer("count_include_pad", 0) === 1;
    if (counted) return onImages(call, (it) => layer("valid").apply(inFrame(it, axes, 0)));
    if (axes.every(isSame)) return onImages(call, (it) => layer("same").apply(it));
    if (axes.map(turned).every(isSame)) {
      const [y] = await predict([mirrored(channelsLast(x))], (it) => layer("same").apply(it));
      return [channelsFirst(mirrored(y))];
    }
    if (kind === "average") throw new Skip('pads, not counted, that padding "same" does not make');
    return onImages(call, (it) => layer("valid").apply(inFrame(it, axes, -1e30)));
  };
}

function global(one: Layer, two: Layer): Convert {
  return async (call) => onImages(call, (it) => (it.shape.length === 2 ? one : two).apply(it));
}

const keepdims = true;

export const windows: Readonly<Record<string, Convert>> = {
  Conv: convolve,
  ConvTranspose: convolveTransposed,
  MaxPool: pool("max"),
  AveragePool: pool("average"),
  GlobalMaxPool: global(globalMaxPooling1d({ keepdims }), globalMaxPooling2d({ keepdims })),
  GlobalAveragePool: global(
    globalAveragePooling1d({ keepdims }),
    globalAveragePooling2d({ keepdims }),
  ),
};
