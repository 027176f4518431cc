// OP_NOISE: random numbers into values, element by element (channel by channel:
// spatial-dropout.ts). They are a function of (seed, stream, step, element): where the backward
// pass needs them it draws them again.

import {
  NOISE_GAUSSIAN, NOISE_GAUSSIAN_DROPOUT, NOISE_ALPHA_DROPOUT, NOISE_ALPHA_DROPOUT_GRADIENT,
  NOISE_SPATIAL_DROPOUT,
} from "../abi";
import { normals, thresholdOf } from "../normal";
import { Op, Plan } from "../op";
import { philox } from "../random";
import { madd } from "../simd";
import { runSpatialDropout } from "./spatial-dropout";

/**
 * SELU's limit far left, −λα (Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017).
 */
const DROPPED: f64 = -1.7580993408473766;

/** Four elements, from four random words and constants of the kind. */
@unmanaged
abstract class Noise {
  abstract of(x: v128, words: v128, p: v128, q: v128, r: v128, t: v128): v128;
}

/** x + p·z. */
@unmanaged @final
class Gaussian extends Noise {
  @inline of(x: v128, words: v128, p: v128, q: v128, r: v128, t: v128): v128 {
    return madd(p, normals(words), x);
  }
}
/** x·(1 + p·z). */
@unmanaged @final
class GaussianDropout extends Noise {
  @inline of(x: v128, words: v128, p: v128, q: v128, r: v128, t: v128): v128 {
    return f32x4.mul(x, madd(p, normals(words), f32x4.splat(1)));
  }
}
/** p·x + q; r where the word is below t. */
@unmanaged @final
class AlphaDropout extends Noise {
  @inline of(x: v128, words: v128, p: v128, q: v128, r: v128, t: v128): v128 {
    return v128.bitselect(madd(p, x, q), r, i32x4.ge_u(words, t));
  }
}

export function runNoise(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const p = f32x4.splat(op.f0);
  switch (op.kind) {
    case NOISE_GAUSSIAN: return noise<Gaussian>(op, plan, thread, threads, p, p, p);
    case NOISE_GAUSSIAN_DROPOUT: return noise<GaussianDropout>(op, plan, thread, threads, p, p, p);
    case NOISE_ALPHA_DROPOUT: return alphaDropout(op, plan, thread, threads, 1);
    case NOISE_ALPHA_DROPOUT_GRADIENT: return alphaDropout(op, plan, thread, threads, 0);
    case NOISE_SPATIAL_DROPOUT: return runSpatialDropout(op, plan, thread, threads);
    default: unreachable();
  }
}

/** y = scale·(x or DROPPED) + shift; the gradient lacks what is constant. */
function alphaDropout(op: Op, plan: Plan, thread: i32, threads: i32, constants: f64): void {
  const rate = <f64>op.f0;
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * DROPPED * DROPPED));
  const shift = -scale * DROPPED * rate;
  noise<AlphaDropout>(
    op, plan, thread, threads,
    f32x4.splat(<f32>scale),
    f32x4.splat(<f32>(shift * constants)),
    f32x4.splat(<f32>((scale * DROPPED + shift) * constants)),
  );
}

function noise<N extends Noise>(
  op: Op, plan: Plan, thread: i32, threads: i32, p: v128, q: v128, r: v128,
): void {
  const vectors = op.lda >> 2;
  const threshold = i32x4.splat(thresholdOf(op.f0));
  const end = op.rowStart(plan, thread + 1, threads) * vectors;
  for (let i = op.rowStart(plan, thread, threads) * vectors; i < end; i++) {
    const at = <usize>i << 4;
    // The words land where the result goes; in place, the value must be read first.
    const x = v128.load(op.a + at);
    philox(op.b + at, plan.seedLow, plan.seedHigh, op.stream, i, plan.step);
    v128.store(op.b + at, changetype<N>(0).of(x, v128.load(op.b + at), p, q, r, threshold));
  }
}
