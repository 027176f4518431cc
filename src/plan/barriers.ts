// Where threads must meet: before an op that touches what another thread may still be reading or writing.
// Ops over the batch split it at the same samples, so a row-local chain of them runs without meeting.

import { type Op, operands } from "./op.ts";
import { fixedTensor, type Tensor } from "./tensor.ts";

/** One op's use of a tensor. */
interface Use {
  readonly tensor: Tensor;
  readonly op: Op;
  readonly written: boolean;
}

/** For each op, whether all threads meet behind it. All tensors must have addresses. Pure. */
export function barriers(ops: readonly Op[]): readonly boolean[] {
  const after = ops.map(() => false);
  /** Since the threads last met. */
  let uses: Use[] = [];
  ops.forEach((op, index) => {
    const own = usesOf(op);
    if (index > 0 && own.some((it) => uses.some((before) => inConflict(before, it)))) {
      after[index - 1] = true;
      uses = [];
    }
    uses.push(...own);
  });
  return after;
}

/** Stands for the factor in the plan's header that clipNorm leaves for the update. */
const CLIP_SCALE = fixedTensor("clip scale", 1, 1, 0);

function usesOf(op: Op): Use[] {
  // An operand may be another view of what the op says it writes.
  const written = new Set(op.writes.map((it) => it.base ?? it));
  // What is no result of a step is missing in `writes`: the sums of a metric, an optimizer's state.
  if (["metric", "update", "lossSum"].includes(op.name) && op.c) written.add(op.c.base ?? op.c);
  if (op.name === "clipNorm") written.add(CLIP_SCALE);
  const clipScale = op.name === "clipNorm" || op.name === "update" ? [CLIP_SCALE] : [];
  return [...operands(op).filter((it) => !it.perThread), ...clipScale].map((tensor) => ({
    tensor,
    op,
    written: written.has(tensor.base ?? tensor),
  }));
}

function inConflict(before: Use, now: Use): boolean {
  if (!before.written && !now.written) return false;
  const [a, b] = [before.tensor, now.tensor];
  if (a.address >= b.address + b.bytes || b.address >= a.address + a.bytes) return false;
  // One thread does all of both, or each has its samples.
  const split = before.op.split === now.op.split ? now.op.split : "own";
  return !(split === "none" || (split === "samples" && sameRows(a, b)));
}

/** Whether a thread finds its samples at the same bytes of both. */
function sameRows(a: Tensor, b: Tensor): boolean {
  const alike = a.address === b.address && a.rows * a.ld === b.rows * b.ld;
  return a.perSample && b.perSample && alike;
}
