// Softmax over the n columns of each row.

/** dst[rows×n:ld] ← softmax of each row of src[rows×n:ld]; padding ← 0; dst may be src. */
export function softmaxRows(src: usize, dst: usize, rows: i32, n: i32, ld: i32): void {}

/** dst[rows×n:ld] ← y ∘ (dy − Σ dy∘y) row by row; padding ← 0; dst may be dy or y. */
export function softmaxGradientRows(
  dy: usize, y: usize, dst: usize, rows: i32, n: i32, ld: i32,
): void {}
