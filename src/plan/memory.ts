// Who owns which byte of a plan. A tensor lives from the first op that touches it to the last one (to
// the end if it is kept, from the start if it is constant); two tensors may share bytes if no op sees
// both alive. Placement is greedy: the largest first, at the lowest offset that is free during its life.

import { type Op, operands } from "./op.ts";
import { align, type Tensor } from "./tensor.ts";

export interface Placement {
  readonly tensor: Tensor;
  readonly offset: number;
  /** First and last op that it is alive for. */
  readonly from: number;
  readonly to: number;
}

export interface MemoryPlan {
  readonly placements: readonly Placement[];
  readonly bytes: number;
  /** Bytes of scratch that each thread has, at the place that all scratch tensors share. */
  readonly scratchBytes: number;
}

/**
 * Places every tensor of `ops` that has no address yet. Scratch lies behind all others, one piece a
 * thread: threads that have not met may be at different ops. Pure: addresses are set by the caller.
 */
export function planMemory(ops: readonly Op[], threads = 1): MemoryPlan {
  const lives = new Map<Tensor, { from: number; to: number }>();
  ops.forEach((op, index) => {
    for (const operand of operands(op)) {
      const tensor = operand.base ?? operand;
      if (tensor.address >= 0) continue;
      const life = lives.get(tensor);
      if (life === undefined)
        lives.set(tensor, {
          from: tensor.values ? 0 : index,
          to: tensor.keep ? ops.length : index,
        });
      else if (!tensor.keep) life.to = index;
    }
  });
  const scratch = [...lives].filter(([it]) => it.perThread);
  const order = [...lives].filter(([it]) => !it.perThread).sort(([a], [b]) => b.bytes - a.bytes);
  const placements: Placement[] = [];
  let bytes = 0;
  for (const [tensor, { from, to }] of order) {
    const busy = placements
      .filter((it) => it.from <= to && from <= it.to)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const it of busy) {
      if (offset + tensor.bytes <= it.offset) break;
      offset = Math.max(offset, align(it.offset + it.tensor.bytes));
    }
    placements.push({ tensor, offset, from, to });
    bytes = Math.max(bytes, align(offset + tensor.bytes));
  }
  const scratchBytes = scratch.reduce((most, [it]) => Math.max(most, align(it.bytes)), 0);
  for (const [tensor, life] of scratch) placements.push({ tensor, offset: bytes, ...life });
  return { placements, bytes: bytes + scratchBytes * threads, scratchBytes };
}
