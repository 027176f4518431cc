// Losses of small nets with one convolution or two and a dense layer on top, over 20 steps of SGD (mean
// squared error, all 5 samples at once), and where training took the first numbers of the first kernel and the
// last convolution's bias. Recorded from PyTorch 1.13 in f64, to 9 digits. The script that made the record:
//
// import torch
// F = torch.nn.functional
//
// def uniforms(seed, count):  # (state >> 8) / 2^24
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 8) / 2**24)
//     return torch.tensor(out, dtype=torch.float64)
//
// # Ours: [kh, kw, in / groups, out]; transposed [kh, kw, out, in]; depthwise [kh, kw, in, multiplier].
// oihw = lambda w: w.permute(3, 2, 0, 1)
// nets = {  # shapes of the weights, then the net on [n, c, h, w]
//   "strides": ([(3, 2, 2, 5)], lambda x, w, b: F.conv2d(x, oihw(w[0]), b[0], stride=(2, 1)).tanh()),
//   "same": ([(3, 3, 2, 4)], lambda x, w, b: F.conv2d(F.pad(x, (0, 1, 1, 1)), oihw(w[0]), b[0], stride=2).tanh()),
//   "dilation": ([(3, 2, 2, 3)], lambda x, w, b: F.conv2d(x, oihw(w[0]), b[0], dilation=2).relu()),
//   "groups": ([(2, 2, 1, 6)], lambda x, w, b: F.conv2d(x, oihw(w[0]), b[0], groups=2).tanh()),
//   "transposed": ([(2, 2, 2, 4), (3, 3, 3, 4)], lambda x, w, b: F.conv_transpose2d(
//       F.conv2d(x, oihw(w[0]), b[0], stride=2).tanh(), w[1].permute(3, 2, 0, 1), b[1], stride=2).tanh()),
//   "depthwise": ([(3, 3, 2, 2)], lambda x, w, b: F.conv2d(
//       x, w[0].permute(2, 3, 0, 1).reshape(4, 1, 3, 3), b[0], groups=2).tanh()),
// }
//
// def run(name):
//     shapes, net = nets[name]
//     x = (2 * uniforms(1, 5 * 7 * 6 * 2) - 1).reshape(5, 7, 6, 2).permute(0, 3, 1, 2)
//     t = (2 * uniforms(2, 5 * 3) - 1).reshape(5, 3)
//     w = [(uniforms(10 + i, torch.Size(s).numel()) - 0.5).reshape(s) for i, s in enumerate(shapes)]
//     outs = [s[2] if name == "transposed" and i else s[2] * s[3] if name == "depthwise" else s[3] for i, s in enumerate(shapes)]
//     b = [(uniforms(20 + i, n) - 0.5) / 4 for i, n in enumerate(outs)]
//     flat = lambda y: y.permute(0, 2, 3, 1).reshape(5, -1)
//     n = flat(net(x, w, b)).shape[1]
//     dense = ((uniforms(30, n * 3) - 0.5) / 2).reshape(n, 3)
//     bias = (uniforms(31, 3) - 0.5) / 4
//     p = [*w, *b, dense, bias]
//     for q in p: q.requires_grad_()
//     opt = torch.optim.SGD(p, lr=0.05)
//     losses = []
//     for _ in range(20):
//         loss = F.mse_loss(flat(net(x, w, b)) @ dense + bias, t)
//         opt.zero_grad()
//         loss.backward()
//         opt.step()
//         losses.append(loss.item())
//     return losses, w[0].detach().flatten()[:6].tolist(), b[-1].detach().tolist()
//
// for name in nets:
//     losses, kernel, bias = run(name)
//     r = lambda l: "[" + ", ".join(f"{x:.9g}" for x in l) + "]"
//     print(f'  {name}: {{\n    losses: {r(losses)},\n    kernel: {r(kernel)},\n    bias: {r(bias)},\n  }},')

import { uniforms } from "./lcg.ts";

const scaled = (seed: number, count: number, factor: number) =>
  Float32Array.from(uniforms(seed, count, 24), (u) => (u - 0.5) * factor);

/** 5 images [7, 6, 2] and 5 targets [3]. */
export const data = () => ({ x: scaled(1, 5 * 84, 2), y: scaled(2, 15, 2) });

/** The kernels, biases and dense layer that training starts from. */
export const kernel = (index: number, count: number) => scaled(10 + index, count, 1);
export const bias = (index: number, count: number) => scaled(20 + index, count, 0.25);
export const dense = (count: number) => scaled(30, count, 0.5);
export const denseBias = () => scaled(31, 3, 0.25);

export const learningRate = 0.05;

export const results = {
  strides: {
    losses: [
      0.485081212, 0.342919303, 0.244499539, 0.175505196, 0.126677927, 0.0918662548, 0.0668985381,
      0.0489016546, 0.035873335, 0.0264054295, 0.0195004774, 0.0144478102, 0.0107386356,
      0.0080071732, 0.00598948466, 0.00449447727, 0.00338336318, 0.00255503994, 0.00193564328,
      0.00147105466,
    ],
    kernel: [-0.235701846, -0.30451388, 0.181065046, -0.458805139, -0.437316565, -0.408816291],
    bias: [-0.0937423442, -0.138713059, 0.0629231805, 0.0268865994, 0.0170181067],
  },
  same: {
    losses: [
      0.478671775, 0.374475902, 0.294870331, 0.233423024, 0.185596167, 0.148118136, 0.118586424,
      0.0952091821, 0.0766324996, 0.0618221956, 0.0499811551, 0.0404903796, 0.0328662111,
      0.0267288076, 0.021778595, 0.0177784692, 0.0145402109, 0.0119140264, 0.00978043986,
      0.00804396974,
    ],
    kernel: [-0.244583194, -0.290594445, 0.162562174, -0.491337616, -0.418774503, -0.426126002],
    bias: [-0.00215180196, -0.135566749, 0.036288247, -0.0776304392],
  },
  dilation: {
    losses: [
      0.204217921, 0.183817619, 0.167067935, 0.15253766, 0.140017036, 0.129110379, 0.11954937,
      0.11111977, 0.103645882, 0.0969659386, 0.090784311, 0.0852571949, 0.08027965, 0.0757634462,
      0.0716499641, 0.0679596912, 0.0645649994, 0.0614341774, 0.05853378, 0.0558372929,
    ],
    kernel: [-0.265403079, -0.341340481, 0.207787529, -0.450258681, -0.441787145, -0.441854652],
    bias: [-0.0382982066, -0.137526491, 0.0149654478],
  },
  groups: {
    losses: [
      0.737667346, 0.464510946, 0.312095144, 0.219063794, 0.158668067, 0.117582033, 0.0886117985,
      0.0676213593, 0.0520974013, 0.0404362911, 0.0315715057, 0.0247692077, 0.0195105137,
      0.0154204866, 0.0122234806, 0.00971401531, 0.00773718272, 0.00617511959, 0.00493746245,
      0.00395448897,
    ],
    kernel: [-0.186519713, -0.32945313, 0.077802622, -0.42901705, -0.352516135, -0.364351498],
    bias: [0.0266004345, -0.00960096249, 0.0111906225, -0.0417604038, 0.0532617571, -0.094478207],
  },
  transposed: {
    losses: [
      0.471309186, 0.318291479, 0.221140682, 0.157181302, 0.113814092, 0.083629797, 0.0621539369,
      0.0466104009, 0.0352177609, 0.0267907342, 0.0205144334, 0.0158139615, 0.0122761923,
      0.00960058387, 0.00756676992, 0.0060123556, 0.00481726114, 0.00389246938, 0.00317184199,
      0.00260612684,
    ],
    kernel: [-0.261291204, -0.284975295, 0.203778303, -0.442403058, -0.486587136, -0.443468485],
    bias: [-0.0655153496, -0.0396448193, -0.0492900687],
  },
  depthwise: {
    losses: [
      0.30680597, 0.229838349, 0.172987891, 0.1306193, 0.0988641724, 0.0749759987, 0.0569606077,
      0.0433488809, 0.0330485364, 0.0252428841, 0.0193192234, 0.0148169594, 0.0113894021,
      0.00877536299, 0.00677791609, 0.00524846855, 0.00407479718, 0.00317205801, 0.00247602891,
      0.00193803033,
    ],
    kernel: [-0.268231837, -0.3139936, 0.154426612, -0.474113064, -0.40847064, -0.400216628],
    bias: [-0.062643578, -0.126391436, 0.0193572786, 0.0643467127],
  },
} as const;
