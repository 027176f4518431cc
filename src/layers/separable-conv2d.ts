// SeparableConv2d: a depthwise convolution, then one that sees single pixels and mixes their channels.

import { resolveActivation } from "../activations/index.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkOptions } from "../options.ts";
import {
  checkFilters,
  checkWindow,
  commonKeys,
  type FilterOptions,
  geometryOf,
  shapeOf,
  type WindowOptions,
} from "./conv-options.ts";
import { emitConvolution } from "./convolution.ts";
import { depthwiseGeometry } from "./depthwise-conv2d.ts";
import { defineLayer, type Layer, type ParameterSpec, type Regularizer } from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";

/** Options of {@link separableConv2d}. */
export interface SeparableConv2dOptions
  extends WindowOptions,
    Omit<FilterOptions, "kernelInitializer" | "kernelRegularizer"> {
  /** Channels of the output: a positive integer. */
  readonly filters: number;
  /** Filters of each channel in the depthwise part. Default: 1. */
  readonly depthMultiplier?: number;
  /** Default: "glorotUniform". */
  readonly depthwiseInitializer?: InitializerName | Initializer;
  /** Default: "glorotUniform". */
  readonly pointwiseInitializer?: InitializerName | Initializer;
  /** Penalty on the weights of the depthwise part: `{ l1, l2 }`, or a number for l2. */
  readonly depthwiseRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the weights that mix channels. */
  readonly pointwiseRegularizer?: Partial<Regularizer> | number;
}

const keys = [
  "filters",
  "depthMultiplier",
  "depthwiseInitializer",
  "pointwiseInitializer",
  "depthwiseRegularizer",
  "pointwiseRegularizer",
];

/** What there is two of here, each of its own name. */
const oneKernel = ["kernelInitializer", "kernelRegularizer"];

/** The window of what mixes channels. */
const POINT = {
  kernelSize: [1, 1],
  strides: [1, 1],
  padding: "valid",
  dilationRate: [1, 1],
} as const;

/**
 * A convolution of images [height, width, channels] in two parts: along the image within each channel, then
 * across channels at each pixel. depthwise [kernel height, kernel width, channels, depthMultiplier], weight
 * [1, 1, channels · depthMultiplier, filters], bias [filters].
 * Chollet 2017, "Xception: deep learning with depthwise separable convolutions".
 * @throws LayerwiseError `invalidArgument`, `unknownName`; as part of a model `shapeMismatch`
 */
export function separableConv2d(options: SeparableConv2dOptions): Layer {
  const where = "separableConv2d";
  const {
    depthwiseInitializer: first = "glorotUniform",
    pointwiseInitializer: second = "glorotUniform",
    depthwiseRegularizer: firstPenalty,
    pointwiseRegularizer: secondPenalty,
    ...others
  } = options;
  checkOptions(where, options, [...commonKeys.filter((it) => !oneKernel.includes(it)), ...keys]);
  const own = checkFilters(where, others, keys);
  const window = checkWindow(where, options);
  const { filters, depthMultiplier = 1, name } = options;
  checkInteger(where, "filters", filters, 1, 1_000_000);
  checkInteger(where, "depthMultiplier", depthMultiplier, 1, 10_000);
  const depthwiseInitializer = resolveInitializer(where, first);
  const pointwiseInitializer = resolveInitializer(where, second);
  const at = (name: string) => `${where}: ${name}`;
  const depthwiseRegularizer = resolveRegularizer(at("depthwiseRegularizer"), firstPenalty);
  const pointwiseRegularizer = resolveRegularizer(at("pointwiseRegularizer"), secondPenalty);
  const { kernelInitializer: _, ...config } = own.config;
  const shapes = (where: string, inputShape: readonly number[]) => {
    const depthwise = depthwiseGeometry(where, inputShape, window, depthMultiplier);
    return [depthwise, geometryOf(where, depthwise.output, filters, POINT)] as const;
  };
  return defineLayer({
    type: "separableConv2d",
    name,
    trainable: own.trainable,
    finalActivation: own.activation.name,
    config: {
      filters,
      ...window,
      depthMultiplier,
      ...config,
      depthwiseInitializer,
      pointwiseInitializer,
      ...(depthwiseRegularizer && { depthwiseRegularizer }),
      ...(pointwiseRegularizer && { pointwiseRegularizer }),
    },
    build(where, inputShape) {
      const [{ input }, { input: middle, output }] = shapes(where, inputShape);
      const depthwise: ParameterSpec = {
        name: "depthwise",
        shape: [...window.kernelSize, input[2], depthMultiplier],
        initializer: depthwiseInitializer,
        regularizer: depthwiseRegularizer,
      };
      const [weight, ...bias] = own.parameters([1, 1, middle[2], filters], filters);
      const pointwise: ParameterSpec = {
        ...(weight as ParameterSpec),
        initializer: pointwiseInitializer,
        regularizer: pointwiseRegularizer,
      };
      return shapeOf(output, 3, [depthwise, pointwise, ...bias]);
    },
    emit(context) {
      const [depthwise, pointwise] = shapes(context.name, context.x.shape);
      const first = emitConvolution(
        { ...context, logits: false, keep: false, outputShape: depthwise.output },
        {
          geometry: depthwise,
          activation: resolveActivation(where, "linear"),
          weight: "depthwise",
          bias: false,
        },
      );
      const x = { ...first.output, shape: depthwise.output };
      const second = emitConvolution(
        { ...context, x, inputs: [x] },
        { geometry: pointwise, activation: own.activation },
      );
      return {
        output: second.output,
        backward(dy, wanted) {
          const parts = context.gradients?.depthwise ? "input gradient" : wanted;
          const dx = second.backward(dy, parts);
          return dx && !Array.isArray(dx) ? first.backward(dx as typeof dy, wanted) : undefined;
        },
      };
    },
  });
}
