// Threads that take turns: a plan's ops in orders that real threads might come to, on one thread.

import { expect } from "vitest";
import * as abi from "../../assembly/abi.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Engine } from "../../src/runtime/engine.ts";

/**
 * Which ops of a plan have a barrier behind them. They are taken out of the records: threads that take
 * turns can't wait for each other.
 */
export function takeBarriers({ view }: Engine, plan: Plan): readonly boolean[] {
  const records = view.getInt32(plan.address + abi.PLAN_OPS, true);
  return plan.ops.map((_, index) => {
    const at = records + index * abi.OP_BYTES + abi.OP_FLAGS;
    const flags = view.getInt32(at, true);
    view.setInt32(at, flags & ~abi.FLAG_BARRIER, true);
    return (flags & abi.FLAG_BARRIER) !== 0;
  });
}

/** One step: each thread's ops up to the next barrier, dealt out in an order that `pick` chooses. */
export function runInterleaved(
  { kernel }: Engine,
  plan: Plan,
  met: readonly boolean[],
  threads: number,
  pick: (choices: number) => number,
): void {
  const count = plan.ops.length;
  expect(plan.beginStep()).toBe(true);
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && !met[to - 1]) to++;
    const at = new Array<number>(threads).fill(from);
    for (let left = threads * (to - from); left > 0; left--) {
      const open = at.map((_, thread) => thread).filter((thread) => (at[thread] ?? to) < to);
      const thread = open[pick(open.length)] ?? 0;
      const op = at[thread] ?? 0;
      kernel.runOps(plan.address, op, op + 1, thread, threads);
      at[thread] = op + 1;
    }
    from = to;
  }
  expect(plan.endStep()).toBe(true);
}
