// Four parameters after five steps of each optimizer, recorded from PyTorch 1.13 in f64 (nadam:
// from its formula in Python), to 12 digits. The script that made the record:
//
// import torch
// from math import prod, sqrt
//
// def uniforms(seed, count):  # (state >> 8) / 2^24
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 8) / 2**24)
//     return torch.tensor(out, dtype=torch.float64)
//
// gradients = uniforms(32, 5 * 4).reshape(5, 4) - 0.5
// o = torch.optim
// # PyTorch and Keras place epsilon differently in some rules; those are compared at epsilon 0.
// rules = {
//     "momentum": lambda w: o.SGD(w, lr=0.1, momentum=0.9),
//     "nesterov": lambda w: o.SGD(w, lr=0.1, momentum=0.9, nesterov=True),
//     "adagrad": lambda w: o.Adagrad(w, lr=0.1, initial_accumulator_value=0.1, eps=0),
//     "adadelta": lambda w: o.Adadelta(w, lr=0.5, rho=0.95, eps=1e-3),
//     "rmsprop": lambda w: o.RMSprop(w, lr=0.1, alpha=0.9, eps=0),
//     "rmspropMomentum": lambda w: o.RMSprop(w, lr=0.1, alpha=0.9, eps=0, momentum=0.5),
//     "rmspropCentered": lambda w: o.RMSprop(w, lr=0.1, alpha=0.9, eps=0, momentum=0.5,
//                                          centered=True),
//     "adam": lambda w: o.Adam(w, lr=0.1, eps=1e-3),
//     "amsgrad": lambda w: o.Adam(w, lr=0.1, betas=(0.9, 0.5), eps=1e-3, amsgrad=True),
//     "adamw": lambda w: o.AdamW(w, lr=0.1, eps=1e-3, weight_decay=0.04),
//     "adamax": lambda w: o.Adamax(w, lr=0.1, betas=(0.9, 0.5), eps=0),
// }
// for name, rule in rules.items():
//     w = uniforms(31, 4).requires_grad_()
//     optimizer = rule([w])
//     for step, g in enumerate(gradients):
//         if name in ["adam", "amsgrad", "adamw"]:
//             beta2 = optimizer.param_groups[0]["betas"][1]
//             # Keras adds epsilon to sqrt(v), torch to sqrt(v / (1 - beta2^t)).
//             optimizer.param_groups[0]["eps"] = 1e-3 / sqrt(1 - beta2 ** (step + 1))
//         w.grad = g.clone()
//         optimizer.step()
//     print(f"{name}: {[round(v, 12) for v in w.tolist()]}")
//
// # PyTorch 1.13 counts a factor of NAdam's product twice: Dozat's rule, products written out.
// w, m, v, mu = uniforms(31, 4), 0, 0, [0.9 * (1 - 0.5 * 0.96 ** t) for t in range(1, 7)]
// for t, g in enumerate(gradients, start=1):
//     m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g ** 2
//     blend = mu[t] * m / (1 - prod(mu[:t + 1])) + (1 - mu[t - 1]) * g / (1 - prod(mu[:t]))
//     w -= 0.1 * blend / (torch.sqrt(v / (1 - 0.999 ** t)) + 1e-3)
// print(f"nadam: {[round(v, 12) for v in w.tolist()]}")

import { uniforms } from "./lcg.ts";

/** w[4] at the start, and its gradients at the five steps. */
export function start(): { w: Float64Array; gradients: readonly Float64Array[] } {
  const u = uniforms(32, 5 * 4, 24).map((value) => value - 0.5);
  const gradients = Array.from({ length: 5 }, (_, step) => u.slice(4 * step, 4 * step + 4));
  return { w: uniforms(31, 4, 24), gradients };
}

/** w[4] after the five steps. */
export const results = {
  momentum: [0.119028109372, 0.225891192064, 0.117586594654, 0.534029214386],
  nesterov: [0.059114931279, 0.233224731063, 0.116879762857, 0.520930166964],
  adagrad: [0.137466672298, 0.147999469913, 0.059318116489, 0.717000615924],
  adadelta: [0.073501364499, 0.138414442754, 0.064873429361, 0.737135876597],
  rmsprop: [-0.145186383013, 0.372820620771, 0.036150108179, 0.416708018057],
  rmspropMomentum: [-0.303834467268, 0.764243418023, 0.139869062261, -0.146691045353],
  rmspropCentered: [-0.308513651382, 0.823388672911, 0.128096277129, -0.246590735879],
  adam: [0.184336685303, 0.353511661914, 0.07564530713, 0.468934060039],
  amsgrad: [0.207360487285, 0.343565594517, 0.058111266731, 0.478450965532],
  adamw: [0.178499256498, 0.349013451984, 0.07530097374, 0.456291461358],
  adamax: [0.18152671912, 0.490100125894, 0.107208722058, 0.305323432922],
  nadam: [0.11191944166, 0.210411503084, 0.044204619149, 0.649977239723],
} as const;
