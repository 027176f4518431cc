// The lstm cell (Hochreiter & Schmidhuber, "Long short-term memory", 1997; with the forget gate of Gers,
// Schmidhuber & Cummins 2000): gates i, f, o and candidate g of z + h·U; c ← f∘c + i∘g; h ← o∘f(c).

import { applyActivation, applyGradient } from "../activations/apply";
import { madd } from "../simd";
import { addOutputGradient, carry, Pass, product } from "./pass";

/** Vectors in a row of its tape, behind i, f, g, o. */
const C_BEFORE: usize = 4;
const ACTIVE: usize = 5;
const H_BEFORE: usize = 6;

export function lstmForward(pass: Pass): void {
  const samples = pass.samples, units = pass.units, width = pass.width, bytes = pass.bytes;
  const sample = pass.sample, f = pass.activation, alpha = pass.activationAlpha;
  product(
    samples, 4 * width, units, pass.vector(0, H_BEFORE), sample, pass.panels,
    pass.row, sample, pass.row, sample,
  );
  for (let s = 0; s < samples; s++) {
    const before = pass.vector(s, C_BEFORE), nextC = pass.nextC(s, C_BEFORE);
    if (pass.masked(s)) {
      carry(pass, s, H_BEFORE);
      if (nextC) memory.copy(nextC, before, bytes);
      continue;
    }
    const i = pass.vector(s, 0), g = i + 2 * bytes, o = i + 3 * bytes;
    applyActivation(pass.gate, i, i, 2 * width, pass.gateAlpha);
    applyActivation(f, g, g, width, alpha);
    applyActivation(pass.gate, o, o, width, pass.gateAlpha);
    const active = pass.vector(s, ACTIVE);
    for (let at: usize = 0; at < bytes; at += 16) {
      const ig = f32x4.mul(v128.load(i + at), v128.load(g + at));
      const c = madd(v128.load(i + bytes + at), v128.load(before + at), ig);
      v128.store(active + at, c);
      if (nextC) v128.store(nextC + at, c);
    }
    applyActivation(f, active, active, width, alpha);
    const next = pass.nextVector(s, H_BEFORE), y = pass.output(s);
    for (let at: usize = 0; at < bytes; at += 16) {
      const h = f32x4.mul(v128.load(o + at), v128.load(active + at));
      if (next) v128.store(next + at, h);
      if (y) v128.store(y + at, h);
    }
  }
}

export function lstmBackward(pass: Pass): void {
  const samples = pass.samples, width = pass.width, bytes = pass.bytes, sample = pass.sample;
  const raw = pass.raw, f = pass.activation, alpha = pass.activationAlpha;
  const zero = f32x4.splat(0);
  for (let s = 0; s < samples; s++) {
    addOutputGradient(pass, s);
    const i = pass.vector(s, 0), g = i + 2 * bytes, o = i + 3 * bytes;
    if (pass.masked(s)) {
      memory.fill(i, 0, 4 * bytes);
      continue;
    }
    const before = pass.vector(s, C_BEFORE), active = pass.vector(s, ACTIVE);
    const dh = pass.dh + <usize>s * bytes, dc = pass.dc + <usize>s * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(raw + at, f32x4.mul(v128.load(dh + at), v128.load(o + at)));
    }
    applyGradient(f, raw, active, raw, width, alpha);
    for (let at: usize = 0; at < bytes; at += 16) {
      const d = f32x4.add(v128.load(dc + at), v128.load(raw + at));
      v128.store(raw + at, f32x4.mul(d, v128.load(g + at)));
      v128.store(raw + bytes + at, f32x4.mul(d, v128.load(before + at)));
      v128.store(raw + 2 * bytes + at, f32x4.mul(d, v128.load(i + at)));
      v128.store(raw + 3 * bytes + at, f32x4.mul(v128.load(dh + at), v128.load(active + at)));
      v128.store(dc + at, f32x4.mul(d, v128.load(i + bytes + at)));
      v128.store(dh + at, zero);
    }
    applyGradient(pass.gate, raw, i, i, 2 * width, pass.gateAlpha);
    applyGradient(f, raw + 2 * bytes, g, g, width, alpha);
    applyGradient(pass.gate, raw + 3 * bytes, o, o, width, pass.gateAlpha);
  }
  product(samples, width, 4 * width, pass.row, sample, pass.panels, pass.dh, bytes, pass.dh, bytes);
}
