// What all convolutional layers are told, checked once: windows, padding, the function behind, how weights
// begin and what they cost.

import { type Activation, type ActivationName, resolveActivation } from "../activations/index.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkName, checkOptions, checkThat } from "../options.ts";
import { formatShape } from "../shape.ts";
import type { LayerShape, ParameterSpec, Regularizer } from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";
import {
  type Geometry,
  type Padding,
  type Pair,
  sizeAfter,
  sizeBefore,
  zerosBefore,
} from "./windows.ts";

/** One number for both directions, or [down, across]. */
export type Size2d = number | readonly [down: number, across: number];

/** Options of every layer with a window in two dimensions. */
export interface WindowOptions {
  /** Height and width of the window. */
  readonly kernelSize: Size2d;
  /** Pixels from window to window. Default: 1. */
  readonly strides?: Size2d;
  /**
   * "valid": windows lie inside the image. "same": zeros around it, so that ⌈size / stride⌉ pixels come out.
   * Default: "valid".
   */
  readonly padding?: "valid" | "same";
  /** Pixels from one place of the window to the next. Default: 1. */
  readonly dilationRate?: Size2d;
}

/** The same along a sequence. */
export interface WindowOptions1d {
  /** Steps that a window sees. */
  readonly kernelSize: number;
  /** Steps from window to window. Default: 1. */
  readonly strides?: number;
  /**
   * "valid": windows lie inside the sequence. "same": zeros at both ends, so that ⌈steps / stride⌉ come out.
   * "causal": zeros before it, so that no step sees a later one. Default: "valid".
   */
  readonly padding?: "valid" | "same" | "causal";
  /** Steps from one place of the window to the next. Default: 1. */
  readonly dilationRate?: number;
}

/** Options that do not depend on the window. */
export interface FilterOptions {
  /** Default: "linear". */
  readonly activation?: ActivationName | Activation;
  /** Default: true. */
  readonly useBias?: boolean;
  /** Default: "glorotUniform". */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Default: "zeros". */
  readonly biasInitializer?: InitializerName | Initializer;
  /** Penalty on the weights: `{ l1, l2 }`, or a number for l2. */
  readonly kernelRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the bias. */
  readonly biasRegularizer?: Partial<Regularizer> | number;
  readonly name?: string;
  /** False: training leaves its parameters alone. Default: true. */
  readonly trainable?: boolean;
}

/** Options that all these layers know, but for those without a kernel of that name. */
export const commonKeys: readonly string[] = [
  "activation",
  "useBias",
  "kernelInitializer",
  "biasInitializer",
  "kernelRegularizer",
  "biasRegularizer",
  "name",
  "trainable",
  "kernelSize",
  "strides",
  "padding",
  "dilationRate",
];

/** What {@link checkFilters} makes of options, complete. */
export interface Filters {
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly trainable: boolean;
  /** Plain JSON, as a layer's configuration holds it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The parameters: weights of this shape, and a bias of their number. */
  parameters(shape: readonly number[], biases: number): readonly ParameterSpec[];
}

/** Checks the options that do not depend on the window; `more` are the layer's own besides. */
export function checkFilters(
  where: string,
  options: FilterOptions,
  more: readonly string[],
): Filters {
  checkOptions(where, options, [...commonKeys, ...more]);
  const { useBias = true, trainable = true } = options;
  checkThat(typeof useBias === "boolean", where, "useBias as true or false", useBias);
  checkThat(typeof trainable === "boolean", where, "trainable as true or false", trainable);
  const activation = resolveActivation(where, options.activation ?? "linear");
  const kernelInitializer = resolveInitializer(where, options.kernelInitializer ?? "glorotUniform");
  const biasInitializer = resolveInitializer(where, options.biasInitializer ?? "zeros");
  const kernel = resolveRegularizer(`${where}: kernelRegularizer`, options.kernelRegularizer);
  const bias = resolveRegularizer(`${where}: biasRegularizer`, options.biasRegularizer);
  return {
    activation,
    useBias,
    trainable,
    config: {
      activation,
      useBias,
      kernelInitializer,
      biasInitializer,
      ...(kernel && { kernelRegularizer: kernel }),
      ...(bias && { biasRegularizer: bias }),
      ...(!trainable && { trainable }),
    },
    parameters(shape, biases) {
      const weight = { name: "weight", shape, initializer: kernelInitializer, regularizer: kernel };
      if (!useBias) return [weight];
      const initializer = biasInitializer;
      return [weight, { name: "bias", shape: [biases], initializer, regularizer: bias }];
    },
  };
}

/** A window in two dimensions, complete. */
export interface Window {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
}

/** Checks the window's options. */
export function checkWindow(where: string, options: WindowOptions): Window {
  const { strides = 1, padding = "valid", dilationRate = 1 } = options;
  return {
    kernelSize: checkPair(where, "kernelSize", options.kernelSize),
    strides: checkPair(where, "strides", strides),
    padding: checkName(where, "padding", padding, ["valid", "same"] as const),
    dilationRate: checkPair(where, "dilationRate", dilationRate),
  };
}

/** Checks a window along a sequence: an image of height 1, and the options as they are saved. */
export function checkWindow1d(
  where: string,
  options: WindowOptions1d,
  paddings: readonly Padding[],
): { readonly window: Window; readonly config: Readonly<Record<string, unknown>> } {
  const { kernelSize, strides = 1, dilationRate = 1 } = options;
  const padding = checkName(where, "padding", options.padding ?? "valid", paddings);
  const config = { kernelSize, strides, padding, dilationRate };
  for (const name of ["kernelSize", "strides", "dilationRate"] as const) {
    checkInteger(where, name, config[name], 1, MOST);
  }
  return {
    window: {
      kernelSize: [1, kernelSize],
      strides: [1, strides],
      padding,
      dilationRate: [1, dilationRate],
    },
    config,
  };
}

/** Windows, strides and gaps are smaller than this. */
const MOST = 10_000;

function checkPair(where: string, name: string, value: unknown): Pair {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  checkThat(pair.length === 2, where, `${name} as a number or [down, across]`, value);
  const check = (it: unknown) => checkInteger(where, name, it, 1, MOST);
  return [check(pair[0]), check(pair[1])];
}

/** [height, width, channels] of a sample; a sequence [steps, channels] is an image of height 1. */
export function imageShape(
  where: string,
  shape: readonly number[],
  rank: 2 | 3,
): readonly [number, number, number] {
  const [height, width, channels] = rank === 2 ? [1, ...shape] : shape;
  if (shape.length !== rank || height === undefined || width === undefined || !channels) {
    throw fail("shapeMismatch", {
      where,
      expected: rank === 2 ? "sequences [steps, channels]" : "images [height, width, channels]",
      got: formatShape(shape),
      remedy: "Put a reshape in front, or set the model's inputShape.",
    });
  }
  return [height, width, channels];
}

/**
 * Shapes of a convolution of that input to so many filters.
 * @throws LayerwiseError `shapeMismatch` where the window does not fit
 */
export function geometryOf(
  where: string,
  input: readonly [number, number, number],
  filters: number,
  window: Window,
  {
    groups = 1,
    depthwise = false,
  }: { readonly groups?: number; readonly depthwise?: boolean } = {},
): Geometry {
  const [height, width] = [
    sizeAfter(input[0], axisOf(window, 0)),
    sizeAfter(input[1], axisOf(window, 1)),
  ];
  if (height < 1 || width < 1) {
    throw fail("shapeMismatch", {
      where,
      expected: `at least as many pixels as the window [${window.kernelSize}] covers`,
      got: formatShape(input),
      remedy: 'Use padding "same" or a smaller kernelSize.',
    });
  }
  return {
    input,
    output: [height, width, filters],
    ...steps(window, input),
    groups,
    depthwise,
  };
}

/** Shapes of the convolution that a transposed one of `output` to so many filters goes back through. */
export function transposedGeometry(
  output: readonly [number, number, number],
  filters: number,
  window: Window,
): Geometry {
  const input = [
    sizeBefore(output[0], axisOf(window, 0)),
    sizeBefore(output[1], axisOf(window, 1)),
    filters,
  ] as const;
  return { input, output, ...steps(window, input), groups: 1, depthwise: false };
}

const axisOf = (window: Window, i: 0 | 1) => ({
  kernel: window.kernelSize[i],
  stride: window.strides[i],
  dilation: window.dilationRate[i],
  padding: window.padding,
});

const steps = (window: Window, input: readonly [number, number, number]) => ({
  kernel: window.kernelSize,
  strides: window.strides,
  dilation: window.dilationRate,
  before: [
    zerosBefore(input[0], axisOf(window, 0)),
    zerosBefore(input[1], axisOf(window, 1)),
  ] as const,
});

/** Checks that channels and filters can be dealt out to `groups`. */
export function checkGroups(where: string, groups: number, channels: number): void {
  if (channels % groups === 0) return;
  throw fail("shapeMismatch", {
    where,
    expected: `a number of channels that ${groups} groups can share`,
    got: `${channels} channels`,
  });
}

/** A {@link LayerShape} whose output is an image, or a sequence if `rank` is 2. */
export function shapeOf(
  [height, width, channels]: readonly number[],
  rank: 2 | 3,
  parameters: readonly ParameterSpec[],
): LayerShape {
  const outputShape = [height, width, channels].slice(3 - rank) as number[];
  return { outputShape, parameters };
}
