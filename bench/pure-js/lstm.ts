// An LSTM in plain JavaScript, gates in the order i, f, g, o. What does not wait for the step before is one
// product over all steps: inputs times weights, and both weights' gradients. All is kept step by step, each
// step's rows next to each other.

import type { Arithmetic } from "./arithmetic.ts";
import type { Body } from "./deep.ts";
import { columnSums } from "./rows.ts";

export interface LstmOptions {
  readonly arithmetic: Arithmetic;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  readonly batchSize: number;
}

/**
 * For {@link PureJsDeep}: gives the last step's h. Parameters: weight [features × 4·units], recurrent weight
 * [units × 4·units], bias [4·units].
 */
export function lstm({ arithmetic, steps, features, units, batchSize }: LstmOptions): Body {
  const { gemm, sigmoid, tanh } = arithmetic;
  const gates = 4 * units;
  return {
    inputs: steps * features,
    shapes: [
      [features, gates],
      [units, gates],
      [0, gates],
    ],
    outputs: units,
    bind([weight, recurrent, bias] = [], [dweight, drecurrent, dbias] = []) {
      if (!weight || !recurrent || !bias || !dweight || !drecurrent || !dbias) {
        throw new Error("pure-js: an LSTM has three parameters");
      }
      const all = (width: number) => new Float32Array(steps * batchSize * width);
      const xs = all(features);
      /** Gates before what h adds, then after their activations, then their gradients. */
      const zs = all(gates);
      /** States before each step, and behind the last: 0 at first. */
      const hs = new Float32Array((steps + 1) * batchSize * units);
      const cs = new Float32Array((steps + 1) * batchSize * units);
      const tanhs = all(units);
      const added = new Float32Array(batchSize * gates);
      const dh = new Float32Array(batchSize * units);
      const dc = new Float32Array(batchSize * units);
      return {
        forward(x, rows, y) {
          byStep(x, xs, rows, steps, features);
          gemm("nn", steps * rows, gates, features, xs, weight, zs, bias);
          const size = rows * units;
          // A batch of other rows has left something there.
          hs.fill(0, 0, size);
          cs.fill(0, 0, size);
          for (let step = 0; step < steps; step++) {
            const z = zs.subarray(step * rows * gates, (step + 1) * rows * gates);
            if (step > 0) {
              gemm("nn", rows, gates, units, hs.subarray(step * size), recurrent, added);
              addTo(z, added, rows * gates);
            }
            for (let row = 0; row < rows; row++) {
              const at = row * gates;
              sigmoid(z, 2 * units, at);
              tanh(z, units, at + 2 * units);
              sigmoid(z, units, at + 3 * units);
            }
            const c = cs.subarray(step * size, (step + 2) * size);
            const t = tanhs.subarray(step * size, (step + 1) * size);
            advance(z, c, rows, units);
            t.set(c.subarray(size));
            tanh(t, size);
            emit(z, t, hs, (step + 1) * size, rows, units);
          }
          y.set(hs.subarray(steps * size, (steps + 1) * size));
        },
        backward(dy, rows) {
          const size = rows * units;
          dh.set(dy.subarray(0, size));
          dc.fill(0);
          for (let step = steps - 1; step >= 0; step--) {
            const z = zs.subarray(step * rows * gates, (step + 1) * rows * gates);
            const c = cs.subarray(step * size, (step + 1) * size);
            const t = tanhs.subarray(step * size, (step + 1) * size);
            goBack(z, c, t, dh, dc, rows, units);
            if (step > 0) gemm("nt", rows, units, gates, z, recurrent, dh);
          }
          gemm("tn", features, gates, steps * rows, xs, zs, dweight);
          gemm("tn", units, gates, steps * rows, hs, zs, drecurrent);
          columnSums(zs, steps * rows, gates, dbias);
        },
      };
    },
  };
}

/** to[steps×rows×n] ← x[rows×steps×n]. */
function byStep(x: Float32Array, to: Float32Array, rows: number, steps: number, n: number): void {
  let from = 0;
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < steps; step++) {
      const at = (step * rows + row) * n;
      for (let i = 0; i < n; i++) to[at + i] = x[from + i] as number;
      from += n;
    }
  }
}

function addTo(y: Float32Array, x: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) y[i] = (y[i] as number) + (x[i] as number);
}

/** c ← f∘c + i∘g: `cs` has the state before, and behind it room for the one after. */
function advance(z: Float32Array, cs: Float32Array, rows: number, units: number): void {
  const size = rows * units;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let i = row * 4 * units;
    for (let unit = 0; unit < units; unit++) {
      const input = (z[i] as number) * (z[(i + 2 * units) | 0] as number);
      cs[(at + size) | 0] = (z[(i + units) | 0] as number) * (cs[at] as number) + input;
      at = (at + 1) | 0;
      i = (i + 1) | 0;
    }
  }
}

/** h[from `at`] ← o∘tanh(c). */
function emit(
  z: Float32Array,
  tanhs: Float32Array,
  h: Float32Array,
  at: number,
  rows: number,
  units: number,
): void {
  let from = 0;
  for (let row = 0; row < rows; row++) {
    let o = row * 4 * units + 3 * units;
    for (let unit = 0; unit < units; unit++) {
      h[at] = (z[o] as number) * (tanhs[from] as number);
      from = (from + 1) | 0;
      at = (at + 1) | 0;
      o = (o + 1) | 0;
    }
  }
}

/** z ← gradients of the gates before their activations; dc ← that of the state before. */
function goBack(
  z: Float32Array,
  c: Float32Array,
  tanhs: Float32Array,
  dh: Float32Array,
  dc: Float32Array,
  rows: number,
  units: number,
): void {
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let p = row * 4 * units;
    for (let unit = 0; unit < units; unit++) {
      const i = z[p] as number;
      const f = z[(p + units) | 0] as number;
      const g = z[(p + 2 * units) | 0] as number;
      const o = z[(p + 3 * units) | 0] as number;
      const t = tanhs[at] as number;
      const dhere = dh[at] as number;
      const d = (dc[at] as number) + dhere * o * (1 - t * t);
      z[p] = d * g * i * (1 - i);
      z[(p + units) | 0] = d * (c[at] as number) * f * (1 - f);
      z[(p + 2 * units) | 0] = d * i * (1 - g * g);
      z[(p + 3 * units) | 0] = dhere * t * o * (1 - o);
      dc[at] = d * f;
      at = (at + 1) | 0;
      p = (p + 1) | 0;
    }
  }
}
