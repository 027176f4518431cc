// Convolutions as ops: what they read and write, and how much scratch they take.

import * as abi from "../../assembly/abi.ts";
import {
  type ActivationCode,
  type ActivationGradient,
  type Label,
  type PlanBuilder,
  scratch,
} from "../plan/builder.ts";
import { align, stride, type Tensor, view } from "../plan/tensor.ts";
import { type Geometry, turnedWindows, type Windows, windows } from "./windows.ts";

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
  if (isProduct(geometry, [a, c])) {
    const [from, to] = turned ? (["output", "input"] as const) : (["input", "output"] as const);
    plan.gemm({
      layer,
      role,
      a: pixels(a, geometry[from]),
      b,
      c: pixels(c, geometry[to]),
      transposeB: turned,
      bias,
      activation,
      gradient: gradient && { ...gradient, aux: pixels(gradient.aux, geometry[to]) },
    });
    return;
  }
  const list = turned ? turnedWindows(geometry) : [windows(geometry)];
  const it = list[0] as Windows;
  const f = gradient ?? activation;
  const d = gradient ? flat(gradient.aux) : bias;
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
    ...described(plan, list, geometry.depthwise ? depthwiseRoom(it) : room(it)),
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
  if (isProduct(geometry, [input, output])) {
    const [a, b] = [pixels(input, geometry.input), pixels(output, geometry.output)];
    plan.gemm({ ...label, a, b, c: gradient, transposeA: true });
    return;
  }
  const it = windows(geometry);
  const count = it.outHeight * it.outWidth;
  const filters = stride(it.groups * it.outGroup);
  const places = it.kernelH * it.kernelW;
  const needs = geometry.depthwise
    ? [
        places * filters,
        frameOf(it, filters),
        0,
        padded(filters > it.groups * it.outGroup, count * filters),
      ]
    : [count * 8, frameOf(it, it.channels), 0, 40];
  plan.push({
    ...label,
    name: geometry.depthwise ? "depthwiseWeightGradient" : "convWeightGradient",
    split: "own",
    writes: [gradient],
    cost: cost(plan, geometry),
    a: input,
    b: output,
    c: gradient,
    ...described(plan, [it], needs),
  });
}

/**
 * Whether a convolution is a product of matrices where they stand: each window one pixel of whole vectors,
 * samples next to each other.
 */
function isProduct(geometry: Geometry, samples: readonly Tensor[]): boolean {
  const { kernel, strides, groups, input, output } = geometry;
  const alone = [...kernel, ...strides, groups].every((it) => it === 1);
  const whole = input[2] % 4 === 0 && output[2] % 4 === 0;
  return alone && whole && samples.every((it) => it.rows === 1 && it.ld === it.cols);
}

/** A sample as one row. */
function flat(it: Tensor): Tensor {
  const floats = it.rows * it.ld;
  return it.rows === 1 ? it : view(it, { rows: 1, cols: floats, ld: floats });
}

/** An image as rows. */
function pixels(it: Tensor, [height, width, channels]: Geometry["input"]): Tensor {
  return view(it, { rows: height * width, cols: channels, ld: channels });
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
    padded(it.phases > 0 || it.outGroup % 4 !== 0, it.outHeight * it.outWidth * filters),
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
function described(
  plan: PlanBuilder,
  list: readonly Windows[],
  floats: Room,
): { e: Tensor; scratch: Tensor } {
  let bytes = 0;
  const offsets = floats.map((count) => {
    const at = bytes;
    bytes += align(count * 4);
    return count > 0 ? at : 0;
  });
  const numbers = list.flatMap((it) => [...Object.values(it), ...offsets.slice(1)]);
  const e = plan.integers("windows", numbers as number[]);
  return { e, scratch: scratch(bytes) };
}

/** Multiplications and additions of a full batch. */
function cost(plan: PlanBuilder, { input, output, kernel, groups }: Geometry): number {
  const [height, width, filters] = output;
  const window = (kernel[0] * kernel[1] * input[2]) / groups;
  return 2 * plan.batch * height * width * filters * window;
}
