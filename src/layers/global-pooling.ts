// All of an image, or all steps of a sequence, become one number a channel.

import { checkOptions, checkThat } from "../options.ts";
import type { Tensor } from "../plan/tensor.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import { emitPooling, imageSize, type PoolingKind, samples, wholeImage } from "./pooling.ts";

/** Options of {@link globalMaxPooling1d}, {@link globalAveragePooling2d} and their like. */
export interface GlobalPoolingOptions {
  /** Whether the pooled dimensions stay, with size 1. Default: false. */
  readonly keepdims?: boolean;
  readonly name?: string;
}

/**
 * The largest value of each channel of a sequence: [steps, channels] becomes [channels]. Steps that a mask
 * leaves out count too, as in Keras.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function globalMaxPooling1d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling("globalMaxPooling1d", "max", 1, options);
}

/**
 * The largest value of each channel of an image: [height, width, channels] becomes [channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function globalMaxPooling2d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling("globalMaxPooling2d", "max", 2, options);
}

/**
 * The mean of each channel of a sequence: [steps, channels] becomes [channels]. With a mask the mean is over
 * the steps where it is 1; 0 if there is none.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function globalAveragePooling1d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling("globalAveragePooling1d", "average", 1, options);
}

/**
 * The mean of each channel of an image: [height, width, channels] becomes [channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function globalAveragePooling2d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling("globalAveragePooling2d", "average", 2, options);
}

function globalPooling(
  type: string,
  kind: PoolingKind,
  dimensions: 1 | 2,
  options: GlobalPoolingOptions,
): Layer {
  checkOptions(type, options, ["keepdims", "name"]);
  const { keepdims = false } = options;
  checkThat(typeof keepdims === "boolean", type, "keepdims as true or false", keepdims);
  return defineLayer({
    type,
    name: options.name,
    config: { keepdims },
    build(where, inputShape) {
      imageSize(where, inputShape, dimensions);
      const channels = inputShape.slice(-1);
      const ones = inputShape.slice(0, -1).map(() => 1);
      return { outputShape: keepdims ? [...ones, ...channels] : channels, parameters: [] };
    },
    emit(context) {
      const { name, x } = context;
      if (kind === "average" && dimensions === 1 && x.mask) return emitMaskedMean(context, x.mask);
      return emitPooling(context, kind, wholeImage(imageSize(name, x.shape, dimensions)));
    },
  });
}

function emitMaskedMean({ plan, name, x, keep }: EmitContext, mask: Tensor): Emitted {
  const [k = 1, n = 1] = x.shape;
  const sizes = { ...samples, n, k, d: mask, cost: 2 * plan.batch * x.tensor.cols };
  const y = plan.tensor(`${name}.y`, n, { keep });
  const label = { layer: name, role: "forward" };
  plan.push({ ...label, name: "maskedMean", writes: [y], a: x.tensor, b: y, ...sizes });
  return {
    output: { tensor: y },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
      const back = { layer: name, role: "gradient" };
      plan.push({ ...back, name: "maskedMean", writes: [dx], a: dy, b: dx, ...sizes, kind: 1 });
      return throughActivation(plan, name, x, dx);
    },
  };
}
