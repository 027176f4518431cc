// Splitting work among threads, and the barrier where they meet. Every thread walks the same op list
// with its own (thread, threads); outputs are disjoint and no sum is ever split, so the bits of a
// result do not depend on the number of threads.

import { BARRIER_COUNT, BARRIER_PHASE } from "./abi";

/** First of `count` items that belongs to `thread`, in units of `grain`. The end is the next one's start. */
// @ts-ignore: decorator
@inline
export function rangeStart(count: i32, grain: i32, thread: i32, threads: i32): i32 {
  const units = (count + grain - 1) / grain;
  const start = <i32>(<i64>units * thread / threads) * grain;
  return start < count ? start : count;
}

/** Waits until all threads are here. Spins a little, since ops are short, then sleeps. */
export function barrier(threads: i32): void {
  if (threads == 1) return;
  const phase = atomic.load<i32>(BARRIER_PHASE);
  if (atomic.add<i32>(BARRIER_COUNT, 1) == threads - 1) {
    atomic.store<i32>(BARRIER_COUNT, 0);
    atomic.store<i32>(BARRIER_PHASE, phase + 1);
    atomic.notify(BARRIER_PHASE, -1);
    return;
  }
  for (let spin = 0; spin < 4096; spin++) {
    if (atomic.load<i32>(BARRIER_PHASE) != phase) return;
  }
  while (atomic.load<i32>(BARRIER_PHASE) == phase) atomic.wait<i32>(BARRIER_PHASE, phase, -1);
}
