// Images at random: against references that draw the same parameters and work in f64.

import { describe, expect, test } from "vitest";
import { STREAM_AUGMENT } from "../../assembly/abi.ts";
import {
  type FillMode,
  randomBrightness,
  randomContrast,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
  rescaling,
} from "../../src/index.ts";
import type { Layer } from "../../src/layers/layer.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { ANGLE, turnedImages } from "../support/golden/augmentation.ts";
import { checkLayer, draw, expectClose, type LayerCase, runLayer } from "../support/layer.ts";
import { type Affine, IDENTITY, seenThrough, turned } from "../support/reference/images.ts";
import { rejection } from "../support/rejection.ts";
import { wordsAt } from "../support/words.ts";

type Shape = readonly [height: number, width: number, channels: number];
/** Of an image of that shape, from a sample's uniform numbers in [0, 1). */
type Draws = readonly [number, number, number, number];
type MapOf = (draws: Draws, shape: Shape) => Affine;

const between = (u: number, [low, high]: readonly [number, number]) => low + (high - low) * u;
const drawsOf = (seed: number, step: number, sample: number) =>
  wordsAt({ seed, step, stream: STREAM_AUGMENT }, sample).map(
    (it) => it / 2 ** 32,
  ) as unknown as Draws;

const flipped =
  (horizontal: boolean, vertical: boolean): MapOf =>
  ([u, v], [height, width]) => ({
    ...IDENTITY,
    ...(horizontal && u < 0.5 && { xx: -1, x0: width - 1 }),
    ...(vertical && v < 0.5 && { yy: -1, y0: height - 1 }),
  });

const zoomed =
  (ofHeight: readonly [number, number], ofWidth?: readonly [number, number]): MapOf =>
  ([u, v], [height, width]) => {
    const down = between(u, ofHeight);
    const right = ofWidth ? between(v, ofWidth) : down;
    const [y0, x0] = [(-down * (height - 1)) / 2, (-right * (width - 1)) / 2];
    return { ...IDENTITY, xx: 1 + right, x0, yy: 1 + down, y0 };
  };

const moved: MapOf = ([u, v], [height, width]) => ({
  ...IDENTITY,
  y0: -between(u, [-0.5, 0.5]) * height,
  x0: -between(v, [0.1, 0.9]) * width,
});

const fills: [FillMode, number][] = [
  ["constant", 0],
  ["constant", 1.5],
  ["nearest", 0],
  ["reflect", 0],
];
const shapes: Shape[] = [
  [1, 1, 1],
  [1, 4, 3],
  [3, 5, 1],
  [2, 9, 2],
  [4, 3, 4],
  [3, 3, 5],
  [2, 2, 9],
];
const maps: [string, Layer, MapOf, number][] = [
  ["flips in both directions", randomFlip(), flipped(true, true), 0],
  ["horizontal flips", randomFlip({ mode: "horizontal" }), flipped(true, false), 0],
  ["vertical flips", randomFlip({ mode: "vertical" }), flipped(false, true), 0],
];
for (const [fillMode, fillValue] of fills) {
  for (const interpolation of ["bilinear", "nearest"] as const) {
    const sampling = { fillMode, fillValue, interpolation };
    const how = `, ${interpolation}, filled with ${fillMode} ${fillValue}`;
    const translation = { heightFactor: 0.5, widthFactor: [0.1, 0.9], ...sampling } as const;
    maps.push([`translations${how}`, randomTranslation(translation), moved, fillValue]);
    const rotation: MapOf = ([u], [height, width]) =>
      turned(2 * Math.PI * between(u, [-1, 1]), height, width);
    maps.push([`rotations${how}`, randomRotation({ factor: 1, ...sampling }), rotation, fillValue]);
    const tied = randomZoom({ heightFactor: 0.9, ...sampling });
    maps.push([`zooms${how}`, tied, zoomed([-0.9, 0.9]), fillValue]);
    const [out, near] = [[0.5, 3] as const, [-0.5, -0.1] as const];
    const free = randomZoom({ heightFactor: out, widthFactor: near, ...sampling });
    maps.push([`zooms in two directions${how}`, free, zoomed(out, near), fillValue]);
  }
}

describe("affine maps: values and gradients are those of the drawn parameters", () => {
  for (const [name, layer, mapOf, fillValue] of maps) {
    test(name, async () => {
      const { fillMode = "nearest", interpolation = "nearest" } = layer.config as {
        fillMode?: string;
        interpolation?: string;
      };
      const sampling = { fillMode, fillValue, interpolation };
      for (const [index, shape] of shapes.entries()) {
        const [batch, capacity, seed, step] = index % 2 ? [3, 5, 7, index] : [1, 1, index, 2];
        const it = { layer, inputShapes: [shape], batch, capacity, seed, step };
        const size = shape[0] * shape[1] * shape[2];
        await checkLayer(it, ([x = new Float64Array(0)]) =>
          Float64Array.from(
            Array.from({ length: batch }, (_, sample) => {
              const map = mapOf(drawsOf(seed, step, sample), shape);
              const image = x.subarray(sample * size, (sample + 1) * size);
              return seenThrough(image, shape, map, sampling);
            }).flat(),
          ),
        );
      }
    });
  }
});

describe("as one sees it", () => {
  const seen = async (layer: Layer, image: number[][]) => {
    const [height, width] = [image.length, image[0]?.length ?? 0];
    const inputs = [Float64Array.from(image.flat())];
    const { y } = await runLayer({ layer, inputShapes: [[height, width, 1]], batch: 1, inputs });
    return Array.from({ length: height }, (_, i) =>
      Array.from(y.subarray(i * width, (i + 1) * width), (it) => Math.round(it * 1e4) / 1e4 + 0),
    );
  };
  const image = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  const constant = { fillMode: "constant" } as const;
  test("a quarter of a turn is counterclockwise", async () => {
    expect(await seen(randomRotation({ factor: [0.25, 0.25], ...constant }), image)).toEqual([
      [3, 6, 9],
      [2, 5, 8],
      [1, 4, 7],
    ]);
  });
  for (const fillMode of ["constant", "nearest", "reflect"] as const) {
    for (const interpolation of ["bilinear", "nearest"] as const) {
      test(`a turn is PyTorch's, ${interpolation}, filled with ${fillMode}`, async () => {
        const factor = [ANGLE / (2 * Math.PI), ANGLE / (2 * Math.PI)] as const;
        const layer = randomRotation({ factor, fillMode, interpolation });
        const inputs = [Float64Array.from({ length: 20 }, (_, i) => i + 1)];
        const { y } = await runLayer({ layer, inputShapes: [[4, 5, 1]], batch: 1, inputs });
        expectClose("y", y, turnedImages[fillMode][interpolation], 1e-6);
      });
    }
  }
  test("a translation of a third goes down and to the right", async () => {
    const third = [1 / 3, 1 / 3] as const;
    const layer = randomTranslation({ heightFactor: third, widthFactor: third, ...constant });
    expect(await seen(layer, image)).toEqual([
      [0, 0, 0],
      [0, 1, 2],
      [0, 4, 5],
    ]);
  });
  test("a zoom of −0.5 shows the middle, twice as large; one of 1 shows all, half as large", async () => {
    const near = randomZoom({ heightFactor: [-0.5, -0.5], ...constant });
    expect(await seen(near, image)).toEqual([
      [3, 3.5, 4],
      [4.5, 5, 5.5],
      [6, 6.5, 7],
    ]);
    const far = randomZoom({ heightFactor: [1, 1], ...constant });
    expect(await seen(far, image)).toEqual([
      [0, 0, 0],
      [0, 5, 0],
      [0, 0, 0],
    ]);
  });
  test("flips are exact, and one in two", async () => {
    const batch = 4_000;
    const inputs = [
      Float64Array.from({ length: 4 * batch }, (_, i) => [0.1, 0.2, 0.3, 0.4][i % 4] ?? 0),
    ];
    const { y } = await runLayer({ layer: randomFlip(), inputShapes: [[2, 2, 1]], batch, inputs });
    const counts = new Map<string, number>();
    for (let i = 0; i < y.length; i += 4) {
      const key = Array.from(y.subarray(i, i + 4), (it) => Math.round(it * 10)).join("");
      expect(Array.from(y.subarray(i, i + 4)).sort()).toEqual(
        [0.1, 0.2, 0.3, 0.4].map(Math.fround),
      );
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["1234", "2143", "3412", "4321"]);
    for (const count of counts.values()) {
      expect(Math.abs(count - 1_000)).toBeLessThan(5 * Math.sqrt(4_000 * 0.25 * 0.75));
    }
  });
});

describe("contrast, brightness, scale", () => {
  const [least, most] = [-0.6, 0.7];
  const clip = (x: number) => Math.min(Math.max(x, least), most);
  /** y of one image. */
  const kinds: [string, Layer, (x: Float64Array, u: number, channels: number) => number[]][] = [
    [
      "contrast",
      randomContrast({ factor: 0.9, valueRange: [least, most] }),
      (x, u, channels) => {
        const factor = 1 + between(u, [-0.9, 0.9]);
        const pixels = x.length / channels;
        const means = Array.from({ length: channels }, (_, c) =>
          x.reduce((sum, it, i) => sum + (i % channels === c ? it / pixels : 0), 0),
        );
        return Array.from(x, (it, i) => {
          const mean = means[i % channels] ?? 0;
          return clip(mean + factor * (it - mean));
        });
      },
    ],
    [
      "brightness",
      randomBrightness({ factor: [-0.2, 0.6], valueRange: [least, most] }),
      (x, u) => Array.from(x, (it) => clip(it + between(u, [-0.2, 0.6]) * (most - least))),
    ],
    [
      "scale and offset",
      rescaling({ scale: 0.25, offset: -2 }),
      (x) => Array.from(x, (it) => it * 0.25 - 2),
    ],
    ["scale", rescaling({ scale: -3 }), (x) => Array.from(x, (it) => it * -3)],
  ];
  for (const [name, layer, rule] of kinds) {
    test(`${name}: values and gradients`, async () => {
      for (const [index, shape] of shapes.entries()) {
        const [batch, capacity, seed, step] = index % 2 ? [5, 6, 7, index] : [1, 1, index, 2];
        const size = shape[0] * shape[1] * shape[2];
        const it = { layer, inputShapes: [shape], batch, capacity, seed, step };
        await checkLayer(it, ([x = new Float64Array(0)]) =>
          Float64Array.from(
            Array.from({ length: batch }, (_, sample) => {
              const [u] = drawsOf(seed, step, sample);
              return rule(x.subarray(sample * size, (sample + 1) * size), u, shape[2]);
            }).flat(),
          ),
        );
      }
    });
  }
  test("rescaling works on any shape, in training or not", async () => {
    for (const training of [true, false]) {
      for (const shape of [[1], [5], [3, 3]]) {
        const layer = rescaling({ scale: 2, offset: 1 });
        await checkLayer({ layer, inputShapes: [shape], batch: 3, training }, ([x]) =>
          (x ?? new Float64Array(0)).map((it) => it * 2 + 1),
        );
      }
    }
  });
});

const all: Layer[] = [
  randomFlip(),
  randomTranslation({ heightFactor: 0.3, widthFactor: [0, 0.3] }),
  randomRotation({ factor: 0.1, fillMode: "constant", fillValue: 2, interpolation: "nearest" }),
  randomZoom({ heightFactor: 0.3 }),
  randomZoom({ heightFactor: 0.3, widthFactor: [0, 1] }),
  randomContrast({ factor: 0.5 }),
  randomBrightness({ factor: 0.5, valueRange: [0, 1] }),
  rescaling({ scale: 2, offset: 1 }),
];

describe("each of them", () => {
  for (const layer of all.slice(0, -1)) {
    const of = (more: Partial<LayerCase>) =>
      runLayer({ layer, inputShapes: [[4, 4, 3]], batch: 9, inputs: [draw(432, 1, 0.5)], ...more });
    const name = JSON.stringify(layer.config);
    test(`${layer.type} ${name} leaves images as they are, except in training`, async () => {
      const { y, inputs } = await of({ training: false });
      expect(y).toEqual(inputs[0]);
    });
    test(`${layer.type} ${name} is another one at another step, seed, sample, place; the same if replayed`, async () => {
      const once = await of({});
      expect((await of({})).y).toEqual(once.y);
      expect((await of({ step: 1 })).y).not.toEqual(once.y);
      expect((await of({ seed: 2 })).y).not.toEqual(once.y);
      const copies = Float64Array.from({ length: 432 }, (_, i) => once.inputs[0]?.[i % 48] ?? 0);
      const { y } = await of({ inputs: [copies] });
      const samples = Array.from({ length: 9 }, (_, i) => y.subarray(48 * i, 48 * i + 48).join());
      expect(new Set(samples).size).toBeGreaterThan(1);
      const nodes = [
        { layer: 0, inputs: [0] },
        { layer: 0, inputs: [1] },
      ];
      const again = await of({ inputs: [once.y] });
      expect((await of({ nodes })).y).not.toEqual(again.y);
    });
  }
  test("comes back from its configuration", () => {
    for (const layer of all) {
      const config = JSON.parse(JSON.stringify(layer.config)) as object;
      const made = layerFromConfig("test", layer.type, { ...config, name: "it" });
      expect([made.type, made.name, made.config]).toEqual([layer.type, "it", layer.config]);
    }
  });
  test("takes images only", async () => {
    for (const layer of all.slice(0, -1)) {
      for (const shape of [[3], [3, 3], [3, 3, 3, 3]]) {
        expect((await rejection(() => layer.build("test", shape))).code).toBe("shapeMismatch");
      }
    }
  });
  test("refuses options that mean nothing", async () => {
    const translation = { heightFactor: 0, widthFactor: 0 };
    const bad: [string, () => Layer][] = [
      ["unknownName", () => randomFlip({ mode: "both" as "vertical" })],
      ["unknownName", () => randomFlip({ factor: 1 } as object)],
      ["invalidArgument", () => randomTranslation({ ...translation, heightFactor: -0.1 })],
      ["invalidArgument", () => randomTranslation({ ...translation, heightFactor: 1.1 })],
      ["invalidArgument", () => randomTranslation({ ...translation, widthFactor: [0.2, 0.1] })],
      ["invalidArgument", () => randomTranslation({ heightFactor: 1 } as typeof translation)],
      ["invalidArgument", () => randomTranslation({ ...translation, fillValue: Number.NaN })],
      ["unknownName", () => randomTranslation({ ...translation, fillMode: "wrap" as "reflect" })],
      ["unknownName", () => randomRotation({ factor: 0, interpolation: "cubic" as "nearest" })],
      ["invalidArgument", () => randomRotation({ factor: 1.5 })],
      ["invalidArgument", () => randomZoom({ heightFactor: 1 })],
      ["invalidArgument", () => randomZoom({ heightFactor: 0, widthFactor: [-1, 0] })],
      ["invalidArgument", () => randomContrast({ factor: 1.5 })],
      ["invalidArgument", () => randomBrightness({ factor: 0.5, valueRange: [1, 0] })],
      ["invalidArgument", () => rescaling({ scale: Number.POSITIVE_INFINITY })],
      ["invalidArgument", () => rescaling({} as { scale: number })],
      ["invalidArgument", () => rescaling({ scale: 1, offset: "1" as unknown as number })],
    ];
    for (const [code, make] of bad) expect((await rejection(make)).code).toBe(code);
  });
});
