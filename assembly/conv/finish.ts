// The end of a convolution, sample by sample, while the result is in the cache.

import { ACTIVATION_LINEAR, FLAG_GRADIENT } from "../abi";
import { applyActivation, applyGradient } from "../activations/apply";
import { Op } from "../op";

/** Zeros behind the `count` floats of sample `row` of c, then f, or f′ at d. */
export function finish(op: Op, row: i32, count: i32): void {
  const at = op.c + (<usize>(row * op.ldc) << 2);
  const padded = (count + 3) & ~3;
  for (let i = count; i < padded; i++) store<f32>(at + (<usize>i << 2), 0);
  if (op.kind == ACTIVATION_LINEAR) return;
  if (op.flags & FLAG_GRADIENT) {
    applyGradient(op.kind, at, op.d + (<usize>(row * op.ldd) << 2), at, padded, op.f0);
  } else {
    applyActivation(op.kind, at, at, padded, op.f0);
  }
}
