// Losses of a 784-32-10 net (relu, softmax crossentropy, batch 64) over 20 steps, recorded from
// PyTorch 1.13 in f64, to 9 digits; PyTorch in f32 is within 1.4e-7, relatively.
// Data and weights are multiples of powers of 2, the same in f32. The script that made the record:
//
// import torch
// from math import sqrt
//
// def uniforms(seed, count, bits):  # (state >> (32 - bits)) / 2^bits
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> (32 - bits)) / 2**bits)
//     return out
//
// def data(dtype):  # 320 samples; sample i is of class i % 10
//     u = torch.tensor(uniforms(1, 320 * 784, 8), dtype=dtype).reshape(320, 784)
//     label = torch.arange(320) % 10
//     bright = (torch.arange(784)[None, :] % 10 == label[:, None]).to(dtype)
//     return 0.5 * u + 0.25 * bright, label
//
// def weights(dtype):
//     def make(seed, rows, cols, scale):
//         u = torch.tensor(uniforms(seed, rows * cols, 24), dtype=dtype)
//         return ((u - 0.5) * scale).reshape(rows, cols)
//     return [make(2, 784, 32, 0.125), torch.zeros(32, dtype=dtype),
//             make(3, 32, 10, 0.5), torch.zeros(10, dtype=dtype)]
//
// def run(dtype, optimizer):
//     x, label = data(dtype)
//     w = [p.requires_grad_() for p in weights(dtype)]
//     if optimizer == "sgd": opt = torch.optim.SGD(w, lr=0.1)
//     else: opt = torch.optim.Adam(w, lr=0.001)
//     losses = []
//     for step in range(20):
//         # Keras adds epsilon to sqrt(v), torch to sqrt(v / (1 - beta2^t)).
//         if optimizer == "adam": opt.param_groups[0]["eps"] = 1e-7 / sqrt(1 - 0.999 ** (step + 1))
//         rows = slice(step % 5 * 64, step % 5 * 64 + 64)
//         z = torch.relu(x[rows] @ w[0] + w[1]) @ w[2] + w[3]
//         loss = torch.nn.functional.cross_entropy(z, label[rows])
//         opt.zero_grad(); loss.backward(); opt.step()
//         losses.append(loss.item())
//     return losses
//
// for name in ["sgd", "adam"]:
//     a, b = run(torch.float64, name), run(torch.float32, name)
//     print(name, [round(v, 9) for v in a])
//     print("  float32 differs by", max(abs(p - q) / p for p, q in zip(a, b)))

import { at } from "../reference/array.ts";
import { uniforms } from "./lcg.ts";

export const samples = 320;
export const features = 784;
export const classes = 10;
/** Batches are taken in order, and again from the start after the last. */
export const batchSize = 64;
export const hyper = {
  sgd: { learningRate: 0.1 },
  /** Keras' rule: epsilon is added to √v. */
  adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
} as const;

/** x[320×784] in [0, 0.75), class indices labels[320], and the same as rows of 0 and 1. */
export function data(): { x: Float32Array; labels: Float32Array; oneHot: Float32Array } {
  const noise = uniforms(1, samples * features, 8);
  const labels = Float32Array.from({ length: samples }, (_, i) => i % classes);
  const x = Float32Array.from(noise, (u, index) => {
    const bright = (index % features) % 10 === at(labels, Math.floor(index / features)) ? 1 : 0;
    return 0.5 * u + 0.25 * bright;
  });
  const oneHot = new Float32Array(samples * classes);
  labels.forEach((label, i) => {
    oneHot[i * classes + label] = 1;
  });
  return { x, labels, oneHot };
}

/** The initial parameters of both layers, weight[inputs×units] and bias[units]. */
export function weights(): { weight: Float32Array; bias: Float32Array }[] {
  const make = (seed: number, inputs: number, units: number, scale: number) => ({
    weight: Float32Array.from(uniforms(seed, inputs * units, 24), (u) => (u - 0.5) * scale),
    bias: new Float32Array(units),
  });
  return [make(2, features, 32, 0.125), make(3, 32, classes, 0.5)];
}

/** The batch's loss at each step, before its update. */
export const losses: { readonly sgd: readonly number[]; readonly adam: readonly number[] } = {
  sgd: [
    2.296118162, 2.293625276, 2.279712952, 2.263211638, 2.25566562, 2.217173821, 2.21257362,
    2.2076752, 2.199864904, 2.18333038, 2.136855344, 2.135164146, 2.124669131, 2.112061067,
    2.090281684, 2.046459457, 2.040355971, 2.028958942, 2.010720829, 1.990542689,
  ],
  adam: [
    2.296118162, 2.271308891, 2.250336637, 2.221440754, 2.191407001, 2.132544701, 2.115063088,
    2.105764085, 2.068849625, 2.040522655, 1.959089516, 1.948242991, 1.932174786, 1.891229401,
    1.868840186, 1.78405659, 1.766206151, 1.750187824, 1.711220262, 1.683253672,
  ],
};
