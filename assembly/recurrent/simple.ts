// The simple cell (Elman, "Finding structure in time", 1990): h ← f(z + h·U), z = x·W + b given.

import { applyActivation, applyGradient } from "../activations/apply";
import { addOutputGradient, carry, Pass, product } from "./pass";

/** Vectors in a row of its tape: h, h before. */
const H_BEFORE: usize = 1;

export function simpleForward(pass: Pass): void {
  const samples = pass.samples, units = pass.units, width = pass.width, bytes = pass.bytes;
  const sample = pass.sample;
  product(
    samples, width, units, pass.vector(0, H_BEFORE), sample, pass.panels,
    pass.row, sample, pass.row, sample,
  );
  for (let i = 0; i < samples; i++) {
    if (pass.masked(i)) {
      carry(pass, i, H_BEFORE);
      continue;
    }
    const h = pass.vector(i, 0), next = pass.nextVector(i, H_BEFORE), y = pass.output(i);
    applyActivation(pass.activation, h, h, width, pass.activationAlpha);
    if (next) memory.copy(next, h, bytes);
    if (y) memory.copy(y, h, bytes);
  }
}

export function simpleBackward(pass: Pass): void {
  const samples = pass.samples, width = pass.width, bytes = pass.bytes, sample = pass.sample;
  for (let i = 0; i < samples; i++) {
    const z = pass.vector(i, 0), dh = pass.dh + <usize>i * bytes;
    addOutputGradient(pass, i);
    if (pass.masked(i)) {
      memory.fill(z, 0, bytes);
      continue;
    }
    applyGradient(pass.activation, dh, z, z, width, pass.activationAlpha);
    memory.fill(dh, 0, bytes);
  }
  product(samples, width, width, pass.row, sample, pass.panels, pass.dh, bytes, pass.dh, bytes);
}
