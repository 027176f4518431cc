// A net 3-5-1 with normalization behind its first layer (then tanh; sigmoid at the end; binary crossentropy;
// batches of 8 of 24 samples, in order) over 20 steps of SGD: losses, and what it was afterwards, recorded
// from PyTorch 1.13 in f64, to 9 digits. Moving averages: momentum 0.9, biased variances, as in Keras.
// The script that made the record:
//
// import torch
// import torch.nn.functional as F
//
// def uniforms(seed, count):  # (state >> 8) / 2^24
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 8) / 2**24)
//     return torch.tensor(out, dtype=torch.float64)
//
// x = (4 * uniforms(41, 24 * 3) - 1).reshape(24, 3)
// t = (x[:, 0] * x[:, 1] > x[:, 2]).double()[:, None]
//
// def run(kind):
//     u = lambda seed, *shape: 2 * uniforms(seed, torch.Size(shape).numel()).reshape(shape) - 1
//     one, none = torch.ones(5).double(), torch.zeros(5).double()
//     w = [u(42, 3, 5), u(43, 5), one.clone(), none.clone(), u(44, 5, 1), u(45, 1)]
//     w = [p.requires_grad_() for p in w]
//     mean, variance = none, one
//     opt = torch.optim.SGD(w, lr=0.1)
//     def forward(x, training):
//         z = x @ w[0] + w[1]
//         if kind == "layer": n = F.layer_norm(z, (5,), w[2], w[3], eps=1e-3)
//         else:  # torch would move by the unbiased variance: moved by hand
//             moving = mean.clone(), variance.clone()
//             n = F.batch_norm(z, *moving, w[2], w[3], training, eps=1e-3)
//             if training:
//                 with torch.no_grad():
//                     mean.mul_(0.9).add_(0.1 * z.mean(0))
//                     variance.mul_(0.9).add_(0.1 * z.var(0, unbiased=False))
//         return torch.sigmoid(torch.tanh(n) @ w[4] + w[5])
//     losses = []
//     for step in range(20):
//         rows = slice(step % 3 * 8, step % 3 * 8 + 8)
//         loss = F.binary_cross_entropy(forward(x[rows], True), t[rows])
//         opt.zero_grad(); loss.backward(); opt.step()
//         losses.append(loss.item())
//     r = lambda it: [round(v, 9) for v in it.flatten().tolist()]
//     print(kind, [round(v, 9) for v in losses])
//     print("  predictions", r(forward(x[:6], False)))
//     print("  gamma", r(w[2]), "beta", r(w[3]))
//     print("  mean", r(mean), "variance", r(variance))
//
// for kind in ["batch", "layer"]: run(kind)

import { at } from "../reference/array.ts";
import { uniforms } from "./lcg.ts";

export const samples = 24;
/** Batches are taken in order, and again from the start after the last. */
export const batchSize = 8;
export const learningRate = 0.1;
/** In Keras' sense. */
export const momentum = 0.9;

/** Points x[24×3] in [−1, 3), t[24×1]. */
export function data(): { x: Float32Array; t: Float32Array } {
  const x = Float32Array.from(uniforms(41, samples * 3, 24), (u) => 4 * u - 1);
  const t = Float32Array.from({ length: samples }, (_, i) =>
    at(x, 3 * i) * at(x, 3 * i + 1) > at(x, 3 * i + 2) ? 1 : 0,
  );
  return { x, t };
}

/** The initial weights of both dense layers. */
export function weights(): Record<string, Float32Array> {
  const make = (seed: number, count: number) =>
    Float32Array.from(uniforms(seed, count, 24), (u) => 2 * u - 1);
  return {
    "dense_1.weight": make(42, 15),
    "dense_1.bias": make(43, 5),
    "dense_2.weight": make(44, 5),
    "dense_2.bias": make(45, 1),
  };
}

/** By the moving averages, after training. `predictions`: of the first six samples. */
export const batchNorm = {
  losses: [
    0.61732144, 0.575568257, 0.654662097, 0.564509548, 0.537500141, 0.602626007, 0.520738126,
    0.506429337, 0.559211876, 0.484390155, 0.48094135, 0.522925136, 0.454110502, 0.459895977,
    0.49248696, 0.428778764, 0.442383058, 0.46682846, 0.407481177, 0.427681501,
  ],
  predictions: [0.30466476, 0.378465229, 0.118736928, 0.448107047, 0.673934298, 0.523450835],
  gamma: [1.069971801, 1.03079071, 0.85997044, 1.000383502, 1.072310626],
  beta: [0.083561313, 0.029094275, -0.080841309, 0.024001423, -0.05391298],
  mean: [-0.884494577, -1.257047041, -0.780674875, 0.811444033, 0.198075654],
  variance: [2.167757079, 0.808411721, 0.899799334, 1.430994531, 1.283407569],
};

export const layerNorm = {
  losses: [
    0.617829152, 0.517917661, 0.546096608, 0.582314804, 0.458079418, 0.504598692, 0.551697298,
    0.417124111, 0.472004345, 0.525581839, 0.387037705, 0.444278917, 0.503308295, 0.363939046,
    0.419731484, 0.484210738, 0.345585981, 0.397609351, 0.467731638, 0.330556218,
  ],
  predictions: [0.343742252, 0.419435824, 0.057442331, 0.275838268, 0.551145107, 0.391395959],
  gamma: [1.075172939, 1.015179475, 0.93682514, 1.010407873, 1.046206483],
  beta: [0.046294599, -0.026093907, 0.010902405, 0.012421385, -0.062968222],
};
