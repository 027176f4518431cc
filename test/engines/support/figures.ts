// What ran where, printed if LAYERWISE_TEST_FIGURES is set.

import type { Result } from "./results.ts";

export function figures(name: string, results: readonly Result[]): void {
  if (!process.env.LAYERWISE_TEST_FIGURES) return;
  for (const { hashes, ran, report, ms } of results) {
    const bits = Object.values(hashes).map((it) => it.slice(0, 6));
    const threads = Object.values(ran);
    console.log(`${name}: threads ${threads}, ${ms} ms, bits ${bits}; ${report.why}`);
  }
}
