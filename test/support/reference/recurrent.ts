// The cells in f64, written from their formulas: scalars in loops, one sample at a time.

import { at } from "./array.ts";

type F = (x: number) => number;
export const functions: Readonly<Record<string, F>> = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  relu: (x) => Math.max(x, 0),
  linear: (x) => x,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
};

export interface CellCase {
  readonly type: "simpleRNN" | "lstm" | "gru";
  readonly units: number;
  readonly steps: number;
  readonly features: number;
  readonly activation?: string;
  readonly recurrentActivation?: string;
  readonly returnSequences?: boolean;
  readonly goBackwards?: boolean;
  readonly resetAfter?: boolean;
  /** What each sample's state is multiplied with before each step. */
  readonly drop?: (sample: number, unit: number) => number;
  /** Of each sample and step. */
  readonly mask?: (sample: number, step: number) => boolean;
}

export interface CellWeights {
  readonly weight: Float64Array;
  readonly recurrentWeight: Float64Array;
  readonly bias?: Float64Array | undefined;
}

/** All outputs, [batch × steps × units] in the order of processing, or the last of each sample. */
export function cell(it: CellCase, x: Float64Array, w: CellWeights, batch: number): Float64Array {
  return cellWithStates(it, x, w, batch).y;
}

/** The same from initial states [batch × units], h and c, or zeros; and the states after the last step. */
export function cellWithStates(
  it: CellCase,
  x: Float64Array,
  w: CellWeights,
  batch: number,
  [h0, c0]: readonly (Float64Array | undefined)[] = [],
): { readonly y: Float64Array; readonly h: Float64Array; readonly c: Float64Array } {
  const { type, units: u, steps, features, returnSequences = false, resetAfter = true } = it;
  const f = functions[it.activation ?? "tanh"] as F;
  const gate = functions[it.recurrentActivation ?? "sigmoid"] as F;
  const gates = type === "simpleRNN" ? 1 : type === "lstm" ? 4 : 3;
  const two = type === "gru" && resetAfter;
  const out: number[] = [];
  const last: { readonly h: number[]; readonly c: number[] } = { h: [], c: [] };
  const columns = gates * u;
  const given = (sample: number, step: number, j: number) => {
    let sum = w.bias ? at(w.bias, j) : 0;
    for (let i = 0; i < features; i++) {
      sum += at(x, (sample * steps + step) * features + i) * at(w.weight, i * columns + j);
    }
    return sum;
  };
  const recurrent = (h: readonly number[], j: number) => {
    let sum = two && w.bias ? at(w.bias, columns + j) : 0;
    for (let i = 0; i < u; i++) sum += (h[i] ?? 0) * at(w.recurrentWeight, i * columns + j);
    return sum;
  };
  const range = Array.from({ length: u }, (_, j) => j);
  for (let sample = 0; sample < batch; sample++) {
    let h = range.map((j) => h0?.[sample * u + j] ?? 0);
    let c = range.map((j) => c0?.[sample * u + j] ?? 0);
    for (let k = 0; k < steps; k++) {
      const step = it.goBackwards ? steps - 1 - k : k;
      if (it.mask?.(sample, step) ?? true) {
        const z = (j: number) => given(sample, step, j);
        const before = h.map((value, j) => value * (it.drop?.(sample, j) ?? 1));
        if (type === "simpleRNN") h = range.map((j) => f(z(j) + recurrent(before, j)));
        else if (type === "lstm") {
          const sum = (block: number, j: number) =>
            z(block * u + j) + recurrent(before, block * u + j);
          c = range.map((j) => gate(sum(1, j)) * (c[j] ?? 0) + gate(sum(0, j)) * f(sum(2, j)));
          h = range.map((j) => gate(sum(3, j)) * f(c[j] ?? 0));
        } else {
          const r = range.map((j) => gate(z(u + j) + recurrent(before, u + j)));
          const reset = before.map((value, j) => value * (r[j] ?? 0));
          h = range.map((j) => {
            const keep = gate(z(j) + recurrent(before, j));
            const inner = resetAfter
              ? (r[j] ?? 0) * recurrent(before, 2 * u + j)
              : recurrent(reset, 2 * u + j);
            return keep * (before[j] ?? 0) + (1 - keep) * f(z(2 * u + j) + inner);
          });
        }
      }
      if (returnSequences || k === steps - 1) out.push(...h);
    }
    last.h.push(...h);
    last.c.push(...c);
  }
  const [y, h, c] = [out, last.h, last.c].map((list) => Float64Array.from(list));
  return { y, h, c } as Record<"y" | "h" | "c", Float64Array>;
}
