// Channels of a pixel, four at a time or, where fewer are left, one: pixels stand without padding between
// them, so a whole vector would reach into the next one.

/** How many channels a step takes, and how they come and go. */
@unmanaged
export abstract class Lanes {
  abstract load(at: usize): v128;
  abstract store(at: usize, value: v128): void;
}

@unmanaged @final
export class Four extends Lanes {
  @inline load(at: usize): v128 {
    return v128.load(at);
  }
  @inline store(at: usize, value: v128): void {
    v128.store(at, value);
  }
}

/** In lane 0; the others are of no account. */
@unmanaged @final
export class One extends Lanes {
  @inline load(at: usize): v128 {
    return v128.load32_zero(at);
  }
  @inline store(at: usize, value: v128): void {
    store<f32>(at, f32x4.extract_lane(value, 0));
  }
}

/** What is stored is added to what is there. */
@unmanaged @final
export class AddFour extends Lanes {
  @inline load(at: usize): v128 {
    return v128.load(at);
  }
  @inline store(at: usize, value: v128): void {
    v128.store(at, f32x4.add(v128.load(at), value));
  }
}

@unmanaged @final
export class AddOne extends Lanes {
  @inline load(at: usize): v128 {
    return v128.load32_zero(at);
  }
  @inline store(at: usize, value: v128): void {
    store<f32>(at, load<f32>(at) + f32x4.extract_lane(value, 0));
  }
}

/** Floats at `at` ← 0; a multiple of 4. */
export function clear(at: usize, floats: i32): void {
  for (const end = at + (<usize>floats << 2); at < end; at += 16) v128.store(at, f32x4.splat(0));
}
