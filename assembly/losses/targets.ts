// How a row says which class a sample belongs to: as a value for every class, or as the class's
// number.

/** A row of b as a vector of values for columns j…j+3. */
@unmanaged
export class Targets {
  /** What to read once a row. */
  @inline label(b: usize): i32 { return 0; }
  @inline at(b: usize, label: i32, j: i32): v128 { return v128.load(b + (<usize>j << 2)); }
}

/** b[m×n:ldb]: a value for every class, as one-hot encoding gives. */
@unmanaged @final
export class ClassValues extends Targets {
  @inline label(b: usize): i32 { return 0; }
  @inline at(b: usize, label: i32, j: i32): v128 { return v128.load(b + (<usize>j << 2)); }
}

/** b[m×1:ldb]: the class's number, an f32 that is an exact integer. Never used as an address. */
@unmanaged @final
export class ClassIndex extends Targets {
  @inline label(b: usize): i32 { return <i32>load<f32>(b); }
  @inline at(b: usize, label: i32, j: i32): v128 {
    return v128.and(i32x4.eq(i32x4.splat(label - j), i32x4(0, 1, 2, 3)), f32x4.splat(1));
  }
}
