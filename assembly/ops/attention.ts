// OP_ATTENTION: scaled dot-product attention (Vaswani et al., "Attention is all you need", NIPS
// 2017), head by head, and its gradient. Threads share the samples; within one, sums are those of
// the product's tiles.
//
//   of each sample Q [m × heads·dk], K [n × heads·dk], V [n × heads·dv], O [m × heads·dv],
//   P [heads·m × n]
//
// dk and dv are whole vectors, what a head lacks is zeros: the host's doing. So all is aligned,
// nothing spills, and zeros in the inputs' padding give zeros in that of the gradients. Dropout of
// probabilities is drawn again on the way back, as in dropout.ts.

import { ATTENTION_CAUSAL, ATTENTION_MASKED, ZEROS } from "../abi";
import { packColumnsTransposed } from "../gemm/pack";
import { NR } from "../gemm/tile";
import { gemmUnpacked } from "../gemm/unpacked";
import { exp } from "../math";
import { Op, Plan } from "../op";
import { philox } from "../random";
import { sumLanes } from "../simd";

export function runAttention(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const m = op.m, n = op.n, heads = op.k, width = op.lde, vectors = width >> 2;
  const lda = <usize>op.lda << 2, ldb = <usize>op.ldb << 2, ldc = <usize>op.ldc << 2;
  const ldd = <usize>op.ldd << 2, lde = <usize>op.lde << 2;
  const dk = op.lda / heads, dv = op.ldc / heads;
  const masked = (op.kind & ATTENTION_MASKED) != 0, causal = (op.kind & ATTENTION_CAUSAL) != 0;
  const panels = op.scratch + <usize>(thread * op.scratchBytes);
  const end = op.rowStart(plan, thread + 1, threads) / m;
  for (let sample = op.rowStart(plan, thread, threads) / m; sample < end; sample++) {
    let q = op.a + <usize>(sample * m) * lda, k = op.b + <usize>(sample * n) * ldb;
    let v = op.c + <usize>(sample * n) * ldc, o = op.d + <usize>(sample * m) * ldd;
    let p = op.e + <usize>(sample * (heads * m + i32(masked))) * lde;
    const mask = masked ? p + <usize>(heads * m) * lde : 0;
    for (let head = 0; head < heads; head++) {
      packColumnsTransposed(k, ldb, n, dk, width, NR, panels);
      gemmUnpacked(m, width, dk, q, lda, 4, panels, 0, true, ZEROS, 0, 0, p, lde);
      for (let i = 0; i < m; i++) {
        attend(p + <usize>i * lde, causal ? min(n, i + 1) : n, width, mask, op.f0);
      }
      let weights = p;
      if (op.f1 > 0) {
        weights = panels;
        drop(op, plan, p, weights, (sample * heads + head) * m * vectors, m * vectors);
      }
      gemmUnpacked(m, dv, n, weights, lde, 4, v, ldc, false, ZEROS, 0, 0, o, ldd);
      q += <usize>dk << 2;
      k += <usize>dk << 2;
      v += <usize>dv << 2;
      o += <usize>dv << 2;
      p += <usize>m * lde;
    }
  }
}

export function runAttentionGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const m = op.m, n = op.n, heads = op.k, width = op.lde, vectors = width >> 2;
  const lda = <usize>op.lda << 2, ldb = <usize>op.ldb << 2, ldc = <usize>op.ldc << 2;
  const ldd = <usize>op.ldd << 2, lde = <usize>op.lde << 2;
  const dk = op.lda / heads, dv = op.ldc / heads;
  const masked = (op.kind & ATTENTION_MASKED) != 0;
  const ds = op.scratch + <usize>(thread * op.scratchBytes);
  const dropped = ds + <usize>m * lde;
  // Vᵀ in panels, then K as it was.
  const copy = op.f1 > 0 ? dropped + <usize>m * lde : dropped;
  const end = op.rowStart(plan, thread + 1, threads) / m;
  for (let sample = op.rowStart(plan, thread, threads) / m; sample < end; sample++) {
    let q = op.a + <usize>(sample * m) * lda, k = op.b + <usize>(sample * n) * ldb;
    let v = op.c + <usize>(sample * n) * ldc, o = op.d + <usize>(sample * m) * ldd;
    let p = op.e + <usize>(sample * (heads * m + i32(masked))) * lde;
    for (let head = 0; head < heads; head++) {
      packColumnsTransposed(v, ldc, n, dv, width, NR, copy);
      gemmUnpacked(m, width, dv, o, ldd, 4, copy, 0, true, ZEROS, 0, 0, ds, lde);
      let weights = p;
      if (op.f1 > 0) {
        const first = (sample * heads + head) * m * vectors;
        weights = dropped;
        drop(op, plan, p, weights, first, m * vectors);
        drop(op, plan, ds, ds, first, m * vectors);
      }
      gemmUnpacked(n, dv, m, weights, 4, lde, o, ldd, false, ZEROS, 0, 0, v, ldc);
      for (let i = 0; i < m; i++) {
        attendGradient(ds + <usize>i * lde, p + <usize>i * lde, width, op.f0);
      }
      copyRows(k, ldb, n, dk, copy);
      gemmUnpacked(n, dk, m, ds, 4, lde, q, lda, false, ZEROS, 0, 0, k, ldb);
      gemmUnpacked(m, dk, n, ds, lde, 4, copy, <usize>dk << 2, false, ZEROS, 0, 0, q, lda);
      q += <usize>dk << 2;
      k += <usize>dk << 2;
      v += <usize>dv << 2;
      o += <usize>dv << 2;
      p += <usize>m * lde;
    }
  }
}

/**
 * All ones in the lanes from column j on that are below `count` and, if there is a mask, not 0
 * there.
 */
// @ts-ignore: decorator
@inline
function visible(j: i32, count: i32, mask: usize): v128 {
  const inside = i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(j)), i32x4.splat(count));
  if (!mask) return inside;
  return v128.and(inside, f32x4.ne(v128.load(mask + (<usize>j << 2)), f32x4.splat(0)));
}

/**
 * row[ld] ← softmax(scale · row) over what is visible of its first `count` columns; 0 elsewhere.
 */
function attend(row: usize, count: i32, ld: i32, mask: usize, scale: f32): void {
  const lowest = f32x4.splat(-Infinity), factor = f32x4.splat(scale);
  let top = lowest;
  for (let j = 0; j < count; j += 4) {
    const score = v128.load(row + (<usize>j << 2));
    top = f32x4.max(top, v128.bitselect(score, lowest, visible(j, count, mask)));
  }
  top = f32x4.max(top, v128.shuffle<i32>(top, top, 2, 3, 0, 1));
  top = f32x4.max(top, v128.shuffle<i32>(top, top, 1, 0, 3, 2));
  let sum = f32x4.splat(0);
  for (let j = 0; j < count; j += 4) {
    const at = row + (<usize>j << 2);
    const e = exp(f32x4.mul(f32x4.sub(v128.load(at), top), factor));
    const seen = v128.and(e, visible(j, count, mask));
    sum = f32x4.add(sum, seen);
    v128.store(at, seen);
  }
  const last = (count + 3) & ~3;
  const total = sumLanes(sum);
  // The greatest adds 1: there is none where all is hidden, and all is 0 already.
  if (total != 0) {
    for (let j = 0; j < last; j += 4) {
      const at = row + (<usize>j << 2);
      // Not 0 / NaN in the padding.
      const share = f32x4.div(v128.load(at), f32x4.splat(total));
      v128.store(at, v128.and(share, visible(j, count, 0)));
    }
  }
  for (let j = last; j < ld; j += 4) v128.store(row + (<usize>j << 2), f32x4.splat(0));
}

/** d[ld] ← scale · p ∘ (d − Σ p∘d): by the scores, of what is by the probabilities p. */
function attendGradient(d: usize, p: usize, ld: i32, scale: f32): void {
  const bytes = <usize>ld << 2;
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(d + at), v128.load(p + at)));
  }
  const dot = f32x4.splat(sumLanes(sum)), factor = f32x4.splat(scale);
  for (let at: usize = 0; at < bytes; at += 16) {
    const rest = f32x4.sub(v128.load(d + at), dot);
    v128.store(d + at, f32x4.mul(f32x4.mul(v128.load(p + at), rest), factor));
  }
}

/**
 * to ← from with the share f1 zeroed, the rest made up for it; vectors are numbered from `first`
 * on.
 */
function drop(op: Op, plan: Plan, from: usize, to: usize, first: i32, count: i32): void {
  const threshold = i32x4.splat(<i32><u32>Math.min(<f64>op.f1 * 4294967296.0, 4294967295.0));
  const scale = f32x4.splat(1 / (1 - op.f1));
  for (let i = first; i < first + count; i++) {
    const value = v128.load(from);
    philox(to, plan.seedLow, plan.seedHigh, op.stream, i, plan.step);
    const keep = i32x4.ge_u(v128.load(to), threshold);
    v128.store(to, v128.and(f32x4.mul(value, scale), keep));
    from += 16;
    to += 16;
  }
}

/** to[rows × width] ← from[rows × width:fromRow], width a multiple of 4. */
function copyRows(from: usize, fromRow: usize, rows: i32, width: i32, to: usize): void {
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
    from += fromRow;
    to += bytes;
  }
}
