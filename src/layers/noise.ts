// What the layers have in common that change values at random while training, and are nothing
// otherwise.

import { FLAG_BATCH_M, STREAM_NOISE } from "../../assembly/abi.ts";
import { checkThat, isF32 } from "../options.ts";
import { scratch } from "../plan/builder.ts";
import { stride, type Tensor } from "../plan/tensor.ts";
import { subStream } from "../random.ts";
import { type EmitContext, type Emitted, throughActivation } from "./layer.ts";

/** Which noise, as the kernel knows it. */
export interface Noise {
  /** NOISE_*. */
  readonly kind: number;
  /** NOISE_* that makes the gradient by x of that by y. Left out: they are the same. */
  readonly gradient?: number;
  /** Standard deviation or rate. */
  readonly amount: number;
  /** Of a noise by channels: how many there are. */
  readonly channels?: number;
}

/** @throws LayerwiseError `invalidArgument` */
export function checkRate(where: string, rate: number): void {
  // The kernel reads it as f32.
  const holds = isF32(rate) && rate >= 0 && Math.fround(rate) < 1;
  checkThat(holds, where, "a rate in [0, 1)", rate);
}

/**
 * A layer's numbers are its own: they depend on its place in the model, and on seed, step and
 * element.
 */
export function emitNoise(context: EmitContext, noise: Noise): Emitted {
  const { plan, name, x, gradients } = context;
  if (gradients === undefined) return { output: x, backward: (dy) => dy };
  const { channels } = noise;
  const { cols } = x.tensor;
  const apply = (role: string, kind: number, a: Tensor, b: Tensor) =>
    plan.push({
      layer: name,
      role,
      name: "noise",
      writes: [b],
      cost: b.bytes * 8,
      a,
      b,
      m: 1,
      n: cols,
      k: channels ?? 0,
      flags: FLAG_BATCH_M,
      kind,
      stream: subStream(STREAM_NOISE, context.index),
      f0: noise.amount,
      ...(channels && { scratch: scratch(stride(channels) * 4) }),
    });
  const y = plan.tensor(`${name}.y`, cols, { keep: context.keep });
  apply("forward", noise.kind, x.tensor, y);
  return {
    output: { tensor: y, mask: x.mask },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      if (noise.gradient !== undefined) apply("gradient", noise.gradient, dy, dy);
      return throughActivation(plan, name, x, dy);
    },
  };
}
