// Losses of a small transformer over 20 SGD steps: learned positions, self-attention of two heads
// around which the input is added, two dense layers likewise, and a dense one over all; recorded
// from PyTorch 1.13 in f64, to 9 digits; PyTorch in f32 is within 4e-7, relatively. The attention
// is torch.nn.MultiheadAttention. Data and weights are multiples of powers of 2, the same in f32.
// The script that made the record:
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
// N, T, E, H, D, F = 6, 5, 6, 2, 3, 7  # samples, steps, features, heads, of each, hidden units
// SHAPES = [(T, E), (E, H, D), (H, D), (E, H, D), (H, D), (E, H, D), (H, D), (H, D, E), (E,),
//           (E, F), (F,), (F, E), (E,), (T * E, 2), (2,)]
//
// def run(causal, dtype):
//     x = (2 * uniforms(41, N * T * E) - 1).reshape(N, T, E).to(dtype)
//     t = (2 * uniforms(42, N * 2) - 1).reshape(N, 2).to(dtype)
//     w = []
//     for i, shape in enumerate(SHAPES):
//         size = torch.Size(shape).numel()
//         w.append((uniforms(50 + i, size) - 0.5).reshape(shape).to(dtype))
//     w[1], w[3] = 4 * w[1], 4 * w[3]  # sharper attention
//     position, qw, qb, kw, kb, vw, vb, ow, ob, w1, b1, w2, b2, w3, b3 = w
//     attention = torch.nn.MultiheadAttention(E, H, batch_first=True).to(dtype)
//     with torch.no_grad():
//         inside = lambda it: it.reshape(E, E).T
//         attention.in_proj_weight.copy_(torch.cat([inside(qw), inside(kw), inside(vw)]))
//         attention.in_proj_bias.copy_(torch.cat([qb, kb, vb]).flatten())
//         attention.out_proj.weight.copy_(ow.reshape(E, E).T)
//         attention.out_proj.bias.copy_(ob)
//     mask = torch.triu(torch.ones(T, T, dtype=torch.bool), 1) if causal else None
//     others = [it.requires_grad_() for it in [position, w1, b1, w2, b2, w3, b3]]
//     optimizer = torch.optim.SGD([*attention.parameters(), *others], lr=0.02)
//     losses = []
//     for step in range(20):
//         h = x + position
//         h = h + attention(h, h, h, attn_mask=mask, need_weights=False)[0]
//         h = h + torch.relu(h @ w1 + b1) @ w2 + b2
//         loss = torch.nn.functional.mse_loss(h.flatten(1) @ w3 + b3, t)
//         optimizer.zero_grad(); loss.backward(); optimizer.step()
//         losses.append(loss.item())
//     return losses
//
// for causal in [False, True]:
//     a, b = run(causal, torch.float64), run(causal, torch.float32)
//     print(causal, [round(v, 9) for v in a])
//     print("  float32 differs by", max(abs(p - q) / p for p, q in zip(a, b)))

import { uniforms } from "./lcg.ts";

export const samples = 6;
export const steps = 5;
export const features = 6;
export const numHeads = 2;
export const keyDim = 3;
export const hidden = 7;
export const outputs = 2;
export const learningRate = 0.02;

/** x[6×5×6] and t[6×2] in [−1, 1). */
export function data(): { x: Float32Array; t: Float32Array } {
  const make = (seed: number, count: number) =>
    Float32Array.from(uniforms(seed, count, 24), (u) => 2 * u - 1);
  return { x: make(41, samples * steps * features), t: make(42, samples * outputs) };
}

/** The initial parameters by name, of layers named as here. */
export function weights(): Record<string, Float32Array> {
  const width = numHeads * keyDim;
  const sizes: readonly (readonly [name: string, size: number, scale?: number])[] = [
    ["positions.weight", steps * features],
    ["attention.queryWeight", features * width, 4],
    ["attention.queryBias", width],
    ["attention.keyWeight", features * width, 4],
    ["attention.keyBias", width],
    ["attention.valueWeight", features * width],
    ["attention.valueBias", width],
    ["attention.outputWeight", width * features],
    ["attention.outputBias", features],
    ["wide.weight", features * hidden],
    ["wide.bias", hidden],
    ["narrow.weight", hidden * features],
    ["narrow.bias", features],
    ["head.weight", steps * features * outputs],
    ["head.bias", outputs],
  ];
  return Object.fromEntries(
    sizes.map(([name, size, scale = 1], i) => [
      name,
      Float32Array.from(uniforms(50 + i, size, 24), (u) => scale * (u - 0.5)),
    ]),
  );
}

/** The batch's loss at each step, before its update: without and with a causal mask. */
export const losses = {
  full: [
    3.890289742, 1.902612327, 1.388150157, 1.171833125, 1.002609241, 0.868518111, 0.761014309,
    0.672006886, 0.597253866, 0.533854588, 0.479485484, 0.432495706, 0.391569001, 0.355647964,
    0.323942219, 0.295940648, 0.270948277, 0.248509621, 0.228285218, 0.210000743,
  ],
  causal: [
    4.059216527, 2.006188717, 1.474511868, 1.258789645, 1.08803182, 0.950057058, 0.837062213,
    0.742164681, 0.661545864, 0.5927072, 0.533123564, 0.481205973, 0.435676788, 0.395532028,
    0.359977779, 0.328342293, 0.300069421, 0.274716289, 0.252053718, 0.231618699,
  ],
} as const;
