// Runs before every test file: matchers.
import { expect } from "vitest";

declare module "vitest" {
  interface Matchers<T> {
    /**
     * Every element within `tolerance.absolute + tolerance.relative · |expected|`; equal infinities and
     * two NaNs match. Prints the first bad index, both values and the worst error.
     */
    toBeNear(expected: ArrayLike<number>, tolerance: { relative?: number; absolute?: number }): T;
  }
}

expect.extend({
  toBeNear(
    received: ArrayLike<number>,
    expected: ArrayLike<number>,
    { relative = 0, absolute = 0 }: { relative?: number; absolute?: number },
  ) {
    let first = -1;
    let worst = -1;
    let worstError = 0;
    const n = Math.max(received.length, expected.length);
    for (let i = 0; i < n; i++) {
      const got = received[i] ?? Number.NaN;
      const want = expected[i] ?? Number.NaN;
      const bothMissing = i >= received.length || i >= expected.length;
      if (!bothMissing && Object.is(got + 0, want + 0)) continue;
      const error = Math.abs(got - want);
      if (!bothMissing && error <= absolute + relative * Math.abs(want)) continue;
      if (first < 0) first = i;
      if (worst < 0 || !(error <= worstError)) [worst, worstError] = [i, error];
    }
    return {
      pass: first < 0,
      message: () =>
        first < 0
          ? "expected the arrays to differ"
          : `lengths ${received.length} and ${expected.length}; first bad index ${first}: got ${received[first]}, ` +
            `expected ${expected[first]}; worst at ${worst}: got ${received[worst]}, expected ${expected[worst]}, error ${worstError}`,
    };
  },
});
