// What layers share that only move numbers: blocks forth, and back again.

import type { Block } from "../plan/builder.ts";
import { type EmitContext, type Emitted, throughActivation } from "./layer.ts";

export interface Move {
  /** From x to y. Where a stride is 0, or blocks overlap in x, gradients add up. */
  readonly blocks: readonly Block[];
  /** Whether the blocks leave places in y without a number: zeros. */
  readonly gaps?: boolean;
  /** Whether the blocks leave numbers of x out, or read some more than once. */
  readonly uneven?: boolean;
  /** Whether y has x's steps, in their order. */
  readonly steps?: boolean;
}

/** Emits `blocks`, and the way back. */
export function emitMove(context: EmitContext, move: Move, cols: number): Emitted {
  const { plan, name, x } = context;
  const { blocks, gaps = false, uneven = false, steps = false } = move;
  const forward = { layer: name, role: "forward" };
  const y = plan.tensor(`${name}.y`, cols, { keep: context.keep });
  if (gaps) plan.select(forward, undefined, y);
  for (const block of blocks) plan.copy(forward, x.tensor, y, block);
  return {
    output: { tensor: y, ...(steps && { mask: x.mask }) },
    backward(dy, wanted) {
      if (wanted === "parameters only") return undefined;
      const back = { layer: name, role: "gradient" };
      const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
      if (uneven) plan.select(back, undefined, dx);
      for (const { size, from, to, fromStart = 0, toStart = 0 } of blocks) {
        const starts = { fromStart: toStart, toStart: fromStart };
        plan.copy(back, dy, dx, { size, from: to, to: from, ...starts, add: uneven });
      }
      return throughActivation(plan, name, x, dx);
    },
  };
}
