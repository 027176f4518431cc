// What pooling layers share: their options, where windows lie, and the ops.

import { FLAG_BATCH_M, POOL_MAX, POOL_MEAN } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkInteger, checkName, checkOptions } from "../options.ts";
import type { Tensor } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
  type Value,
} from "./layer.ts";
import { MOST, pairOf } from "./pair.ts";
import { clearPadding } from "./rows.ts";

/** Where windows may lie: inside the image only, or so that they cover it, centered. */
export type PoolingPadding = "valid" | "same";

/** Options of {@link maxPooling1d} and {@link averagePooling1d}. */
export interface Pooling1dOptions {
  /** Steps of a window. Default: 2. */
  readonly poolSize?: number;
  /** Steps from one window to the next. Default: poolSize. */
  readonly strides?: number;
  /** Default: "valid": windows that lie inside only; "same": as many as cover all. */
  readonly padding?: PoolingPadding;
  readonly name?: string;
}

/** Options of {@link maxPooling2d} and {@link averagePooling2d}. */
export interface Pooling2dOptions {
  /** Height and width of a window. Default: [2, 2]. */
  readonly poolSize?: number | readonly [number, number];
  /** Down and right to the next window. Default: poolSize. */
  readonly strides?: number | readonly [number, number];
  /** Default: "valid": windows that lie inside only; "same": as many as cover all. */
  readonly padding?: PoolingPadding;
  readonly name?: string;
}

const KINDS = { max: POOL_MAX, average: POOL_MEAN } as const;

export type PoolingKind = keyof typeof KINDS;

/** Windows over an image: each pair is one down, one to the right. */
interface Windows {
  readonly size: readonly [number, number];
  readonly outputs: readonly [number, number];
  readonly pool: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Pixels outside, above and left. */
  readonly before: readonly [number, number];
}

/** A pooling layer over the dimensions before the last one: one or two. */
export function pooling(
  type: string,
  kind: PoolingKind,
  dimensions: 1 | 2,
  options: Pooling1dOptions | Pooling2dOptions,
): Layer {
  checkOptions(type, options, ["poolSize", "strides", "padding", "name"]);
  const { poolSize = 2, strides = poolSize } = options;
  const padding = checkName(type, "padding", options.padding ?? "valid", ["valid", "same"]);
  const sizes = (name: string, it: unknown): readonly [number, number] =>
    dimensions === 1 ? [1, checkInteger(type, name, it, 1, MOST)] : pairOf(type, name, it, 1);
  const pool = sizes("poolSize", poolSize);
  const step = sizes("strides", strides);
  const windows = (where: string, inputShape: readonly number[]): Windows => {
    const size = imageSize(where, inputShape, dimensions);
    const along = [0, 1].map((i) => {
      const [n = 0, p = 0, s = 0] = [size[i], pool[i], step[i]];
      if (padding === "valid") return { outputs: Math.floor((n - p) / s) + 1, before: 0 };
      const outputs = Math.ceil(n / s);
      return { outputs, before: Math.floor(Math.max(0, (outputs - 1) * s + p - n) / 2) };
    });
    if (along.some(({ outputs }) => outputs < 1)) {
      throw fail("shapeMismatch", {
        where,
        expected: `an input of at least ${formatShape(pool.slice(-dimensions))}, the size of a window`,
        got: formatShape(inputShape),
        remedy: 'Choose a smaller poolSize, or padding: "same".',
      });
    }
    const [down, right] = along as [(typeof along)[0], (typeof along)[0]];
    return {
      size,
      outputs: [down.outputs, right.outputs],
      pool,
      strides: step,
      before: [down.before, right.before],
    };
  };
  const plain = (pair: readonly [number, number]) => (dimensions === 1 ? pair[1] : pair);
  return defineLayer({
    type,
    name: options.name,
    config: { poolSize: plain(pool), strides: plain(step), padding },
    build(where, inputShape) {
      const { outputs } = windows(where, inputShape);
      const channels = inputShape.at(-1) as number;
      return { outputShape: [...outputs.slice(-dimensions), channels], parameters: [] };
    },
    emit: (context) => emitPooling(context, kind, windows(context.name, context.x.shape)),
  });
}

/** Height and width of an image; a sequence is one of height 1. */
export function imageSize(
  where: string,
  inputShape: readonly number[],
  dimensions: 1 | 2,
): readonly [number, number] {
  if (inputShape.length !== dimensions + 1) {
    const expected = dimensions === 1 ? "[steps, channels]" : "[height, width, channels]";
    throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
  }
  const [height = 1, width = 1] = dimensions === 1 ? [1, inputShape[0]] : inputShape;
  return [height, width];
}

/** A single window: all of the image. */
export function wholeImage(size: readonly [number, number]): Windows {
  return { size, outputs: [1, 1], pool: size, strides: size, before: [0, 0] };
}

/** Emits what makes y of x's windows, and the way back. */
export function emitPooling(context: EmitContext, kind: PoolingKind, windows: Windows): Emitted {
  const { plan, name, x } = context;
  const { size, outputs, pool, strides, before } = windows;
  const channels = x.shape.at(-1) ?? 1;
  const results = outputs[0] * outputs[1] * channels;
  const y = plan.tensor(`${name}.y`, results, { keep: context.keep });
  const numbers = [...size, channels, ...outputs, ...pool, ...strides, ...before];
  const e = plan.integers("windows", numbers);
  const sizes = { ...samples, kind: KINDS[kind] };
  const cost = plan.batch * results * pool[0] * pool[1];
  const forward = { layer: name, role: "forward" };
  plan.push({ ...forward, name: "pool", writes: [y], cost, a: x.tensor, b: y, e, ...sizes });
  return {
    // One step of y is several of x: no mask.
    output: { tensor: y },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      // A largest value is one of x's: where f′ needs only f's output it is the same there as here, and
      // here are fewer.
      const early =
        kind === "max" && x.activation && isMadeFromOutput(x) ? x.activation : undefined;
      if (early) {
        const label = { layer: name, role: "activation gradient" };
        plan.activationGradient(label, { ...early, aux: y }, dy, dy);
      }
      const back = { layer: name, role: "gradient" };
      const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
      const looked = kind === "max" ? { a: x.tensor, b: y } : {};
      plan.push({
        ...back,
        name: "poolGradient",
        writes: [dx],
        cost: 2 * cost,
        ...looked,
        c: dy,
        d: dx,
        e,
        ...sizes,
      });
      // Of a single pixel, one row: what is below may make a weight's gradient of it as it stands.
      if (size[0] * size[1] === 1) clearPadding(plan, back, dx);
      return early ? dx : throughActivation(plan, name, x, dx);
    },
  };
}

/** Ops that take a sample as one row. */
export const samples = { m: 1, flags: FLAG_BATCH_M } as const;

/** Whether the gradient of x's activation is computed from x itself, element by element. */
function isMadeFromOutput({ activation, tensor }: Value): boolean {
  const memory = (it: Tensor) => it.base ?? it;
  return activation?.elementwise === true && memory(activation.aux) === memory(tensor);
}
