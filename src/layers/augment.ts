// What the layers have in common that show a network its images differently each time while
// training, and are nothing otherwise: images [height, width, channels], parameters drawn for each
// sample.

import * as abi from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkName, checkThat, isF32 } from "../options.ts";
import { scratch } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { subStream } from "../random.ts";
import { formatShape } from "../shape.ts";
import { constantRow } from "./constant-row.ts";
import { type EmitContext, type Emitted, type LayerShape, throughActivation } from "./layer.ts";

/** A range that a parameter is drawn from: [low, high), or a number x for [−x, x). */
export type Factor = number | readonly [low: number, high: number];

/**
 * What stands where a map leaves the image: `fillValue`, the nearest pixel, or the image mirrored.
 */
export type FillMode = "constant" | "nearest" | "reflect";

/**
 * Of a pixel of the result between four pixels of the image: a mean of them, or the nearest one.
 */
export type Interpolation = "bilinear" | "nearest";

const FILLS: Readonly<Record<FillMode, number>> = {
  constant: abi.FILL_CONSTANT,
  nearest: abi.FILL_NEAREST,
  reflect: abi.FILL_REFLECT,
};

/** How random maps of images read between and beyond their pixels. */
export interface SamplingOptions {
  /** Default: "reflect". */
  readonly fillMode?: FillMode;
  /** Default: 0. */
  readonly fillValue?: number;
  /** Default: "bilinear". */
  readonly interpolation?: Interpolation;
}

/** The options of {@link SamplingOptions}. */
export const samplingOptions = ["fillMode", "fillValue", "interpolation"] as const;

/** @throws LayerwiseError `invalidArgument`, `unknownName` */
export function resolveSampling(where: string, options: SamplingOptions) {
  const { fillValue = 0 } = options;
  const names = Object.keys(FILLS) as FillMode[];
  const fillMode = checkName(where, "fillMode", options.fillMode ?? "reflect", names);
  const interpolation = checkName(where, "interpolation", options.interpolation ?? "bilinear", [
    "bilinear",
    "nearest",
  ]);
  checkThat(isF32(fillValue), where, "fillValue as a finite number", fillValue);
  return { fillMode, fillValue, interpolation };
}

/** A factor as a range within [least, most]. @throws LayerwiseError `invalidArgument` */
export function resolveFactor(
  where: string,
  name: string,
  factor: unknown,
  [least, most]: readonly [number, number],
): readonly [low: number, high: number] {
  const range: readonly unknown[] =
    typeof factor === "number" ? [0 - factor, factor] : Array.isArray(factor) ? factor : [];
  const [low, high] = range;
  const holds =
    range.length === 2 && isF32(low) && isF32(high) && low >= least && low <= high && high <= most;
  const required = `${name} as a number ≥ 0 or [low, high], low ≤ high, within ${least} and ${most}`;
  checkThat(holds, where, required, factor);
  return [low, high];
}

/** Images stay images. @throws LayerwiseError `shapeMismatch` */
export function buildImages(where: string, inputShape: readonly number[]): LayerShape {
  if (inputShape.length !== 3) {
    const expected = "images of shape [height, width, channels]";
    throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
  }
  return { outputShape: inputShape, parameters: [] };
}

/** An affine map as the kernel knows it: see OP_AUGMENT. */
export interface Augmentation {
  /** AUGMENT_*. */
  readonly kind: number;
  /** Of its two parameters: low, high, low, high. Of a flip: two probabilities. */
  readonly ranges: readonly number[];
  /** The second parameter is the first. */
  readonly tied?: boolean;
  readonly sampling: Required<SamplingOptions>;
}

/**
 * A layer's numbers are its own: they depend on its place in the model, and on seed, step and
 * sample.
 */
export function emitAugmentation(context: EmitContext, it: Augmentation): Emitted {
  const { plan, name, x, gradients } = context;
  if (gradients === undefined) return { output: x, backward: (dy) => dy };
  const { fillMode, fillValue, interpolation } = it.sampling;
  const [height = 1, width = 1, channels = 1] = x.shape;
  const nearest = interpolation === "nearest" ? 1 : 0;
  const numbers = [height, width, channels, FILLS[fillMode], nearest, it.tied ? 1 : 0];
  const e = plan.integers(`${name}.image`, numbers);
  const d = constantRow(`${name}.ranges`, it.ranges);
  const { cols } = x.tensor;
  const apply = (role: string, k: 0 | 1, a: Tensor, b: Tensor) => {
    const stream = subStream(abi.STREAM_AUGMENT, context.index);
    const cost = plan.batch * height * width * (40 + 8 * channels);
    const op = { layer: name, role, name: "augment", writes: [b], cost, a, b, d, e } as const;
    const record = { m: 1, n: cols, k, flags: abi.FLAG_BATCH_M, kind: it.kind, stream };
    plan.push({ ...op, ...record, f0: fillValue, scratch: scratch(64) });
  };
  const y = plan.tensor(`${name}.y`, cols, { keep: context.keep });
  apply("forward", 0, x.tensor, y);
  return {
    output: { tensor: y, mask: x.mask },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      const dx = plan.tensor(`${name}.dx`, cols);
      apply("gradient", 1, dy, dx);
      return throughActivation(plan, name, x, dx);
    },
  };
}
