// Where a recurrent op stands in a sequence: some samples at one step. It lies at the start of the thread's
// scratch. Knows memory only; the cells beside this file do the work.
//
// A sample has a tape: a row for each step, of vectors as wide as its units rounded up to whole SIMD
// vectors ("width"), which forward fills for backward to read and to overwrite:
//
//   simple   │ z → h → dz │ h before │
//   lstm     │ i │ f │ g │ o │ c before │ f(c) │ h before │            (the gates: z → gate → dz)
//   gru      │ z │ r │ h │ s │ h before │     s: h·U + b of the candidate → its gradient;
//                                              reset before the product: r ∘ h, which stays
//
// A step that a mask leaves out carries h and c over, and has gates without a gradient. Under dropout another
// vector stands behind h before, which has been multiplied with it.
// With states from outside there is one more, the last: in the last step's row it takes c after it, and later
// its gradient; in the first step's row, at the end, that of h.

import { ZEROS } from "../abi";
import { MR, NR, tile } from "../gemm/tile";
import { realLanes } from "../simd";

/** Samples that go through a sequence together: the rows of a step stay in the cache. */
export const BLOCK: i32 = 40;
/** Room for {@link Pass}. */
export const PASS_BYTES: usize = 256;

@unmanaged @final
export class Pass {
  samples: i32;
  units: i32;
  /** Floats of a vector of units, and bytes. */
  width: i32; bytes: usize;
  /** The first sample's tape at this step; at the one that comes next, or 0. */
  row: usize; next: usize;
  /** Bytes from sample to sample. */
  sample: usize;
  /** The first sample's output of this step (in backward: its gradient), or 0. */
  y: usize; ySample: usize;
  /** 1 or 0 for the first sample's step; 0: no mask. */
  mask: usize; maskSample: usize;
  /** U in panels. */
  panels: usize;
  /** Of the gru's candidate, inside the reset; or 0. */
  bias: usize;
  /** What f is and what the gates' function is, with their parameters. */
  activation: i32; gate: i32;
  activationAlpha: f32; gateAlpha: f32;
  /** [BLOCK × width] each: the gradients of h and c, and room for the gru's. */
  dh: usize; dc: usize; more: usize;
  /** Four vectors of units. */
  raw: usize;
  /** Under dropout h as it is, [BLOCK × width]; else 0. */
  h: usize;
  /** At the last step the tape's vector that takes c after it, or 0. */
  last: usize;

  @inline masked(sample: i32): bool {
    return this.mask != 0 && load<f32>(this.mask + <usize>sample * this.maskSample) == 0;
  }
  /** Of one sample, vector `index` of the tape. */
  @inline vector(sample: i32, index: usize): usize {
    return this.row + <usize>sample * this.sample + index * this.bytes;
  }
  /** The same of the step that comes next, or 0. */
  @inline nextVector(sample: i32, index: usize): usize {
    return this.next ? this.next + <usize>sample * this.sample + index * this.bytes : 0;
  }
  /** Where c after this step goes; 0: nowhere. `index`: c before. */
  @inline nextC(sample: i32, index: usize): usize {
    return this.last ? this.vector(sample, this.last) : this.nextVector(sample, index);
  }
  @inline output(sample: i32): usize {
    return this.y ? this.y + <usize>sample * this.ySample : 0;
  }
}

/** A masked step: h (before dropout, vector `index` of the tape) is what it was. */
export function carry(pass: Pass, sample: i32, index: usize): void {
  const h = pass.h ? pass.h + <usize>sample * pass.bytes : pass.vector(sample, index);
  const next = pass.nextVector(sample, index);
  const y = pass.output(sample);
  if (next) memory.copy(next, h, pass.bytes);
  if (y) memory.copy(y, h, pass.bytes);
}

/** Puts h, which the next step finds in vector `index`, aside, and drops a part of it. */
export function dropNext(pass: Pass, index: usize): void {
  if (!pass.next) return;
  for (let s = 0; s < pass.samples; s++) drop(pass, pass.nextVector(s, index), s);
}

/** The same with a vector of the tape. */
export function drop(pass: Pass, vector: usize, sample: i32): void {
  const factors = vector + pass.bytes, h = pass.h + <usize>sample * pass.bytes;
  for (let at: usize = 0; at < pass.bytes; at += 16) {
    const value = v128.load(vector + at);
    v128.store(h + at, value);
    v128.store(vector + at, f32x4.mul(value, v128.load(factors + at)));
  }
}

/** The way back of {@link dropNext}, of the step at hand: h that was carried over was not dropped. */
export function dropGradient(pass: Pass, index: usize): void {
  for (let s = 0; s < pass.samples; s++) {
    if (pass.masked(s)) continue;
    const drop = pass.vector(s, index + 1), dh = pass.dh + <usize>s * pass.bytes;
    for (let at: usize = 0; at < pass.bytes; at += 16) {
      v128.store(dh + at, f32x4.mul(v128.load(dh + at), v128.load(drop + at)));
    }
  }
}

/** dh += dy of this step; what stands in dy's padding is none of it. */
export function addOutputGradient(pass: Pass, sample: i32): void {
  const dy = pass.output(sample);
  if (!dy) return;
  const dh = pass.dh + <usize>sample * pass.bytes;
  for (let at: usize = 0; at < pass.bytes; at += 16) {
    const value = realLanes(v128.load(dy + at), pass.units - <i32>(at >> 2));
    v128.store(dh + at, f32x4.add(v128.load(dh + at), value));
  }
}

/**
 * to[samples × columns:toRow] ← init + a[samples × depth:aRow]·panels, a panel at a time for all samples;
 * init = 0: zeros; initRow, strides in bytes.
 */
export function product(
  samples: i32, columns: i32, depth: i32, a: usize, aRow: usize, panels: usize,
  init: usize, initRow: usize, to: usize, toRow: usize,
): void {
  // As even as can be: 8 rows are 4 + 4, not 5 + 3.
  const tiles = (samples + MR - 1) / MR;
  const height = (samples + tiles - 1) / tiles;
  for (let j = 0; j < columns; j += NR) {
    const wide = min(NR, columns - j);
    const start = init ? init + (<usize>j << 2) : <usize>ZEROS;
    for (let i = 0; i < samples; i += height) {
      tile(
        min(height, samples - i), wide, depth, a + <usize>i * aRow, aRow, 4, panels, <usize>wide << 2,
        start + <usize>i * initRow, initRow, to + <usize>i * toRow + (<usize>j << 2), toRow,
      );
    }
    panels += <usize>(depth * wide) << 2;
  }
}
