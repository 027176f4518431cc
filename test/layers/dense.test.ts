// Dense layers over the last dimension, whatever stands before it.

import { describe, test } from "vitest";
import { activation, dense } from "../../src/index.ts";
import { checkLayer } from "../support/layer.ts";

describe("dense", () => {
  const shapes = [[3], [4], [1, 1], [2, 3], [3, 4], [5, 8], [2, 3, 4], [2, 2, 5]];
  for (const shape of shapes) {
    for (const units of [1, 3, 4, 9]) {
      for (const f of ["linear", "tanh", "softmax", "swish"] as const) {
        test(`[${shape}] → ${units}, ${f}`, async () => {
          const inputs = shape.at(-1) ?? 1;
          await checkLayer(
            { layer: dense(units, f), inputShapes: [shape], batch: 3 },
            ([x], { weight, bias }) => {
              const rows = (x?.length ?? 0) / inputs;
              const y = new Float64Array(rows * units);
              for (let r = 0; r < rows; r++) {
                const z = Array.from({ length: units }, (_, j) => {
                  let sum = bias?.[j] ?? 0;
                  for (let i = 0; i < inputs; i++) {
                    sum += (x?.[r * inputs + i] ?? 0) * (weight?.[i * units + j] ?? 0);
                  }
                  return sum;
                });
                y.set(apply(f, z), r * units);
              }
              return y;
            },
          );
        });
      }
    }
  }
});

describe("softmax as a layer", () => {
  for (const shape of [[3], [2, 3], [2, 4], [2, 2, 5]]) {
    test(`is over the last dimension of [${shape}]`, async () => {
      const width = shape.at(-1) ?? 1;
      await checkLayer(
        { layer: activation("softmax"), inputShapes: [shape], batch: 2 },
        ([x = new Float64Array(0)]) => {
          const y = new Float64Array(x.length);
          for (let at = 0; at < x.length; at += width) {
            y.set(apply("softmax", [...x.subarray(at, at + width)]), at);
          }
          return y;
        },
      );
    });
  }
});

function apply(f: "linear" | "tanh" | "softmax" | "swish", z: number[]): number[] {
  switch (f) {
    case "linear":
      return z;
    case "tanh":
      return z.map(Math.tanh);
    case "swish":
      return z.map((x) => x / (1 + Math.exp(-x)));
    case "softmax": {
      const sum = z.reduce((total, x) => total + Math.exp(x), 0);
      return z.map((x) => Math.exp(x) / sum);
    }
  }
}
