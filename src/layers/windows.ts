// Convolutions as ops: what the kernel wants to know of their shapes (assembly/conv/windows.ts), and how
// much scratch they take. Forward, a window of the input makes a pixel of the output; the gradient by the
// input is a convolution again, of the output with zeros around and between its pixels, and a transposed
// convolution is that same gradient, used forward.

import * as abi from "../../assembly/abi.ts";
import type { ActivationCode, ActivationGradient, Label, PlanBuilder } from "../plan/builder.ts";
import { scratch } from "../plan/builder.ts";
import { align, stride, type Tensor } from "../plan/tensor.ts";

/** Down and across. */
export type Pair = readonly [number, number];

/** What stands around the image: nothing, zeros so that strides alone shrink it, or zeros before it. */
export type Padding = "valid" | "same" | "causal";

/** Shapes of a convolution from `input` to `output`, [height, width, channels] both. */
export interface Geometry {
  readonly input: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  /** Zeros above and left of the input. */
  readonly before: Pair;
  readonly groups: number;
  /** Every channel is a group of its own, of which vectors take four at a time. */
  readonly depthwise: boolean;
}

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

/** From the first to the last place that a window sees. */
const reach = ({ kernel, dilation }: Axis) => (kernel - 1) * dilation + 1;

/** Pixels that a convolution makes of `size`; less than 1 if the window does not fit. */
export function sizeAfter(size: number, axis: Axis): number {
  if (axis.padding !== "valid") return Math.ceil(size / axis.stride);
  return Math.floor((size - reach(axis)) / axis.stride) + 1;
}

/** Pixels that a transposed convolution makes of `size`. */
export function sizeBefore(size: number, axis: Axis): number {
  const more = axis.padding === "valid" ? Math.max(reach(axis) - axis.stride, 0) : 0;
  return size * axis.stride + more;
}

/** Zeros before `size` pixels: "same" puts the smaller half there, as TensorFlow does. */
export function zerosBefore(size: number, axis: Axis): number {
  if (axis.padding === "valid") return 0;
  if (axis.padding === "causal") return reach(axis) - 1;
  const last = (sizeAfter(size, axis) - 1) * axis.stride;
  return Math.max(last + reach(axis) - size, 0) >> 1;
}

export interface ConvolveOptions extends Label {
  readonly geometry: Geometry;
  /** Read, samples of the geometry's input; of its output if `turned`. */
  readonly a: Tensor;
  /** Weights as the forward convolution has them. */
  readonly b: Tensor;
  /** Written. */
  readonly c: Tensor;
  /** From output to input: the gradient by the input. */
  readonly turned?: boolean;
  readonly bias?: Tensor | undefined;
  readonly activation?: ActivationCode | undefined;
  readonly gradient?: ActivationGradient | undefined;
}

/** c ← f(conv(a, b) + bias), or conv(a, b) ∘ f′. */
export function convolve(plan: PlanBuilder, options: ConvolveOptions): void {
  const { geometry, a, b, c, turned = false, bias, activation, gradient, layer, role } = options;
  const it = turned ? turnedWindows(geometry) : windows(geometry);
  const f = gradient ?? activation;
  const d = gradient?.aux ?? bias;
  plan.push({
    layer,
    role,
    name: geometry.depthwise ? "depthwise" : "conv",
    writes: [c],
    cost: cost(plan, geometry),
    a,
    b,
    c,
    ...(d && { d }),
    ...described(plan, it, geometry.depthwise ? depthwiseRoom(it) : room(it)),
    m: 1,
    flags: abi.FLAG_BATCH_M | (gradient ? abi.FLAG_GRADIENT : 0),
    kind: f?.code ?? abi.ACTIVATION_LINEAR,
    f0: f?.alpha ?? 0,
  });
}

/** gradient ← how the convolution of `input` to `output` depends on its weights, given dy in `output`. */
export function convolveWeightGradient(
  plan: PlanBuilder,
  label: Label,
  geometry: Geometry,
  { input, output, gradient }: Readonly<Record<"input" | "output" | "gradient", Tensor>>,
): void {
  const it = windows(geometry);
  const pixels = it.outHeight * it.outWidth;
  const filters = stride(it.groups * it.outGroup);
  const places = it.kernelH * it.kernelW;
  const needs = geometry.depthwise
    ? [
        places * filters,
        frameOf(it, filters),
        0,
        padded(filters > it.groups * it.outGroup, pixels * filters),
      ]
    : [pixels * 8, frameOf(it, it.channels), 0, 40];
  plan.push({
    ...label,
    name: geometry.depthwise ? "depthwiseWeightGradient" : "convWeightGradient",
    split: "own",
    writes: [gradient],
    cost: cost(plan, geometry),
    a: input,
    b: output,
    c: gradient,
    ...described(plan, it, needs),
  });
}

/** gradient ← sums of dy's `pixels` rows of channels, over the batch. */
export function channelSums(
  plan: PlanBuilder,
  label: Label,
  dy: Tensor,
  pixels: number,
  gradient: Tensor,
): void {
  plan.push({
    ...label,
    name: "channelSums",
    split: "own",
    writes: [gradient],
    cost: plan.batch * dy.cols,
    a: dy,
    c: gradient,
    m: pixels,
    n: gradient.cols,
  });
}

/** The kernel's row of integers, in its order, but for the places in scratch. */
interface Windows {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly framed: number;
  readonly frameHeight: number;
  readonly frameWidth: number;
  readonly top: number;
  readonly left: number;
  readonly spreadH: number;
  readonly spreadW: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly groups: number;
  readonly inGroup: number;
  readonly outGroup: number;
  readonly turned: number;
}

/** Windows of the input, one a pixel of the output. */
function windows({ input, output, before, groups, depthwise, ...it }: Geometry): Windows {
  const [height, width, channels] = input;
  const [outHeight, outWidth, filters] = output;
  const [top, left] = before;
  const [strideH, strideW] = it.strides;
  const [kernelH, kernelW] = it.kernel;
  const [dilationH, dilationW] = it.dilation;
  const needH = (outHeight - 1) * strideH + (kernelH - 1) * dilationH + 1;
  const needW = (outWidth - 1) * strideW + (kernelW - 1) * dilationW + 1;
  const frameHeight = Math.max(needH, top + height);
  const frameWidth = Math.max(needW, left + width);
  const apart = depthwise && (filters !== channels || channels % 4 !== 0);
  const framed = frameHeight > height || frameWidth > width || apart;
  return {
    height,
    width,
    channels,
    framed: framed ? 1 : 0,
    frameHeight,
    frameWidth,
    top,
    left,
    spreadH: 1,
    spreadW: 1,
    outHeight,
    outWidth,
    strideH,
    strideW,
    kernelH,
    kernelW,
    dilationH,
    dilationW,
    groups,
    inGroup: channels / groups,
    outGroup: filters / groups,
    turned: 0,
  };
}

/** Windows of the output, one a pixel of the input: of all places of the output that it went to. */
function turnedWindows({ input, output, before, groups, depthwise, ...it }: Geometry): Windows {
  const [outHeight, outWidth, filters] = input;
  const [height, width, channels] = output;
  const [spreadH, spreadW] = it.strides;
  const [kernelH, kernelW] = it.kernel;
  const [dilationH, dilationW] = it.dilation;
  const reachH = (kernelH - 1) * dilationH;
  const reachW = (kernelW - 1) * dilationW;
  const frameHeight = outHeight + reachH;
  const frameWidth = outWidth + reachW;
  const apart = depthwise && channels % 4 !== 0;
  const framed = frameHeight > height || frameWidth > width || spreadH > 1 || spreadW > 1 || apart;
  return {
    height,
    width,
    channels,
    framed: framed ? 1 : 0,
    frameHeight,
    frameWidth,
    top: reachH - before[0],
    left: reachW - before[1],
    spreadH,
    spreadW,
    outHeight,
    outWidth,
    strideH: 1,
    strideW: 1,
    kernelH,
    kernelW,
    dilationH,
    dilationW,
    groups,
    inGroup: depthwise ? 1 : channels / groups,
    outGroup: depthwise ? channels / groups : filters / groups,
    turned: 1,
  };
}

/** Floats in scratch: at 0, the frame, the bias, the padded result (0: none). */
type Room = readonly number[];

const padded = (needed: boolean, floats: number) => (needed ? floats : 0);
const frameOf = (it: Windows, pixel: number) =>
  padded(it.framed === 1, it.frameHeight * it.frameWidth * pixel);

function room(it: Windows): Room {
  const filters = it.groups * stride(it.outGroup);
  return [
    it.kernelH * it.kernelW * it.inGroup * filters,
    frameOf(it, it.channels),
    filters,
    padded(it.outGroup % 4 !== 0, it.outHeight * it.outWidth * filters),
  ];
}

function depthwiseRoom(it: Windows): Room {
  const filters = it.groups * it.outGroup;
  const pixel = stride(filters);
  const apart = pixel > filters || (it.turned === 1 && it.outGroup > 1);
  return [
    it.kernelH * it.kernelW * pixel,
    frameOf(it, pixel),
    0,
    padded(apart, it.outHeight * it.outWidth * pixel),
  ];
}

/** Operands that describe the shapes: the row of integers, and scratch. */
function described(plan: PlanBuilder, it: Windows, floats: Room): { e: Tensor; scratch: Tensor } {
  let bytes = 0;
  const offsets = floats.map((count) => {
    const at = bytes;
    bytes += align(count * 4);
    return count > 0 ? at : 0;
  });
  const e = plan.integers("windows", [...Object.values(it), ...offsets.slice(1)]);
  return { e, scratch: scratch(bytes) };
}

/** Multiplications and additions of a full batch. */
function cost(plan: PlanBuilder, { input, output, kernel, groups }: Geometry): number {
  const [height, width, filters] = output;
  const window = (kernel[0] * kernel[1] * input[2]) / groups;
  return 2 * plan.batch * height * width * filters * window;
}
