// What convolutional layers are told: what comes back from a file, and what is refused.

import { describe, expect, test } from "vitest";
import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  type Layer,
  LayerwiseError,
  loadModel,
  separableConv2d,
  sequential,
} from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";

const common = {
  activation: "tanh",
  useBias: false,
  kernelInitializer: "heNormal",
  kernelRegularizer: { l1: 0.1 },
  trainable: false,
} as const;

const layers: readonly Layer[] = [
  conv1d({ filters: 4, kernelSize: 3 }),
  conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: "causal", groups: 2, ...common }),
  conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, dilationRate: 2, padding: "same" }),
  conv2d({ filters: 4, kernelSize: 3 }),
  conv2d({
    filters: 4,
    kernelSize: [3, 2],
    strides: [1, 2],
    dilationRate: 2,
    groups: 4,
    ...common,
  }),
  conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, biasInitializer: "ones", ...common }),
  depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", biasRegularizer: 0.5 }),
  separableConv2d({
    filters: 4,
    kernelSize: 3,
    depthMultiplier: 2,
    depthwiseInitializer: "ones",
    pointwiseInitializer: "heUniform",
    depthwiseRegularizer: 0.1,
    pointwiseRegularizer: { l2: 0.2 },
    trainable: false,
  }),
];

describe("the configuration of a convolution", () => {
  for (const layer of layers) {
    test(`${layer.type} is the same after it was written down and read`, () => {
      const config = JSON.parse(JSON.stringify(layer.config));
      const again = layerFromConfig("test", layer.type, { ...config, name: "one" });
      expect(again.config).toEqual(layer.config);
      expect(again.trainable).toBe(layer.trainable);
      expect(again.name).toBe("one");
    });
  }
});

test("a saved model with convolutions predicts the same", async () => {
  const model = await sequential({
    inputShape: [6, 6, 2],
    seed: 3,
    layers: [
      conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu", groups: 2 }),
      depthwiseConv2d({ kernelSize: 2, strides: 2 }),
      separableConv2d({ filters: 3, kernelSize: 2, trainable: false }),
      conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
    ],
  });
  const again = await loadModel(model.save());
  const x = [Array.from({ length: 72 }, (_, i) => Math.sin(i))];
  expect((await again.predict(x)).data).toEqual((await model.predict(x)).data);
  model.dispose();
  again.dispose();
});

describe("shapes", () => {
  const image = [28, 20, 4];
  const tables: readonly [Layer, readonly number[], readonly number[], Record<string, number[]>][] =
    [
      [
        conv2d({ filters: 6, kernelSize: [3, 5], groups: 2 }),
        image,
        [26, 16, 6],
        { weight: [3, 5, 2, 6], bias: [6] },
      ],
      [
        conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: "same", useBias: false }),
        [7, 8, 4],
        [4, 4, 6],
        { weight: [3, 3, 4, 6] },
      ],
      [
        conv1d({ filters: 6, kernelSize: 3, dilationRate: 2 }),
        [9, 4],
        [5, 6],
        { weight: [3, 4, 6], bias: [6] },
      ],
      [
        conv2dTranspose({ filters: 6, kernelSize: 3, strides: 2 }),
        [4, 5, 3],
        [9, 11, 6],
        { weight: [3, 3, 6, 3], bias: [6] },
      ],
      [
        conv1dTranspose({ filters: 6, kernelSize: 3, strides: 2, padding: "same" }),
        [4, 3],
        [8, 6],
        { weight: [3, 6, 3], bias: [6] },
      ],
      [
        depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
        image,
        [26, 18, 8],
        { weight: [3, 3, 4, 2], bias: [8] },
      ],
      [
        separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2 }),
        image,
        [26, 18, 5],
        { depthwise: [3, 3, 4, 2], weight: [1, 1, 8, 5], bias: [5] },
      ],
    ];
  for (const [layer, input, output, parameters] of tables) {
    test(`${layer.type} of [${input}] gives [${output}]`, () => {
      const built = layer.build("test", input);
      expect(built.outputShape).toEqual(output);
      const shapes = Object.fromEntries(built.parameters.map((it) => [it.name, it.shape]));
      expect(shapes).toEqual(parameters);
    });
  }
});

describe("what no convolution takes", () => {
  const refused: readonly [string, string, () => unknown][] = [
    ["invalidArgument", "no filters", () => conv2d({ filters: 0, kernelSize: 3 })],
    ["invalidArgument", "half a pixel", () => conv2d({ filters: 1, kernelSize: 1.5 })],
    [
      "invalidArgument",
      "a window of three numbers",
      () => conv2d({ filters: 1, kernelSize: [1, 2, 3] as unknown as [number, number] }),
    ],
    [
      "invalidArgument",
      "a window of two numbers on a sequence",
      () => conv1d({ filters: 1, kernelSize: [1, 2] as unknown as number }),
    ],
    [
      "invalidArgument",
      "strides of 0",
      () => conv2d({ filters: 1, kernelSize: 1, strides: [1, 0] }),
    ],
    [
      "invalidArgument",
      "3 filters in 2 groups",
      () => conv1d({ filters: 3, kernelSize: 1, groups: 2 }),
    ],
    [
      "invalidArgument",
      "trainable: 1",
      () => conv2d({ filters: 1, kernelSize: 1, trainable: 1 as unknown as boolean }),
    ],
    [
      "invalidArgument",
      "no multiplier",
      () => depthwiseConv2d({ kernelSize: 1, depthMultiplier: 0 }),
    ],
    [
      "unknownName",
      "causal images",
      () => conv2d({ filters: 1, kernelSize: 1, padding: "causal" as "same" }),
    ],
    [
      "unknownName",
      "one kernel where there are two",
      () => separableConv2d({ filters: 1, kernelSize: 1, kernelInitializer: "ones" } as never),
    ],
    [
      "unknownName",
      "a misspelled option",
      () => conv2d({ filters: 1, kernelSize: 1, stride: 2 } as never),
    ],
    [
      "unknownName",
      "filters of a depthwise one",
      () => depthwiseConv2d({ filters: 1, kernelSize: 1 } as never),
    ],
    ["shapeMismatch", "a vector", () => conv2d({ filters: 1, kernelSize: 1 }).build("test", [4])],
    [
      "shapeMismatch",
      "an image as a sequence",
      () => conv1d({ filters: 1, kernelSize: 1 }).build("test", [4, 4, 1]),
    ],
    [
      "shapeMismatch",
      "a window that does not fit",
      () => conv2d({ filters: 1, kernelSize: 3 }).build("test", [2, 9, 1]),
    ],
    [
      "shapeMismatch",
      "3 channels in 2 groups",
      () => conv2d({ filters: 2, kernelSize: 1, groups: 2 }).build("test", [4, 4, 3]),
    ],
  ];
  for (const [code, what, make] of refused) {
    test(`${what}: ${code}`, () => {
      let error: unknown;
      try {
        make();
      } catch (it) {
        error = it;
      }
      expect(error).toBeInstanceOf(LayerwiseError);
      expect((error as LayerwiseError).code).toBe(code);
    });
  }
});
