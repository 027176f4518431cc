// Which lanes of a vector are columns of the matrix, and which are padding. Losses sum over
// columns, so padding is masked out by bits: whatever it holds, even NaN, never reaches a result.

/** All ones in the lanes of columns j…j+3 that are below n, zeros in the others. */
// @ts-ignore: decorator
@inline
export function columnMask(j: i32, n: i32): v128 {
  return i32x4.gt_s(i32x4.splat(n - j), i32x4(0, 1, 2, 3));
}

/**
 * Zeroes the columns of a row of stride `ld` that lie beyond the last vector holding one of its n
 * columns.
 */
// @ts-ignore: decorator
@inline
export function clearPadding(row: usize, n: i32, ld: i32): void {
  for (let j = (n + 3) & ~3; j < ld; j += 4) v128.store(row + (<usize>j << 2), i32x4.splat(0));
}

/** `result`, but NaN in the lanes where `source` is: for results made by comparing. */
// @ts-ignore: decorator
@inline
export function keepNaN(result: v128, source: v128): v128 {
  return v128.or(result, f32x4.ne(source, source));
}
