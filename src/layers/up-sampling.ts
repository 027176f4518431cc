// Sequences and images made larger by whole factors.

import { checkInteger, checkName, checkOptions } from "../options.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import { emitMove } from "./moved.ts";
import { MOST, pairOf } from "./pair.ts";
import { imageSize, samples } from "./pooling.ts";

/** Options of {@link upSampling1d}. */
export interface UpSampling1dOptions {
  /** How often each step is repeated. Default: 2. */
  readonly size?: number;
  readonly name?: string;
}

/** Options of {@link upSampling2d}. */
export interface UpSampling2dOptions {
  /** How often rows and columns are repeated. Default: [2, 2]. */
  readonly size?: number | readonly [number, number];
  /** Default: "nearest": pixels are repeated; "bilinear": blended between their centers. */
  readonly interpolation?: "nearest" | "bilinear";
  readonly name?: string;
}

/**
 * Repeats each step of a sequence: [steps, channels] becomes [size · steps, channels]. Masks end here.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function upSampling1d(options: UpSampling1dOptions = {}): Layer {
  checkOptions("upSampling1d", options, ["size", "name"]);
  const size = checkInteger("upSampling1d", "size", options.size ?? 2, 1, MOST);
  return defineLayer({
    type: "upSampling1d",
    name: options.name,
    config: { size },
    build(where, inputShape) {
      const [, steps] = imageSize(where, inputShape, 1);
      return { outputShape: [steps * size, inputShape.at(-1) as number], parameters: [] };
    },
    emit: (context) => emitNearest(context, imageSize(context.name, context.x.shape, 1), [1, size]),
  });
}

/**
 * Makes an image larger: [height, width, channels] becomes [down · height, right · width, channels], where
 * size is [down, right].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function upSampling2d(options: UpSampling2dOptions = {}): Layer {
  const where = "upSampling2d";
  checkOptions(where, options, ["size", "interpolation", "name"]);
  const size = pairOf(where, "size", options.size ?? 2, 1);
  const known = ["nearest", "bilinear"] as const;
  const interpolation = checkName(
    where,
    "interpolation",
    options.interpolation ?? "nearest",
    known,
  );
  return defineLayer({
    type: where,
    name: options.name,
    config: { size, interpolation },
    build(where, inputShape) {
      const [height, width] = imageSize(where, inputShape, 2);
      const channels = inputShape.at(-1) as number;
      return { outputShape: [height * size[0], width * size[1], channels], parameters: [] };
    },
    emit(context) {
      const emit = interpolation === "nearest" ? emitNearest : emitBilinear;
      return emit(context, imageSize(context.name, context.x.shape, 2), size);
    },
  });
}

type Pair = readonly [number, number];

/** A copy for each of the rows that a row becomes. */
function emitNearest(context: EmitContext, [height, width]: Pair, [down, right]: Pair): Emitted {
  const channels = context.x.shape.at(-1) as number;
  const [line, longer] = [width * channels, width * right * channels];
  const blocks = Array.from({ length: down }, (_, i) => ({
    size: [height, width, right, channels],
    from: [line, channels, 0, 1],
    to: [longer * down, channels * right, channels, 1],
    toStart: i * longer,
  }));
  return emitMove(context, { blocks, uneven: true }, height * down * longer);
}

function emitBilinear(context: EmitContext, [height, width]: Pair, [down, right]: Pair): Emitted {
  const { plan, name, x, keep } = context;
  const channels = x.shape.at(-1) as number;
  const cols = x.tensor.cols * down * right;
  const y = plan.tensor(`${name}.y`, cols, { keep });
  const e = plan.integers("factors", [height, width, channels, down, right]);
  const sizes = { ...samples, e, cost: 8 * plan.batch * cols };
  const label = { layer: name, role: "forward" };
  plan.push({ ...label, name: "enlarge", writes: [y], a: x.tensor, b: y, ...sizes });
  return {
    output: { tensor: y },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
      const back = { layer: name, role: "gradient" };
      plan.push({ ...back, name: "enlargeGradient", writes: [dx], a: dx, b: dy, ...sizes });
      return throughActivation(plan, name, x, dx);
    },
  };
}
