// What random contrast and random brightness have in common: see OP_RECOLOR.

import * as abi from "../../assembly/abi.ts";
import { checkThat, isF32 } from "../options.ts";
import { scratch } from "../plan/builder.ts";
import { subStream } from "../random.ts";
import type { Factor } from "./augment.ts";
import { constantRow } from "./constant-row.ts";
import { type EmitContext, type Emitted, throughActivation } from "./layer.ts";

/** Options of {@link randomBrightness} and {@link randomContrast}. */
export interface RecolorOptions {
  /** What is drawn from: [low, high), or a number x for [−x, x). */
  readonly factor: Factor;
  /**
   * The least and the greatest value of a pixel: what goes beyond is clipped. Default: [0, 255].
   */
  readonly valueRange?: readonly [least: number, greatest: number];
  readonly name?: string;
}

/** @throws LayerwiseError `invalidArgument` */
export function resolveValueRange(
  where: string,
  range: unknown = [0, 255],
): readonly [least: number, greatest: number] {
  const [least, most] = Array.isArray(range) && range.length === 2 ? range : [];
  const holds = isF32(least) && isF32(most) && least < most;
  checkThat(holds, where, "valueRange as [least, greatest]", range);
  return [least, most];
}

/**
 * A layer's numbers are its own: they depend on its place in the model, and on seed, step and
 * sample.
 */
export function emitRecolor(
  context: EmitContext,
  kind: number,
  ranges: readonly number[],
): Emitted {
  const { plan, name, x, gradients } = context;
  if (gradients === undefined) return { output: x, backward: (dy) => dy };
  const channels = x.shape.at(-1) ?? 1;
  const { cols } = x.tensor;
  const y = plan.tensor(`${name}.y`, cols, { keep: context.keep });
  const op = {
    layer: name,
    name: "recolor",
    cost: y.bytes * 2,
    b: y,
    d: constantRow(`${name}.ranges`, ranges),
    m: 1,
    n: cols,
    k: channels,
    flags: abi.FLAG_BATCH_M,
    kind,
    stream: subStream(abi.STREAM_AUGMENT, context.index),
    scratch: scratch(16 + 8 * channels),
  } as const;
  plan.push({ ...op, role: "forward", writes: [y], a: x.tensor });
  return {
    output: { tensor: y, mask: x.mask },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      plan.push({ ...op, role: "gradient", writes: [dy], c: dy });
      return throughActivation(plan, name, x, dy);
    },
  };
}
