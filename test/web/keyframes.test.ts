// Keyframes are bounded and lie evenly.

import { describe, expect, test } from "vitest";
import { type Keyframe, Keyframes } from "../../web/src/worker/keyframes.ts";

/** One of 1000 bytes. */
const at = (step: number): Keyframe => ({
  step,
  origin: 0,
  model: { json: "", weights: new Uint8Array(1000) },
});
const made = (steps: readonly number[], limits = {}) => {
  const frames = new Keyframes(at(0), { count: 8, bytes: 1e6, share: 1, ...limits });
  for (const step of steps) frames.put(at(step));
  return frames;
};
const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("keyframes", () => {
  test("are found by the last step up to the one that is asked for", () => {
    const frames = made([10, 20]);
    const found = [-1, 0, 9, 10, 11, 25].map((it) => frames.upTo(it).step);
    expect(found).toEqual([0, 0, 0, 10, 10, 20]);
  });
  test("are kept by rising step, one at each", () => {
    expect(made([20, 10, 15, 10]).steps).toEqual([0, 10, 15, 20]);
  });
  test("stay within their number, the first and the last among them", () => {
    const { steps } = made(range(1000));
    expect([steps.length, steps[0], steps.at(-1)]).toEqual([8, 0, 1000]);
  });
  test("stay within their bytes", () => {
    const frames = made(range(1000), { bytes: 5500 });
    expect([frames.steps.length, frames.bytes]).toEqual([5, 5000]);
  });
  test("leave no gap much wider than the others", () => {
    const { steps } = made(range(5000), { count: 64 });
    const gaps = steps.slice(1).map((it, i) => it - (steps[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(4 * (5000 / 63));
  });
  test("after a step are forgotten", () => {
    const frames = made([10, 20, 30]);
    frames.forgetAfter(20);
    expect(frames.steps).toEqual([0, 10, 20]);
    frames.forgetAfter(0);
    expect(frames.steps).toEqual([0]);
  });
  test("that are offered come as far apart as a full set has them", () => {
    const frames = made([], { share: Number.POSITIVE_INFINITY });
    for (const step of range(40)) frames.offer(step, () => at(step));
    for (const step of [800, 850, 914, 915]) frames.offer(step, () => at(step));
    expect(frames.steps.slice(-2)).toEqual([800, 915]);
  });
  test("that are offered behind the last one are not taken", () => {
    const frames = made([30], { share: Number.POSITIVE_INFINITY });
    frames.offer(20, () => at(20));
    expect(frames.steps).toEqual([0, 30]);
  });
  test("that take longer than their share are not made each time", () => {
    const frames = made([], { share: 1e-6 });
    for (const step of range(20)) frames.offer(step, () => at(step));
    expect(frames.steps).toEqual([0, 1]);
  });
});
