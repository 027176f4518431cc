// Whether this engine has relaxed SIMD.

/** A module of one function with one relaxed instruction, i8x16.relaxed_swizzle. */
const PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 17,
  65, 2, 253, 17, 253, 128, 2, 11,
];

export function relaxedSimd(): boolean {
  return WebAssembly.validate(Uint8Array.from(PROBE));
}
