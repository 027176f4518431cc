// OP_COPY: a block of every sample from one place to another, along strides. Threads share the samples.

import { Op, Plan } from "../op";

/** What the row of integers at an op's `e` says, in floats. */
@unmanaged @final
class Block {
  size0: i32; size1: i32; size2: i32; size3: i32;
  a0: i32; a1: i32; a2: i32; a3: i32;
  b0: i32; b1: i32; b2: i32; b3: i32;
  a: i32; b: i32;
}

export function runCopy(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const block = changetype<Block>(op.e);
  const end = op.rowStart(plan, thread + 1, threads);
  for (let row = op.rowStart(plan, thread, threads); row < end; row++) {
    const a = op.a + (<usize>(row * op.lda + block.a) << 2);
    const b = op.b + (<usize>(row * op.ldb + block.b) << 2);
    for (let i = 0; i < block.size0; i++) {
      for (let j = 0; j < block.size1; j++) {
        for (let k = 0; k < block.size2; k++) {
          const from = a + (<usize>(i * block.a0 + j * block.a1 + k * block.a2) << 2);
          const to = b + (<usize>(i * block.b0 + j * block.b1 + k * block.b2) << 2);
          if (op.kind) addRun(from, to, block);
          else copyRun(from, to, block);
        }
      }
    }
  }
}

/** The innermost dimension. */
function copyRun(from: usize, to: usize, block: Block): void {
  let count = block.size3;
  const fromStep = <usize>block.a3 << 2, toStep = <usize>block.b3 << 2;
  if (fromStep == 4 && toStep == 4) {
    for (; count >= 4; count -= 4) {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    }
  }
  for (; count > 0; count--) {
    store<i32>(to, load<i32>(from));
    from += fromStep;
    to += toStep;
  }
}

function addRun(from: usize, to: usize, block: Block): void {
  let count = block.size3;
  const fromStep = <usize>block.a3 << 2, toStep = <usize>block.b3 << 2;
  if (fromStep == 4 && toStep == 4) {
    for (; count >= 4; count -= 4) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      from += 16;
      to += 16;
    }
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += fromStep;
    to += toStep;
  }
}
