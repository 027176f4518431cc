// Attention with several heads from its formula, in f64.

import type { Numbers, Reference } from "../layer.ts";

/** Rows of numbers. */
type Matrix = readonly (readonly number[])[];

export interface Attention {
  /** [steps, features] of query, value, key: as many as there are inputs. */
  readonly shapes: readonly (readonly [number, number])[];
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly outputs: number;
  readonly causal?: boolean;
  /** By sample, head, query and key: what dropout multiplies probabilities by. */
  readonly kept?: Float64Array;
}

/** Of the inputs and a sample's index: which keys nobody sees. */
export type Hidden = (inputs: readonly Float64Array[], index: number) => readonly boolean[];

/** y = Σ over heads of softmax(Q·Kᵀ / √keyDim)·V·W + b. */
export function attention(it: Attention, hidden: Hidden = () => []): Reference {
  return (inputs, parameters, batch) => {
    const samples = Array.from({ length: batch }, (_, index) => {
      const rows = it.shapes.map(([steps, features], i) =>
        Array.from({ length: steps }, (_, step) => {
          const at = (index * steps + step) * features;
          return [...(inputs[i] as Float64Array).subarray(at, at + features)];
        }),
      );
      return ofSample(it, rows, parameters, hidden(inputs, index), index);
    });
    return Float64Array.from(samples.flat(2));
  };
}

function ofSample(
  { numHeads, keyDim, valueDim, outputs, causal, kept }: Attention,
  [query = [], value = query, key = value]: readonly Matrix[],
  parameters: Numbers,
  hidden: readonly boolean[],
  index: number,
): number[][] {
  const { outputWeight = [], outputBias } = parameters;
  const y = query.map(() => Array.from({ length: outputs }, (_, j) => outputBias?.[j] ?? 0));
  for (let head = 0; head < numHeads; head++) {
    /** x·W + b of one head, W [features, heads, size]. */
    const project = (x: Matrix, size: number, weight?: Float64Array, bias?: Float64Array) =>
      x.map((row) =>
        Array.from({ length: size }, (_, j) => {
          let sum = bias?.[head * size + j] ?? 0;
          row.forEach((a, i) => {
            sum += a * (weight?.[(i * numHeads + head) * size + j] ?? 0);
          });
          return sum;
        }),
      );
    const { queryWeight, queryBias, keyWeight, keyBias, valueWeight, valueBias } = parameters;
    const q = project(query, keyDim, queryWeight, queryBias);
    const k = project(key, keyDim, keyWeight, keyBias);
    const v = project(value, valueDim, valueWeight, valueBias);
    q.forEach((row, i) => {
      const e = k.map((other, j) =>
        hidden[j] || (causal && j > i) ? 0 : Math.exp(dot(row, other) / Math.sqrt(keyDim)),
      );
      const total = e.reduce((a, b) => a + b) || 1;
      const first = ((index * numHeads + head) * q.length + i) * k.length;
      const p = e.map((x, j) => (x / total) * (kept?.[first + j] ?? 1));
      const out = y[i] as number[];
      for (let l = 0; l < valueDim; l++) {
        const sum = p.reduce((total, share, j) => total + share * (v[j]?.[l] ?? 0), 0);
        const at = (head * valueDim + l) * outputs;
        for (let j = 0; j < outputs; j++)
          out[j] = (out[j] ?? 0) + sum * (outputWeight[at + j] ?? 0);
      }
    });
  }
  return y;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}
