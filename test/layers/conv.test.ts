// Convolutions against their formula: every window, channel and filter in a plain loop.

import { describe, test } from "vitest";
import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  type Layer,
  separableConv2d,
} from "../../src/index.ts";
import { checkLayer, type LayerCase } from "../support/layer.ts";

type Config = Readonly<Record<string, unknown>>;

/** What a configuration says, as pairs; a sequence is an image of height 1. */
function windowOf(config: Config) {
  const pair = (it: unknown): number[] => (Array.isArray(it) ? it : [1, it as number]);
  const [kernel, strides, dilation] = [config.kernelSize, config.strides, config.dilationRate].map(
    pair,
  ) as [number[], number[], number[]];
  return { kernel, strides, dilation, padding: config.padding as string };
}

type Size = readonly [number, number, number];
const image = (shape: readonly number[]): Size =>
  (shape.length === 2 ? [1, ...shape] : [...shape]) as unknown as Size;

/** Calls `visit` for every pixel of the output, place of the window and pixel of the input that they mean. */
function forWindows(
  config: Config,
  [height, width]: Size,
  [outHeight, outWidth]: Size,
  visit: (output: number, place: number, input: number) => void,
): void {
  const { kernel, strides, dilation, padding } = windowOf(config);
  const [sizes, outs] = [
    [height, width],
    [outHeight, outWidth],
  ];
  const before = [0, 1].map((i) => {
    const [k, s, d, n] = [kernel, strides, dilation, sizes].map((it) => it[i] as number) as [
      number,
      number,
      number,
      number,
    ];
    if (padding === "valid") return 0;
    if (padding === "causal") return (k - 1) * d;
    const out = Math.ceil(n / s);
    return Math.floor(Math.max((out - 1) * s + (k - 1) * d + 1 - n, 0) / 2);
  });
  const at = (out: number, place: number, i: number) =>
    out * (strides[i] as number) - (before[i] as number) + place * (dilation[i] as number);
  for (let oy = 0; oy < (outs[0] as number); oy++) {
    for (let ox = 0; ox < (outs[1] as number); ox++) {
      for (let ky = 0; ky < (kernel[0] as number); ky++) {
        for (let kx = 0; kx < (kernel[1] as number); kx++) {
          const [y, x] = [at(oy, ky, 0), at(ox, kx, 1)];
          if (y < 0 || x < 0 || y >= height || x >= width) continue;
          visit(oy * outWidth + ox, ky * (kernel[1] as number) + kx, y * width + x);
        }
      }
    }
  }
}

const functions: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  tanh: Math.tanh,
  swish: (x) => x / (1 + Math.exp(-x)),
};

/** conv, depthwise and transposed convolutions of one sample, without bias and function. */
function product(
  type: string,
  config: Config,
  input: Size,
  output: Size,
  x: Float64Array,
  weight: Float64Array,
): Float64Array {
  const y = new Float64Array(output[0] * output[1] * output[2]);
  const [cin, cout] = [input[2], output[2]];
  const add = (i: number, j: number, w: number) => {
    y[j] = (y[j] as number) + (x[i] as number) * (weight[w] as number);
  };
  if (type.endsWith("Transpose")) {
    forWindows(config, output, input, (small, place, large) => {
      for (let c = 0; c < cin; c++) {
        for (let f = 0; f < cout; f++)
          add(small * cin + c, large * cout + f, (place * cout + f) * cin + c);
      }
    });
  } else if (type === "depthwiseConv2d") {
    const each = cout / cin;
    forWindows(config, input, output, (out, place, at) => {
      for (let c = 0; c < cin; c++) {
        for (let m = 0; m < each; m++)
          add(at * cin + c, out * cout + c * each + m, (place * cin + c) * each + m);
      }
    });
  } else {
    const groups = config.groups as number;
    const [inGroup, outGroup] = [cin / groups, cout / groups];
    forWindows(config, input, output, (out, place, at) => {
      for (let f = 0; f < cout; f++) {
        const first = Math.floor(f / outGroup) * inGroup;
        for (let c = 0; c < inGroup; c++) {
          add(at * cin + first + c, out * cout + f, (place * inGroup + c) * cout + f);
        }
      }
    });
  }
  return y;
}

/** Of a layer by its configuration: all samples, bias and function included. */
async function check(
  layer: Layer,
  inputShape: readonly number[],
  batch = 2,
  more: Partial<LayerCase> = {},
): Promise<void> {
  const { config, type } = layer;
  const { outputShape } = layer.build("test", inputShape);
  const [input, output] = [image(inputShape), image(outputShape)];
  const f = functions[(config.activation as { name: string }).name] ?? Number;
  await checkLayer(
    { layer, inputShapes: [inputShape], batch, ...more },
    ([x = new Float64Array()], { weight = new Float64Array(), depthwise, bias }, samples) => {
      const floats = x.length / samples;
      const rows = Array.from({ length: samples }, (_, s) => {
        const row = x.subarray(s * floats, (s + 1) * floats);
        if (!depthwise) return product(type, config, input, output, row, weight);
        const middle: Size = [output[0], output[1], input[2] * (config.depthMultiplier as number)];
        const z = product("depthwiseConv2d", config, input, middle, row, depthwise);
        const point = { kernelSize: [1, 1], strides: [1, 1], dilationRate: [1, 1], groups: 1 };
        return product("", { ...point, padding: "valid" }, middle, output, z, weight);
      });
      return Float64Array.from(
        rows.flatMap((row) => [...row].map((z, j) => f(z + (bias?.[j % output[2]] ?? 0)))),
      );
    },
  );
}

const paddings = ["valid", "same"] as const;

describe("conv2d", () => {
  for (const [channels, filters] of [
    [1, 4],
    [3, 3],
    [4, 8],
    [2, 9],
    [5, 1],
    [5, 12],
  ] as const) {
    for (const padding of paddings) {
      test(`${channels} channels to ${filters} filters, ${padding}`, async () => {
        await check(conv2d({ filters, kernelSize: 3, padding, activation: "tanh" }), [
          5,
          4,
          channels,
        ]);
      });
    }
  }
  for (const padding of paddings) {
    for (const strides of [2, [1, 3], [3, 2]] as const) {
      for (const kernelSize of [1, 2, [3, 2], [1, 4]] as const) {
        test(`strides ${strides}, window ${kernelSize}, ${padding}`, async () => {
          await check(conv2d({ filters: 3, kernelSize, strides, padding }), [5, 7, 2]);
        });
      }
    }
    for (const dilationRate of [2, [1, 3]] as const) {
      test(`dilation ${dilationRate}, ${padding}`, async () => {
        await check(conv2d({ filters: 4, kernelSize: [2, 3], dilationRate, padding }), [6, 7, 3]);
      });
    }
    for (const [groups, channels, filters] of [
      [2, 4, 8],
      [3, 3, 9],
      [2, 6, 2],
      [2, 2, 18],
    ] as const) {
      test(`${groups} groups, ${channels} to ${filters}, ${padding}`, async () => {
        await check(conv2d({ filters, kernelSize: 2, groups, padding }), [3, 4, channels]);
      });
    }
  }
  test("single pixels, a product of matrices", async () => {
    await check(conv2d({ filters: 8, kernelSize: 1, activation: "tanh" }), [3, 3, 4]);
    await check(
      conv2d({ filters: 12, kernelSize: 1, activation: "swish", useBias: false }),
      [1, 5, 4],
    );
    await check(conv1d({ filters: 4, kernelSize: 1, activation: "tanh" }), [5, 8], 3, {
      capacity: 5,
    });
  });
  test("strides, dilation and groups at once", async () => {
    const options = { strides: 2, dilationRate: 2, groups: 2, padding: "same" } as const;
    await check(conv2d({ filters: 6, kernelSize: 3, ...options }), [7, 5, 4]);
  });
  test("a window that is larger than the image", async () => {
    await check(conv2d({ filters: 4, kernelSize: 5, padding: "same" }), [2, 3, 2]);
    await check(conv2d({ filters: 3, kernelSize: 3, dilationRate: 4, padding: "same" }), [3, 1, 1]);
  });
  test("a function whose gradient needs its input, and no bias", async () => {
    await check(conv2d({ filters: 3, kernelSize: 2, activation: "swish" }), [3, 3, 2]);
    await check(
      conv2d({ filters: 4, kernelSize: 2, useBias: false, activation: "tanh" }),
      [3, 3, 2],
    );
  });
  test("one sample, and fewer samples than there is room for", async () => {
    await check(conv2d({ filters: 5, kernelSize: 2 }), [3, 4, 3], 1);
    await check(conv2d({ filters: 5, kernelSize: 2, padding: "same" }), [3, 4, 3], 3, {
      capacity: 7,
    });
  });
  test("used forward only", async () => {
    const layer = conv2d({ filters: 5, kernelSize: 2, activation: "swish" });
    await check(layer, [3, 4, 3], 2, { training: false });
  });
});

describe("a convolution of what a convolution gave", () => {
  const activation = "tanh";
  const layers: readonly (readonly [Layer, number])[] = [
    [conv2d({ filters: 3, kernelSize: 3, padding: "same", activation }), 3],
    [conv2d({ filters: 4, kernelSize: 2, padding: "same", groups: 2, activation }), 4],
    [conv2d({ filters: 8, kernelSize: 1, activation }), 8],
    [conv2dTranspose({ filters: 3, kernelSize: 3, padding: "same", activation }), 3],
    [conv2dTranspose({ filters: 4, kernelSize: 1, padding: "same", activation }), 4],
    [depthwiseConv2d({ kernelSize: 3, padding: "same", activation }), 5],
  ];
  for (const [layer, channels] of layers) {
    test(`${layer.type} of ${channels} channels, its gradients added up`, async () => {
      const size: Size = [4, 3, channels];
      const nodes = [0, 1].map((input) => ({ layer: 0, inputs: [input] }));
      await checkLayer(
        { layer, inputShapes: [size], batch: 2, nodes },
        ([x = new Float64Array()], { weight = new Float64Array(), bias }, batch) => {
          const once = (x: Float64Array) =>
            product(layer.type, layer.config, size, size, x, weight).map((z, j) =>
              Math.tanh(z + (bias?.[j % channels] ?? 0)),
            );
          const floats = x.length / batch;
          const rows = Array.from({ length: batch }, (_, s) =>
            once(once(x.subarray(s * floats, (s + 1) * floats))),
          );
          return Float64Array.from(rows.flatMap((row) => [...row]));
        },
      );
    });
  }
});

describe("conv1d", () => {
  for (const padding of ["valid", "same", "causal"] as const) {
    for (const [strides, dilationRate] of [
      [1, 1],
      [2, 1],
      [1, 2],
      [3, 2],
    ] as const) {
      test(`strides ${strides}, dilation ${dilationRate}, ${padding}`, async () => {
        const options = { strides, dilationRate, padding };
        await check(conv1d({ filters: 3, kernelSize: 3, activation: "tanh", ...options }), [8, 5]);
        await check(conv1d({ filters: 8, kernelSize: 2, groups: 2, ...options }), [9, 4]);
      });
    }
  }
});

describe("transposed convolutions", () => {
  for (const padding of paddings) {
    for (const [kernelSize, strides] of [
      [3, 1],
      [3, 2],
      [2, 2],
      [1, 2],
      [
        [2, 3],
        [3, 1],
      ],
    ] as const) {
      for (const [channels, filters] of [
        [2, 3],
        [4, 4],
        [3, 9],
      ] as const) {
        test(`${channels} to ${filters}, window ${kernelSize}, strides ${strides}, ${padding}`, async () => {
          const options = { filters, kernelSize, strides, padding, activation: "tanh" } as const;
          await check(conv2dTranspose(options), [3, 2, channels]);
        });
      }
    }
    test(`dilation, ${padding}`, async () => {
      const options = { kernelSize: 3, strides: 2, dilationRate: 2, padding } as const;
      await check(conv2dTranspose({ filters: 2, ...options }), [3, 2, 3]);
      await check(conv1dTranspose({ filters: 2, ...options, activation: "swish" }), [4, 3]);
    });
  }
});

describe("depthwiseConv2d", () => {
  for (const padding of paddings) {
    for (const [channels, depthMultiplier] of [
      [1, 1],
      [3, 1],
      [4, 1],
      [9, 1],
      [2, 2],
      [3, 3],
      [4, 5],
    ] as const) {
      test(`${channels} channels × ${depthMultiplier}, ${padding}`, async () => {
        const options = { kernelSize: [2, 3], depthMultiplier, padding } as const;
        await check(depthwiseConv2d({ ...options, activation: "tanh" }), [4, 5, channels]);
      });
    }
    test(`strides and dilation, ${padding}`, async () => {
      await check(depthwiseConv2d({ kernelSize: 3, strides: 2, padding }), [7, 5, 4]);
      await check(depthwiseConv2d({ kernelSize: 2, dilationRate: 2, padding }), [5, 4, 8]);
      const options = { kernelSize: 1, strides: [2, 3] as const, padding };
      await check(depthwiseConv2d({ ...options, activation: "swish", useBias: false }), [4, 4, 3]);
    });
  }
});

describe("separableConv2d", () => {
  for (const padding of paddings) {
    for (const [channels, depthMultiplier, filters] of [
      [3, 1, 5],
      [4, 2, 4],
      [2, 3, 3],
    ] as const) {
      test(`${channels} × ${depthMultiplier} to ${filters}, ${padding}`, async () => {
        const options = { kernelSize: 3, depthMultiplier, filters, padding } as const;
        await check(separableConv2d({ ...options, activation: "tanh" }), [5, 4, channels]);
        await check(separableConv2d({ ...options, strides: 2, activation: "swish" }), [
          5,
          4,
          channels,
        ]);
      });
    }
  }
});
