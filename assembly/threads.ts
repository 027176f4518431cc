// Splitting work among threads, the barrier where they meet, and the place where they sleep. Every
// thread walks the same op list with its own (thread, threads); outputs are disjoint and no sum is
// ever split, so the bits of a result do not depend on the number of threads.

import {
  BARRIER_COUNT, BARRIER_PHASE, BARRIER_SPINS, DISPATCH_ABORT, DISPATCH_FINISHED, DISPATCH_LEFT,
  DISPATCH_STOP, DISPATCH_TICKET,
} from "./abi";
import { Plan } from "./op";

/** The ticket's bits that count threads. */
const THREADS_MASK: i32 = 255;

/** First of `count` items that belongs to `thread`, in units of `grain`. The end is the next one's start. */
// @ts-ignore: decorator
@inline
export function rangeStart(count: i32, grain: i32, thread: i32, threads: i32): i32 {
  const units = (count + grain - 1) / grain;
  const start = <i32>(<i64>units * thread / threads) * grain;
  return start < count ? start : count;
}

/**
 * Waits until all threads are here. The last one to come notes the plan's status, so that all leave
 * with the same one, however soon somebody changes it again. Traps if one of the threads has failed.
 */
export function meet(plan: Plan, threads: i32): void {
  if (threads == 1) {
    plan.halted = plan.status;
    return;
  }
  const phase = atomic.load<i32>(BARRIER_PHASE);
  if (atomic.add<i32>(BARRIER_COUNT, 1) == threads - 1) {
    plan.halted = plan.status;
    atomic.store<i32>(BARRIER_COUNT, 0);
    atomic.store<i32>(BARRIER_PHASE, phase + 1);
    atomic.notify(BARRIER_PHASE, -1);
  } else {
    spin(phase, load<i32>(BARRIER_SPINS));
    while (atomic.load<i32>(BARRIER_PHASE) == phase) {
      // Set before the phase moves on: who comes after that would wait for nobody.
      if (atomic.load<i32>(DISPATCH_ABORT)) unreachable();
      atomic.wait<i32>(BARRIER_PHASE, phase, -1);
    }
  }
  if (atomic.load<i32>(DISPATCH_ABORT)) unreachable();
}

/** Looks at most `looks` times whether the barrier has opened. The host times it with a phase that never comes. */
export function spin(phase: i32, looks: i32): void {
  while (looks > 0 && atomic.load<i32>(BARRIER_PHASE) == phase) looks--;
}

/** Whether the host wants the dispatch to end. */
export function stopRequested(): bool {
  return atomic.load<i32>(DISPATCH_STOP) != 0;
}

/**
 * Sleeps until there is a ticket other than `seen` that has a place for `thread`; returns it. A thread that
 * was left out of 2²² dispatches in a row would take the next one for the one that it saw last.
 */
export function awaitTicket(thread: i32, seen: i32): i32 {
  // The next dispatch often follows at once: a thread that still looks need not be woken.
  for (let looks = load<i32>(BARRIER_SPINS); looks > 0; looks--) {
    if (atomic.load<i32>(DISPATCH_TICKET) != seen) break;
  }
  let ticket = atomic.load<i32>(DISPATCH_TICKET);
  while (ticket == seen || thread >= threadsOf(ticket)) {
    if (atomic.load<i32>(DISPATCH_ABORT)) unreachable();
    atomic.wait<i32>(DISPATCH_TICKET, ticket, -1);
    ticket = atomic.load<i32>(DISPATCH_TICKET);
  }
  return ticket;
}

/** How many threads a ticket is for. */
export function threadsOf(ticket: i32): i32 {
  return ticket & THREADS_MASK;
}

/** Leaves a dispatch; the last to leave tells the host, which must not begin another one before. */
export function leave(ticket: i32): void {
  if (atomic.add<i32>(DISPATCH_LEFT, 1) != threadsOf(ticket) - 1) return;
  atomic.store<i32>(DISPATCH_LEFT, 0);
  atomic.store<i32>(DISPATCH_FINISHED, ticket);
  atomic.notify(DISPATCH_FINISHED, -1);
}
