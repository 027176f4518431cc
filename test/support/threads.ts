// One thread of several, alone: what it leaves untouched shows which part of the work is its own.

import { expect } from "vitest";
import type { TestKernel } from "./kernel.ts";

/** The kernel, on which all threads but one do nothing. */
export function onlyThread(kernel: TestKernel, only: number): TestKernel {
  const { exports } = kernel;
  const runOps: typeof exports.runOps = (plan, from, to, thread, threads) => {
    if (thread === only) exports.runOps(plan, from, to, thread, threads);
  };
  return Object.create(kernel, { exports: { value: { ...exports, runOps } } });
}

/** Each float is a number in exactly one part: the others' threads have left it NaN. */
export function expectShared(parts: readonly Float32Array[]): void {
  const length = parts[0]?.length ?? 0;
  const writers = Array.from(
    { length },
    (_, at) => parts.filter((it) => !Number.isNaN(it[at])).length,
  );
  expect(writers).toEqual(new Array(length).fill(1));
}
