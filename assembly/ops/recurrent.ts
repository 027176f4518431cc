// OP_RECURRENT and OP_RECURRENT_GRADIENT: whole sequences through a cell (assembly/recurrent). Threads share
// the samples; each runs its own through all steps, without meeting the others.

import {
  RECURRENT_BACKWARDS, RECURRENT_DROPOUT, RECURRENT_GATE, RECURRENT_GRU, RECURRENT_INITIAL, RECURRENT_LAST,
  RECURRENT_LSTM, RECURRENT_SEQUENCES, RECURRENT_SIMPLE,
} from "../abi";
import { packColumns, packColumnsTransposed } from "../gemm/pack";
import { NR } from "../gemm/tile";
import { Op, Plan } from "../op";
import { gruBackward, gruForward } from "../recurrent/gru";
import { lstmBackward, lstmForward } from "../recurrent/lstm";
import { BLOCK, drop, dropGradient, dropNext, Pass, PASS_BYTES } from "../recurrent/pass";
import { simpleBackward, simpleForward } from "../recurrent/simple";
import { realLanes } from "../simd";

/** The lstm's vector that holds c before. */
const C_BEFORE: usize = 4;

export function runRecurrent(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const first = op.rowStart(plan, thread, threads), end = op.rowStart(plan, thread + 1, threads);
  if (first == end) return;
  const pass = begin(op, thread);
  packColumns(op.b, <usize>op.ldb << 2, op.n, gates(op.kind) * pass.width, NR, pass.panels);
  for (let sample = first; sample < end; sample += BLOCK) {
    pass.samples = min(BLOCK, end - sample);
    beginStates(op, pass, sample);
    for (let step = 0; step < op.k; step++) {
      moveTo(op, pass, sample, step);
      switch (op.kind) {
        case RECURRENT_SIMPLE: { simpleForward(pass); break; }
        case RECURRENT_LSTM: { lstmForward(pass); break; }
        default: { gruForward(pass, op.kind == RECURRENT_GRU); break; }
      }
      if (pass.h) dropNext(pass, before(op.kind));
    }
  }
}

export function runRecurrentGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const first = op.rowStart(plan, thread, threads), end = op.rowStart(plan, thread + 1, threads);
  if (first == end) return;
  const pass = begin(op, thread);
  const ldb = <usize>op.ldb << 2;
  const count = gates(op.kind), depth = count == 3 ? 2 * pass.width : count * pass.width;
  packColumnsTransposed(op.b, ldb, op.n, depth, pass.width, NR, pass.panels);
  if (count == 3) {
    const last = pass.panels + (<usize>(depth * pass.width) << 2);
    packColumnsTransposed(op.b + (<usize>depth << 2), ldb, op.n, pass.width, pass.width, NR, last);
  }
  for (let sample = first; sample < end; sample += BLOCK) {
    pass.samples = min(BLOCK, end - sample);
    memory.fill(pass.dh, 0, 2 * <usize>BLOCK * pass.bytes);
    if (op.stream & RECURRENT_LAST) takeLast(op, pass, sample);
    for (let step = op.k - 1; step >= 0; step--) {
      moveTo(op, pass, sample, step);
      switch (op.kind) {
        case RECURRENT_SIMPLE: { simpleBackward(pass); break; }
        case RECURRENT_LSTM: { lstmBackward(pass); break; }
        default: { gruBackward(pass, op.kind == RECURRENT_GRU); break; }
      }
      if (pass.h) dropGradient(pass, before(op.kind));
    }
    if (op.stream & RECURRENT_INITIAL) leaveFirst(op, pass);
  }
}

/** Blocks of columns in U. */
function gates(kind: i32): i32 {
  return kind == RECURRENT_SIMPLE ? 1 : kind == RECURRENT_LSTM ? 4 : 3;
}

/** The tape's vector that holds h before. */
function before(kind: i32): usize {
  return kind == RECURRENT_SIMPLE ? 1 : kind == RECURRENT_LSTM ? 6 : 4;
}

/** The vector for states from outside. */
function outside(op: Op): usize {
  return before(op.kind) + (op.stream & RECURRENT_DROPOUT ? 2 : 1);
}

/** What stays the same for all steps. */
function begin(op: Op, thread: i32): Pass {
  const at = op.scratch + <usize>(thread * op.scratchBytes);
  const pass = changetype<Pass>(at);
  const width = (op.n + 3) & ~3, bytes = <usize>width << 2;
  pass.units = op.n;
  pass.width = width;
  pass.bytes = bytes;
  pass.sample = <usize>(op.k * op.lda) << 2;
  pass.ySample = <usize>(op.stream & RECURRENT_SEQUENCES ? op.k * op.ldc : op.ldc) << 2;
  pass.maskSample = <usize>op.ldd << 2;
  pass.bias = op.e;
  pass.activation = op.stream & 255;
  pass.gate = (op.stream / RECURRENT_GATE) & 255;
  pass.activationAlpha = op.f0;
  pass.gateAlpha = op.f1;
  pass.dh = at + PASS_BYTES;
  pass.dc = pass.dh + <usize>BLOCK * bytes;
  pass.more = pass.dc + <usize>BLOCK * bytes;
  // Backward has no use for it, but for its being there.
  pass.h = op.stream & RECURRENT_DROPOUT ? pass.more : 0;
  pass.raw = pass.more + <usize>BLOCK * bytes;
  pass.panels = pass.raw + 4 * bytes;
  return pass;
}

/** To a step, in the order in which forward comes by. */
function moveTo(op: Op, pass: Pass, sample: i32, step: i32): void {
  const backwards = (op.stream & RECURRENT_BACKWARDS) != 0;
  const last = step == op.k - 1;
  const row = backwards ? op.k - 1 - step : step;
  const ld = <usize>op.lda << 2;
  pass.row = op.a + <usize>sample * pass.sample + <usize>row * ld;
  pass.last = last && op.stream & RECURRENT_LAST ? outside(op) : 0;
  pass.next = last ? 0 : backwards ? pass.row - ld : pass.row + ld;
  const y = op.c + <usize>sample * pass.ySample;
  if (op.stream & RECURRENT_SEQUENCES) pass.y = y + (<usize>(row * op.ldc) << 2);
  else pass.y = last ? y : 0;
  pass.mask = op.d ? op.d + <usize>sample * pass.maskSample + (<usize>row << 2) : 0;
}

/** h and c before the first step: zeros, or what is given. */
function beginStates(op: Op, pass: Pass, sample: i32): void {
  moveTo(op, pass, sample, 0);
  const lstm = op.kind == RECURRENT_LSTM, index = before(op.kind);
  if (op.stream & RECURRENT_INITIAL) {
    for (let s = 0; s < pass.samples; s++) {
      const h = pass.vector(s, index);
      copyUnits(pass, h, h);
      if (lstm) copyUnits(pass, pass.vector(s, C_BEFORE), pass.vector(s, C_BEFORE));
      if (pass.h) drop(pass, h, s);
    }
    return;
  }
  if (pass.h) memory.fill(pass.h, 0, <usize>BLOCK * pass.bytes);
  for (let s = 0; s < pass.samples; s++) {
    memory.fill(pass.vector(s, index), 0, pass.bytes);
    if (lstm) memory.fill(pass.vector(s, C_BEFORE), 0, pass.bytes);
  }
}

/** The gradient of c after the last step, from outside. */
function takeLast(op: Op, pass: Pass, sample: i32): void {
  moveTo(op, pass, sample, op.k - 1);
  for (let s = 0; s < pass.samples; s++) {
    copyUnits(pass, pass.vector(s, outside(op)), pass.dc + <usize>s * pass.bytes);
  }
}

/** The gradients of h and c before the first step, where the pass stands. */
function leaveFirst(op: Op, pass: Pass): void {
  for (let s = 0; s < pass.samples; s++) {
    const at = <usize>s * pass.bytes;
    memory.copy(pass.vector(s, outside(op)), pass.dh + at, pass.bytes);
    if (op.kind == RECURRENT_LSTM) memory.copy(pass.vector(s, C_BEFORE), pass.dc + at, pass.bytes);
  }
}

/** A vector of units, zeros in its padding: nobody knows what stood there. */
function copyUnits(pass: Pass, from: usize, to: usize): void {
  for (let at: usize = 0; at < pass.bytes; at += 16) {
    v128.store(to + at, realLanes(v128.load(from + at), pass.units - <i32>(at >> 2)));
  }
}
