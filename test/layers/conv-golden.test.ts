// Training with convolutions against PyTorch: the same data and weights, step by step.

import { describe, expect, test } from "vitest";
import {
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  flatten,
  type Layer,
  sequential,
  sgd,
} from "../../src/index.ts";
import * as golden from "../support/golden/conv.ts";
import { expectClose } from "../support/layer.ts";

const activation = "tanh";
const nets: Readonly<Record<keyof typeof golden.results, readonly Layer[]>> = {
  strides: [conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 1], activation })],
  same: [conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation })],
  dilation: [conv2d({ filters: 3, kernelSize: [3, 2], dilationRate: 2, activation: "relu" })],
  groups: [conv2d({ filters: 6, kernelSize: 2, groups: 2, activation })],
  transposed: [
    conv2d({ filters: 4, kernelSize: 2, strides: 2, activation }),
    conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, activation }),
  ],
  depthwise: [depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation })],
};

const rows = (values: Float32Array, width: number) =>
  Array.from({ length: values.length / width }, (_, i) =>
    values.subarray(i * width, (i + 1) * width),
  );

describe("20 SGD steps of a net are those that PyTorch does", () => {
  for (const [name, layers] of Object.entries(nets)) {
    test(name, async () => {
      const { losses, kernel, bias } = golden.results[name as keyof typeof nets];
      const top = dense({ units: 3, name: "top" });
      const model = await sequential({
        inputShape: [7, 6, 2],
        layers: [...layers, flatten(), top],
      });
      const started = model.getWeights();
      const start = (index: number, parameter: string) => {
        const count = started[parameter]?.data.length ?? 0;
        if (parameter === "top.weight") return golden.dense(count);
        if (parameter === "top.bias") return golden.denseBias();
        const drawn = parameter.endsWith("bias") ? golden.bias : golden.kernel;
        return drawn(index >> 1, count);
      };
      const names = Object.keys(started);
      model.setWeights(Object.fromEntries(names.map((it, index) => [it, start(index, it)])));
      model.compile({
        optimizer: sgd({ learningRate: golden.learningRate }),
        loss: "meanSquaredError",
      });
      const { x, y } = golden.data();
      const seen: number[] = [];
      await model.fit(
        { x: rows(x, 84), y: rows(y, 3) },
        {
          epochs: 20,
          batchSize: 5,
          shuffle: false,
          callbacks: { onBatchEnd: (_, { loss = Number.NaN }) => void seen.push(loss) },
        },
      );
      expect(seen).toBeNear(losses, { relative: 1e-4 });
      const weights = model.getWeights();
      const [first = "", last = ""] = [names[0], names.at(-3)];
      expectClose("kernel", weights[first]?.data.slice(0, kernel.length) ?? [], kernel, 1e-5);
      expectClose("bias", weights[last]?.data ?? [], bias, 1e-5);
      model.dispose();
    });
  }
});
