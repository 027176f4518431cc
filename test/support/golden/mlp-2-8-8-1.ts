// Losses of a 2-8-8-1 net (tanh, tanh, sigmoid; binary crossentropy; batch 10) over 20 steps,
// recorded from PyTorch 1.13 in f64, to 9 digits; PyTorch in f32 is within 1.5e-7, relatively.
// Data and weights are multiples of powers of 2, the same in f32. The script that made the record:
//
// import torch
//
// def uniforms(seed, count):  # (state >> 8) / 2^24
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 8) / 2**24)
//     return torch.tensor(out, dtype=torch.float64)
//
// def weights(dtype):
//     out = []
//     for i, (rows, cols) in enumerate([(2, 8), (8, 8), (8, 1)]):
//         u = uniforms(12 + i, (rows + 1) * cols) - 0.5
//         out += [2 * u[:rows * cols].reshape(rows, cols), 0.25 * u[rows * cols:]]
//     return [p.to(dtype) for p in out]
//
// def run(dtype, optimizer):
//     x = (2 * uniforms(11, 80) - 1).reshape(40, 2).to(dtype)
//     t = (x[:, 0] * x[:, 1] > 0).to(dtype)[:, None]
//     w = [p.requires_grad_() for p in weights(dtype)]
//     if optimizer == "sgd": opt = torch.optim.SGD(w, lr=0.1, momentum=0.9, nesterov=True)
//     v = [torch.zeros_like(p) for p in w]
//     losses = []
//     for step in range(20):
//         rows = slice(step % 4 * 10, step % 4 * 10 + 10)
//         y = torch.tanh(torch.tanh(x[rows] @ w[0] + w[1]) @ w[2] + w[3])
//         p = torch.sigmoid(y @ w[4] + w[5])
//         loss = torch.nn.functional.binary_cross_entropy(p, t[rows])
//         for q in w: q.grad = None
//         loss.backward()
//         if optimizer == "sgd": opt.step()
//         else:  # rmsprop with Keras' epsilon, inside the root
//             with torch.no_grad():
//                 for q, s in zip(w, v):
//                     s.mul_(0.9).add_(0.1 * q.grad ** 2)
//                     q.sub_(0.01 * q.grad / torch.sqrt(s + 1e-7))
//         losses.append(loss.item())
//     return losses
//
// for name in ["sgd", "rmsprop"]:
//     a, b = run(torch.float64, name), run(torch.float32, name)
//     print(name, [round(v, 9) for v in a])
//     print("  float32 differs by", max(abs(p - q) / p for p, q in zip(a, b)))

import { at } from "../reference/array.ts";
import { uniforms } from "./lcg.ts";

export const samples = 40;
/** Batches are taken in order, and again from the start after the last. */
export const batchSize = 10;
export const hyper = {
  /** With Nesterov's momentum. */
  sgd: { learningRate: 0.1, momentum: 0.9 },
  /** Keras' rule: epsilon is inside the root. */
  rmsprop: { learningRate: 0.01, rho: 0.9, epsilon: 1e-7 },
} as const;

/** Points x[40×2] in [−1, 1)², t[40×1] = 1 where both coordinates have the same sign. */
export function data(): { x: Float32Array; t: Float32Array } {
  const x = Float32Array.from(uniforms(11, samples * 2, 24), (u) => 2 * u - 1);
  const t = Float32Array.from({ length: samples }, (_, i) =>
    at(x, 2 * i) * at(x, 2 * i + 1) > 0 ? 1 : 0,
  );
  return { x, t };
}

/** The initial parameters of the three layers, weight[inputs×units] and bias[units]. */
export function weights(): { weight: Float32Array; bias: Float32Array }[] {
  const make = (seed: number, inputs: number, units: number) => {
    const u = uniforms(seed, (inputs + 1) * units, 24);
    return {
      weight: Float32Array.from(u.subarray(0, inputs * units), (v) => 2 * (v - 0.5)),
      bias: Float32Array.from(u.subarray(inputs * units), (v) => 0.25 * (v - 0.5)),
    };
  };
  return [make(12, 2, 8), make(13, 8, 8), make(14, 8, 1)];
}

/** The batch's loss at each step, before its update. */
export const losses: { readonly sgd: readonly number[]; readonly rmsprop: readonly number[] } = {
  sgd: [
    0.782461213, 0.692952544, 0.692598823, 0.700070654, 0.753508508, 0.678471699, 0.648354544,
    0.609614708, 0.768865169, 0.653068044, 0.625613668, 0.554871934, 0.764852302, 0.6013283,
    0.617889046, 0.52466152, 0.732523454, 0.547820644, 0.60298195, 0.493099096,
  ],
  rmsprop: [
    0.782461213, 0.671900868, 0.687595134, 0.675745211, 0.741940776, 0.663149815, 0.642820038,
    0.630618601, 0.738830668, 0.643492743, 0.626121646, 0.602815134, 0.736552476, 0.623600499,
    0.613098232, 0.580104862, 0.731480451, 0.603508135, 0.600572338, 0.559357499,
  ],
};
