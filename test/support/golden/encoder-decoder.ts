// Losses of an encoder, lstm(5) on [6, 3], whose last states an lstm(5) on [4, 2] starts from, and dense(2) on
// its steps; mean squared error, 10 steps of SGD on one batch of 4. Recorded from PyTorch 1.13 in f64, to 8
// digits. Data and weights are multiples of 2⁻¹⁶, the same in f32. The script that made the record:
//
// import torch
// torch.set_default_dtype(torch.float64)
//
// def uniforms(seed, count):  # (state >> 16) / 2^16
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 16) / 2**16)
//     return torch.tensor(out)
//
// steps, features, units, batch, later, width = 6, 3, 5, 4, 4, 2
// def weights(seed, *shape):
//     n = 1
//     for it in shape: n *= it
//     return (uniforms(seed, n) - 0.5).reshape(shape)
//
// def lstm(seed, size):
//     net = torch.nn.LSTM(size, units, batch_first=True)
//     with torch.no_grad():
//         net.weight_ih_l0.copy_(weights(seed, size, 4 * units).T)
//         net.weight_hh_l0.copy_(weights(seed + 1, units, 4 * units).T)
//         net.bias_ih_l0.copy_(weights(seed + 2, 4 * units))
//         net.bias_hh_l0.zero_()
//     net.bias_hh_l0.requires_grad_(False)
//     return net
//
// encoder, decoder = lstm(1, features), lstm(4, width)
// V, d = weights(7, units, width).requires_grad_(), weights(8, width).requires_grad_()
// x = weights(9, batch, steps, features)
// z = weights(10, batch, later, width)
// y = weights(11, batch, later, width)
// parameters = [V, d] + [p for net in (encoder, decoder) for p in net.parameters() if p.requires_grad]
// sgd = torch.optim.SGD(parameters, lr=0.5)
// losses = []
// for _ in range(10):
//     _, states = encoder(x)
//     out, _ = decoder(z, states)
//     loss = ((out @ V + d - y) ** 2).mean()
//     sgd.zero_grad(); loss.backward(); sgd.step()
//     losses.append(loss.item())
// print([float("%.8g" % it) for it in losses])

import { uniforms } from "./lcg.ts";

export const [steps, features, units, batch, later, width] = [6, 3, 5, 4, 4, 2];
export const learningRate = 0.5;

const draw = (seed: number, count: number) =>
  Float32Array.from(uniforms(seed, count, 16), (u) => u - 0.5);

function sequences(seed: number, length: number, size: number): number[][][] {
  const all = [...draw(seed, batch * length * size)];
  return Array.from({ length: batch }, (_, n) =>
    Array.from({ length }, (_, t) => all.slice((n * length + t) * size).slice(0, size)),
  );
}

/** The encoder's input, the decoder's, what it shall say. */
export function data(): { readonly x: number[][][][]; readonly y: number[][][] } {
  const x = [sequences(9, steps, features), sequences(10, later, width)];
  return { x, y: sequences(11, later, width) };
}

/** By the names of the parameters. */
export function weights(): Record<string, Float32Array> {
  const lstm = (name: string, seed: number, size: number) => ({
    [`${name}.weight`]: draw(seed, size * 4 * units),
    [`${name}.recurrentWeight`]: draw(seed + 1, units * 4 * units),
    [`${name}.bias`]: draw(seed + 2, 4 * units),
  });
  return {
    ...lstm("encoder", 1, features),
    ...lstm("decoder", 4, width),
    "out.weight": draw(7, units * width),
    "out.bias": draw(8, width),
  };
}

export const losses = [
  0.13671941, 0.078558146, 0.068883956, 0.067176938, 0.066740497, 0.066509393, 0.066314534,
  0.066128676, 0.065947235, 0.065769292,
] as const;
