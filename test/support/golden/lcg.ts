// Numbers that Python and TypeScript make alike, to the bit: a linear congruential generator
// (Numerical Recipes' constants), of which only the top bits are used.

/** `count` multiples of 2^−bits in [0, 1), exact in f32 for bits ≤ 24. */
export function uniforms(seed: number, count: number, bits: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> (32 - bits)) / 2 ** bits;
  });
}
