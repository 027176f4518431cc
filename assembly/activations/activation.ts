// What an elementwise activation is to the kernel: two vector functions without state. Classes
// stand for types only: `changetype<A>(0)` and @inline make them vanish. Needs nothing.

/** Base of the policy classes; each file beside this one holds one activation. */
@unmanaged
export class Activation {
  /** f(x). */
  @inline forward(x: v128, alpha: v128): v128 {
    return x;
  }
  /** f′ at `aux`: f's output y or its input x, as the class says. */
  @inline derivative(aux: v128, alpha: v128): v128 {
    return f32x4.splat(1);
  }
}

/** 1 where the mask's bits are 1, else 0; NaN where x is NaN. */
// @ts-ignore: decorator
@inline
export function oneWhere(mask: v128, x: v128): v128 {
  return v128.or(v128.and(mask, f32x4.splat(1)), f32x4.ne(x, x));
}
