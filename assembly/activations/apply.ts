// Runs an activation or its gradient over contiguous floats: one switch a call, tight loops inside.

/** dst[count] ← f(src[count]) of an elementwise kind; count is a multiple of 4; dst may be src. */
export function applyActivation(kind: i32, src: usize, dst: usize, count: i32, alpha: f32): void {}

/** dst[count] ← dy ∘ f′(aux), aux being f's output or input as the kind demands; dst may be dy. */
export function applyGradient(
  kind: i32, dy: usize, aux: usize, dst: usize, count: i32, alpha: f32,
): void {}
