// Products of matrices: a dense layer without an activation, its weights an input of theirs.

import { add, dense } from "../../../src/index.ts";
import { type Convert, predict, Skip } from "../call.ts";
import { type Floats, floats, transpose } from "../floats.ts";

export const products: Readonly<Record<string, Convert>> = {
  async MatMul(call) {
    const [a, b] = [call.floats(0), call.floats(1)];
    if (b.shape.length !== 2) throw new Skip("a matrix of its own for each sample");
    const layer = dense({ units: b.shape[1] as number, useBias: false, name: "it" });
    return predict([a], (x) => layer.apply(x), { "it.weight": b.data });
  },
  // alpha · A′ · B′ + beta · C
  async Gemm(call) {
    const turned = (it: Floats, name: string) =>
      call.integer(name, 0) ? transpose(it, [1, 0]) : it;
    const [a, b] = [turned(call.floats(0), "transA"), turned(call.floats(1), "transB")];
    const [alpha, beta] = [call.number("alpha", 1), call.number("beta", 1)];
    const [rows = 1, units = 1] = [a.shape[0], b.shape[1]];
    const weight = b.data.map((it) => alpha * it);
    const c = call.optional(2)?.data.map((it) => beta * it);
    if (c && c.length === rows * units && rows > 1) {
      const layer = dense({ units, useBias: false, name: "it" });
      return predict([a, floats([rows, units], c)], (x, y) => add().apply(layer.apply(x), y), {
        "it.weight": weight,
      });
    }
    const layer = dense({ units, useBias: c !== undefined, name: "it" });
    const bias = c && Float32Array.from({ length: units }, (_, i) => c[i % c.length] as number);
    const weights = { "it.weight": weight, ...(bias && { "it.bias": bias }) };
    return predict([a], (x) => layer.apply(x), weights);
  },
};
