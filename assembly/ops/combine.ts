// OP_COMBINE: two matrices made into one, element by element. Threads share the rows.

import {
  COMBINE_SUM, COMBINE_PRODUCT, COMBINE_MAXIMUM, COMBINE_MINIMUM, COMBINE_IF_NOT_LESS, COMBINE_IF_LESS,
  COMBINE_IF_NOT_GREATER, COMBINE_IF_GREATER,
} from "../abi";
import { Op, Plan } from "../op";

/** Four elements; d is only read by what picks from it. */
@unmanaged
abstract class Combination {
  abstract of(a: v128, b: v128, d: v128): v128;
}

@unmanaged @final
class Product extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return f32x4.mul(a, b);
  }
}
@unmanaged @final
class Maximum extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return f32x4.max(a, b);
  }
}
@unmanaged @final
class Minimum extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return f32x4.min(a, b);
  }
}
@unmanaged @final
class IfNotLess extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return v128.and(d, f32x4.ge(a, b));
  }
}
@unmanaged @final
class IfLess extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return v128.and(d, f32x4.lt(a, b));
  }
}
@unmanaged @final
class IfNotGreater extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return v128.and(d, f32x4.le(a, b));
  }
}
@unmanaged @final
class IfGreater extends Combination {
  @inline of(a: v128, b: v128, d: v128): v128 {
    return v128.and(d, f32x4.gt(a, b));
  }
}

export function runCombine(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const row = op.rowStart(plan, thread, threads), end = op.rowStart(plan, thread + 1, threads);
  switch (op.kind) {
    case COMBINE_SUM: return sums(op, row, end);
    case COMBINE_PRODUCT: return combine<Product>(op, row, end);
    case COMBINE_MAXIMUM: return combine<Maximum>(op, row, end);
    case COMBINE_MINIMUM: return combine<Minimum>(op, row, end);
    case COMBINE_IF_NOT_LESS: return combine<IfNotLess>(op, row, end);
    case COMBINE_IF_LESS: return combine<IfLess>(op, row, end);
    case COMBINE_IF_NOT_GREATER: return combine<IfNotGreater>(op, row, end);
    case COMBINE_IF_GREATER: return combine<IfGreater>(op, row, end);
    default: unreachable();
  }
}

function combine<C extends Combination>(op: Op, row: i32, end: i32): void {
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  for (; row < end; row++) {
    const a = op.a + (<usize>(row * op.lda) << 2), b = op.b + (<usize>(row * op.ldb) << 2);
    const c = op.c + (<usize>(row * op.ldc) << 2);
    const d = op.d ? op.d + (<usize>(row * op.ldd) << 2) : a;
    for (let at: usize = 0; at < bytes; at += 16) {
      const value = changetype<C>(0).of(v128.load(a + at), v128.load(b + at), v128.load(d + at));
      v128.store(c + at, value);
    }
  }
}

function sums(op: Op, row: i32, end: i32): void {
  const bytes = <usize>((op.n + 3) & ~3) << 2;
  const p = f32x4.splat(op.f0), q = f32x4.splat(op.f1);
  for (; row < end; row++) {
    const a = op.a + (<usize>(row * op.lda) << 2), b = op.b + (<usize>(row * op.ldb) << 2);
    const c = op.c + (<usize>(row * op.ldc) << 2);
    for (let at: usize = 0; at < bytes; at += 16) {
      let value = f32x4.mul(v128.load(a + at), p);
      if (op.b) value = f32x4.add(value, f32x4.mul(v128.load(b + at), q));
      v128.store(c + at, value);
    }
  }
}
