// The gru cell (Cho et al., "Learning phrase representations using RNN encoder–decoder", 2014): gates z and r
// of their sums; h ← z∘h + (1 − z)∘f(candidate). The candidate's share of h is reset by r before its
// product with U, as in the first version of that paper, or after it, as cuDNN and Keras have it.

import { applyActivation, applyGradient } from "../activations/apply";
import { madd } from "../simd";
import { addOutputGradient, carry, Pass, product } from "./pass";

/** Vectors in a row of its tape, behind z and r. */
const CANDIDATE: usize = 2;
const INNER: usize = 3;
const H_BEFORE: usize = 4;

/** `after`: r multiplies h·U + b; else h. */
export function gruForward(pass: Pass, after: bool): void {
  const samples = pass.samples, units = pass.units, width = pass.width, bytes = pass.bytes;
  const sample = pass.sample, panels = pass.panels;
  const h = pass.vector(0, H_BEFORE), inner = pass.vector(0, INNER);
  const candidates = pass.vector(0, CANDIDATE);
  // The panels of the candidate stand behind those of z and r.
  const last = panels + (<usize>(2 * width * units) << 2);
  product(samples, 2 * width, units, h, sample, panels, pass.row, sample, pass.row, sample);
  if (after) product(samples, width, units, h, sample, last, pass.bias, 0, inner, sample);
  for (let s = 0; s < samples; s++) {
    const z = pass.vector(s, 0), r = z + bytes;
    applyActivation(pass.gate, z, z, 2 * width, pass.gateAlpha);
    const value = pass.vector(s, INNER);
    if (after) {
      const sum = pass.vector(s, CANDIDATE);
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(sum + at, madd(v128.load(r + at), v128.load(value + at), v128.load(sum + at)));
      }
    } else {
      const before = pass.vector(s, H_BEFORE);
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(value + at, f32x4.mul(v128.load(r + at), v128.load(before + at)));
      }
    }
  }
  if (!after) {
    product(samples, width, units, inner, sample, last, candidates, sample, candidates, sample);
  }
  for (let s = 0; s < samples; s++) {
    if (pass.masked(s)) {
      carry(pass, s, H_BEFORE);
      continue;
    }
    const z = pass.vector(s, 0), g = pass.vector(s, CANDIDATE), before = pass.vector(s, H_BEFORE);
    const next = pass.nextVector(s, H_BEFORE), y = pass.output(s);
    applyActivation(pass.activation, g, g, width, pass.activationAlpha);
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(g + at);
      const value = madd(v128.load(z + at), f32x4.sub(v128.load(before + at), x), x);
      if (next) v128.store(next + at, value);
      if (y) v128.store(y + at, value);
    }
  }
}

export function gruBackward(pass: Pass, after: bool): void {
  const samples = pass.samples, units = pass.units, width = pass.width, bytes = pass.bytes;
  const sample = pass.sample, panels = pass.panels, raw = pass.raw, dh = pass.dh;
  const more = pass.more;
  const one = f32x4.splat(1);
  for (let s = 0; s < samples; s++) {
    addOutputGradient(pass, s);
    const z = pass.vector(s, 0), r = z + bytes, g = pass.vector(s, CANDIDATE);
    const inner = pass.vector(s, INNER), before = pass.vector(s, H_BEFORE);
    const d = dh + <usize>s * bytes;
    if (pass.masked(s)) {
      memory.fill(z, 0, (after ? 4 : 3) * bytes);
      continue;
    }
    for (let at: usize = 0; at < bytes; at += 16) {
      const value = v128.load(d + at), gate = v128.load(z + at);
      const change = f32x4.sub(v128.load(before + at), v128.load(g + at));
      v128.store(raw + at, f32x4.mul(value, change));
      v128.store(raw + 2 * bytes + at, f32x4.mul(value, f32x4.sub(one, gate)));
      v128.store(d + at, f32x4.mul(value, gate));
    }
    applyGradient(pass.activation, raw + 2 * bytes, g, g, width, pass.activationAlpha);
    if (!after) {
      applyGradient(pass.gate, raw, z, z, width, pass.gateAlpha);
      continue;
    }
    for (let at: usize = 0; at < bytes; at += 16) {
      const value = v128.load(g + at);
      v128.store(raw + bytes + at, f32x4.mul(value, v128.load(inner + at)));
      v128.store(inner + at, f32x4.mul(value, v128.load(r + at)));
    }
    applyGradient(pass.gate, raw, z, z, 2 * width, pass.gateAlpha);
  }
  const last = panels + (<usize>(2 * width * width) << 2);
  if (after) {
    product(samples, width, width, pass.vector(0, INNER), sample, last, dh, bytes, dh, bytes);
  } else {
    product(samples, width, width, pass.vector(0, CANDIDATE), sample, last, 0, 0, more, bytes);
    for (let s = 0; s < samples; s++) {
      // Of a masked sample all of these are 0.
      const r = pass.vector(s, 1), before = pass.vector(s, H_BEFORE);
      const d = dh + <usize>s * bytes, inner = more + <usize>s * bytes;
      for (let at: usize = 0; at < bytes; at += 16) {
        const value = v128.load(inner + at);
        v128.store(raw + at, f32x4.mul(value, v128.load(before + at)));
        v128.store(d + at, madd(value, v128.load(r + at), v128.load(d + at)));
      }
      applyGradient(pass.gate, raw, r, r, width, pass.gateAlpha);
    }
  }
  product(samples, width, 2 * width, pass.row, sample, panels, dh, bytes, dh, bytes);
}
