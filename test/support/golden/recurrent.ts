// Losses of embedding(7 → 3), lstm or gru(5), dense(1) on sequences of 6 indices; mean squared error, 20
// steps of SGD on one batch of 4. Recorded from PyTorch 1.13 in f64, to 8 digits. Data and weights are
// multiples of 2⁻¹⁶, the same in f32. The script that made the record:
//
// import torch, json
// torch.set_default_dtype(torch.float64)
//
// def uniforms(seed, count):  # (state >> 16) / 2^16
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 16) / 2**16)
//     return torch.tensor(out)
//
// steps, features, units, batch = 6, 3, 5, 4
// def weights(seed, *shape):
//     n = 1
//     for it in shape: n *= it
//     return (uniforms(seed, n) - 0.5).reshape(shape)
//
// def blocks(w, order):  # Keras' columns → torch's rows
//     return torch.cat([w.chunk(len(order), -1)[i] for i in order], -1)
//
// def train(kind):
//     gates = {"lstm": 4, "gru": 3}[kind]
//     order = {"lstm": [0, 1, 2, 3], "gru": [1, 0, 2]}[kind]  # gru: z r h → r z n
//     table = weights(1, 7, features).requires_grad_()
//     W, U = weights(2, features, gates * units), weights(3, units, gates * units)
//     b = weights(4, gates * units) if kind == "lstm" else weights(4, 2, gates * units)
//     V, d = weights(5, units, 1).requires_grad_(), weights(6, 1).requires_grad_()
//     net = (torch.nn.LSTM if kind == "lstm" else torch.nn.GRU)(features, units, batch_first=True)
//     with torch.no_grad():
//         net.weight_ih_l0.copy_(blocks(W, order).T)
//         net.weight_hh_l0.copy_(blocks(U, order).T)
//         net.bias_ih_l0.copy_(blocks(b if kind == "lstm" else b[0], order))
//         net.bias_hh_l0.copy_(torch.zeros(gates * units) if kind == "lstm" else blocks(b[1], order))
//     if kind == "lstm": net.bias_hh_l0.requires_grad_(False)
//     x = (uniforms(7, batch * steps) * 7).long().reshape(batch, steps)
//     y = uniforms(8, batch).reshape(batch, 1)
//     parameters = [table, V, d] + [p for p in net.parameters() if p.requires_grad]
//     sgd = torch.optim.SGD(parameters, lr=0.2)
//     losses = []
//     for _ in range(20):
//         out, _ = net(table[x])
//         loss = ((out[:, -1] @ V + d - y) ** 2).mean()
//         sgd.zero_grad(); loss.backward(); sgd.step()
//         losses.append(loss.item())
//     return losses
//
// for kind in ["lstm", "gru"]:
//     print(kind, [float("%.8g" % it) for it in train(kind)])

import { uniforms } from "./lcg.ts";

export const [steps, features, units, batch] = [6, 3, 5, 4];
export const learningRate = 0.2;

export function data(): { x: number[][]; y: number[][] } {
  const indices = uniforms(7, batch * steps, 16).map((u) => Math.floor(u * 7));
  const x = Array.from({ length: batch }, (_, i) => [...indices.slice(i * steps, (i + 1) * steps)]);
  return { x, y: [...uniforms(8, batch, 16)].map((u) => [u]) };
}

/** In the layouts of Layerwise, by the names of the parameters. */
export function weights(type: "lstm" | "gru"): Record<string, Float32Array> {
  const columns = (type === "lstm" ? 4 : 3) * units;
  const draw = (seed: number, count: number) =>
    Float32Array.from(uniforms(seed, count, 16), (u) => u - 0.5);
  return {
    "embedding_1.weight": draw(1, 7 * features),
    [`${type}_1.weight`]: draw(2, features * columns),
    [`${type}_1.recurrentWeight`]: draw(3, units * columns),
    [`${type}_1.bias`]: draw(4, type === "lstm" ? columns : 2 * columns),
    "dense_1.weight": draw(5, units),
    "dense_1.bias": draw(6, 1),
  };
}

export const losses = {
  lstm: [
    0.47204215, 0.22896656, 0.15385296, 0.13102351, 0.12411801, 0.12197676, 0.12124292, 0.12092038,
    0.12071602, 0.12054402, 0.12037926, 0.1202144, 0.12004722, 0.11987703, 0.11970356, 0.11952668,
    0.11934629, 0.1191623, 0.11897461, 0.11878313,
  ],
  gru: [
    0.42462836, 0.15435754, 0.12230108, 0.11842517, 0.11722139, 0.11622885, 0.11524176, 0.11424154,
    0.11322431, 0.11218744, 0.11112844, 0.11004494, 0.10893466, 0.10779543, 0.10662519, 0.10542201,
    0.1041841, 0.10290985, 0.10159782, 0.10024682,
  ],
} as const;
