// Activations and losses on whole blocks of rows, in place, in plain JavaScript.

/** What a layer may end in; softmax and sigmoid stand with the loss when the layer is the last one. */
export type Activation = "linear" | "relu" | "sigmoid" | "softmax" | "tanh";

/** y ← f(y) over `count` numbers, from `from` on. */
export type InPlace = (y: Float32Array, count: number, from?: number) => void;

/** y ← f(y) over `rows` rows of n. */
export function activate(
  activation: Activation,
  tanh: InPlace,
  y: Float32Array,
  rows: number,
  n: number,
): void {
  switch (activation) {
    case "linear":
      return;
    case "relu":
      relu(y, rows * n);
      return;
    case "sigmoid":
      mathSigmoid(y, rows * n);
      return;
    case "tanh":
      tanh(y, rows * n);
      return;
    case "softmax":
      softmax(y, rows, n);
      return;
    default:
      activation satisfies never;
  }
}

/** d ← d ∘ f′, taken from f's output y. A softmax comes only last, where its loss has the gradient. */
export function multiplyGradient(
  activation: Activation,
  d: Float32Array,
  y: Float32Array,
  count: number,
): void {
  switch (activation) {
    case "linear":
      return;
    case "relu":
      for (let i = 0; i < count; i++) if (!((y[i] as number) > 0)) d[i] = 0;
      return;
    case "sigmoid":
      for (let i = 0; i < count; i++) {
        const v = y[i] as number;
        d[i] = (d[i] as number) * v * (1 - v);
      }
      return;
    case "tanh":
      for (let i = 0; i < count; i++) {
        const v = y[i] as number;
        d[i] = (d[i] as number) * (1 - v * v);
      }
      return;
    case "softmax":
      throw new Error("pure-js: softmax is for the last layer");
    default:
      activation satisfies never;
  }
}

function relu(y: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) if ((y[i] as number) < 0) y[i] = 0;
}

/** As anyone would write it. */
export function mathTanh(y: Float32Array, count: number, from = 0): void {
  for (let i = from; i < from + count; i++) y[i] = Math.tanh(y[i] as number);
}

/**
 * A rational approximation, good to the last bits of a float (absolute error < 3e-7), since Math.tanh
 * computes a double's worth and takes four times as long. Coefficients: Eigen's generic_fast_tanh_float
 * (https://gitlab.com/libeigen/eigen, MPL 2.0), which XNNPACK and TensorFlow descend from.
 */
export function rationalTanh(y: Float32Array, count: number, from = 0): void {
  for (let i = from; i < from + count; i++) y[i] = rational(y[i] as number);
}

/** σ(x) = (1 + tanh(x / 2)) / 2. */
export function rationalSigmoid(y: Float32Array, count: number, from = 0): void {
  for (let i = from; i < from + count; i++) y[i] = 0.5 + 0.5 * rational(0.5 * (y[i] as number));
}

function rational(v: number): number {
  if (v > 7.905311107635498) v = 7.905311107635498;
  else if (v < -7.905311107635498) v = -7.905311107635498;
  const s = v * v;
  let p = 2.00018790482477e-13 + s * -2.76076847742355e-16;
  p = -8.60467152213735e-11 + s * p;
  p = 5.12229709037114e-8 + s * p;
  p = 1.48572235717979e-5 + s * p;
  p = 6.37261928875436e-4 + s * p;
  p = 4.89352455891786e-3 + s * p;
  let q = 1.18534705686654e-4 + s * 1.19825839466702e-6;
  q = 2.268434632439e-3 + s * q;
  q = 4.89352518554385e-3 + s * q;
  return (v * p) / q;
}

/** As anyone would write it. */
export function mathSigmoid(y: Float32Array, count: number, from = 0): void {
  for (let i = from; i < from + count; i++) y[i] = 1 / (1 + Math.exp(-(y[i] as number)));
}

function softmax(y: Float32Array, rows: number, n: number): void {
  for (let row = 0; row < rows; row++) {
    const from = row * n;
    const to = from + n;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) if ((y[i] as number) > max) max = y[i] as number;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const e = Math.exp((y[i] as number) - max);
      y[i] = e;
      sum += e;
    }
    const scale = 1 / sum;
    for (let i = from; i < to; i++) y[i] = (y[i] as number) * scale;
  }
}

/**
 * Binary cross-entropy of a sigmoid's logits z against targets t in 0…1, both of `rows` rows of n:
 * d ← gradient of the mean loss. Returns the sum over rows of each row's mean loss.
 */
export function sigmoidCrossentropy(
  z: Float32Array,
  t: Float32Array,
  d: Float32Array,
  rows: number,
  n: number,
): number {
  const count = rows * n;
  const scale = 1 / count;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const v = z[i] as number;
    const target = t[i] as number;
    const e = Math.exp(v < 0 ? v : -v);
    sum += Math.log(1 + e) + Math.max(v, 0) - v * target;
    d[i] = ((v < 0 ? e : 1) / (1 + e) - target) * scale;
  }
  return sum / n;
}

/**
 * Cross-entropy of a softmax' logits z[rows×n] against class numbers t[rows]: d ← gradient of the mean
 * loss. Returns the sum over rows.
 */
export function softmaxCrossentropy(
  z: Float32Array,
  t: Float32Array,
  d: Float32Array,
  rows: number,
  n: number,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const from = row * n;
    const to = from + n;
    const label = from + (t[row] as number);
    let max = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) if ((z[i] as number) > max) max = z[i] as number;
    let total = 0;
    for (let i = from; i < to; i++) {
      const e = Math.exp((z[i] as number) - max);
      d[i] = e;
      total += e;
    }
    const scale = 1 / (total * rows);
    for (let i = from; i < to; i++) d[i] = (d[i] as number) * scale;
    d[label] = (d[label] as number) - 1 / rows;
    sum += Math.log(total) + max - (z[label] as number);
  }
  return sum;
}
