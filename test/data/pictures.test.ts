// Drawn digits and faces: what is in the pictures, and that networks can learn it.

import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { digits } from "../../src/data/datasets/digits.ts";
import { faces, type Part } from "../../src/data/datasets/faces.ts";
import { curves, draw } from "../../src/data/datasets/pictures.ts";
import { adam, dense, flatten, sequential } from "../../src/index.ts";
import { kernelName } from "../support/kernel.ts";

const PARTS: readonly Part[] = ["outline", "eyes", "nose", "mouth"];
const countsOf = (labels: Uint32Array, classes: number) =>
  Array.from({ length: classes }, (_, k) => labels.filter((label) => label === k).length);
const imageOf = (data: Dataset, i: number) =>
  data.features.subarray(i * data.featureCount, (i + 1) * data.featureCount);

/** Held-out accuracy of a small dense network. */
async function learn(train: Dataset, test: Dataset, units: number, epochs: number) {
  const output = dense({ units: train.classes, activation: "softmax" });
  const hidden = units > 0 ? [dense({ units, activation: "relu" })] : [];
  const layers = [flatten(), ...hidden, output];
  const model = await sequential({ inputShape: train.inputShape, seed: 1, layers });
  model.compile({
    optimizer: adam({ learningRate: 0.002 }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  await model.fit(train, { epochs });
  const { accuracy = 0 } = await model.evaluate(test);
  model.dispose();
  return accuracy;
}

describe("a pen", () => {
  it("covers what is nearer than its radius, with an edge as wide as a pixel", () => {
    const image = new Float32Array(64);
    draw(image, 8, [2, 4.5, 6, 4.5], 1);
    const column = (x: number) => Array.from({ length: 8 }, (_, y) => image[8 * y + x]);
    expect(column(4)).toEqual([0, 0, 0, 0.5, 1, 0.5, 0, 0]);
    expect(column(0)).toEqual(new Array(8).fill(0));
    expect(column(1)[4]).toBe(1);
    draw(image, 8, [4.5, 1.5], 0.5);
    expect([image[8 + 4], image[8 + 5], image[8 * 4 + 4]]).toEqual([1, 0, 1]);
  });

  it("stays within the picture", () => {
    const image = new Float32Array(16);
    draw(image, 4, [-10, -10, 20, 20], 0.5);
    expect(Array.from({ length: 4 }, (_, i) => image[5 * i])).toEqual([1, 1, 1, 1]);
    draw(image, 4, [50, 2, 60, 2], 3);
    expect(image[3]).toBe(0);
  });

  it("follows curves through their points, with corners and closed ones", () => {
    const [curve = [], dot = []] = curves("00 90 90 99|44");
    expect(dot).toEqual([4 / 9 - 0.5, 4 / 9 - 0.5]);
    expect(curve.slice(0, 2)).toEqual([-0.5, -0.5]);
    expect(curve.slice(-2)).toEqual([0.5, 0.5]);
    // Straight to the corner and from it.
    for (let i = 0; i < curve.length; i += 2) {
      expect(Math.min(Math.abs((curve[i] ?? 0) - 0.5), Math.abs((curve[i + 1] ?? 0) + 0.5))).toBe(
        0,
      );
    }
    const [ring = []] = curves("30 60 93 96 69 39 06 03 30");
    for (let i = 0; i < ring.length; i += 2) {
      const radius = Math.hypot(ring[i] ?? 0, ring[i + 1] ?? 0);
      expect(Math.abs(radius - 0.52)).toBeLessThan(0.03);
    }
  });
});

describe("digits", () => {
  it("take turns, as pictures of values from 0 to 1", () => {
    const data = digits({ samples: 200, seed: 3 });
    expect(data).toMatchObject({ inputShape: [28, 28, 1], classes: 10, task: "classification" });
    expect(data.classNames).toEqual([..."0123456789"]);
    expect(countsOf(data.labels(), 10)).toEqual(new Array(10).fill(20));
    const noisy = digits({ samples: 200, seed: 3, noise: 0.3 });
    for (const { features } of [data, noisy]) {
      expect(features.reduce((a, b) => Math.min(a, b))).toBe(0);
      expect(features.reduce((a, b) => Math.max(a, b))).toBe(1);
    }
    expect(noisy.features).not.toEqual(data.features);
  });

  it("are well inside the picture, in ink that covers 3 to 35 % of it", () => {
    for (const size of [20, 28, 64]) {
      const data = digits({ samples: 300, seed: 7, size });
      let onEdge = 0;
      for (let i = 0; i < data.samples; i++) {
        const image = imageOf(data, i);
        const ink = image.reduce((sum, it) => sum + it, 0) / image.length;
        expect(ink).toBeGreaterThan(0.03);
        expect(ink).toBeLessThan(0.35);
        const isEdge = (at: number) => at < size || at >= size * (size - 1) || (at + 1) % size < 2;
        if (image.some((it, at) => it > 0.5 && isEdge(at))) onEdge++;
      }
      expect(onEdge / data.samples).toBeLessThan(0.08);
    }
  });

  it("differ in their ways of writing alone without distortion", () => {
    const data = digits({ samples: 400, seed: 1, distortion: 0 });
    const kinds = new Set(Array.from({ length: 400 }, (_, i) => imageOf(data, i).join()));
    expect(kinds.size).toBeGreaterThanOrEqual(28);
    expect(kinds.size).toBeLessThanOrEqual(40);
    const free = digits({ samples: 400, seed: 1 });
    expect(new Set(Array.from({ length: 400 }, (_, i) => imageOf(free, i).join())).size).toBe(400);
  });

  it("are told apart by a small network, less well by a linear one", async () => {
    const short = kernelName === "check";
    const train = digits({ samples: short ? 400 : 3000, seed: 1 });
    const test = digits({ samples: 1000, seed: 2 });
    const linear = await learn(train, test, 0, short ? 2 : 10);
    const small = await learn(train, test, short ? 16 : 128, short ? 4 : 8);
    if (short) return expect(small).toBeGreaterThan(0.4);
    expect(linear).toBeGreaterThan(0.85);
    expect(linear).toBeLessThan(0.95);
    expect(small).toBeGreaterThan(0.95);
  });
});

describe("faces", () => {
  it("have four kinds of each part, once in every four samples", () => {
    for (const target of PARTS) {
      const { dataset, parts } = faces({ samples: 64, seed: 2, target });
      expect(dataset).toMatchObject({ inputShape: [32, 32, 1], classes: 4 });
      expect(dataset.classNames).toEqual(parts[target].kinds);
      expect(dataset.labels()).toEqual(parts[target].labels);
      for (let i = 0; i < 64; i += 4) {
        expect(countsOf(parts[target].labels.subarray(i, i + 4), 4)).toEqual([1, 1, 1, 1]);
      }
    }
    expect(Object.keys(faces({ samples: 1 }).parts).sort()).toEqual([...PARTS].sort());
  });

  it("combine the kinds of different parts at random", () => {
    const { parts } = faces({ samples: 3200, seed: 4, show: [] });
    for (const [one, other] of [
      ["eyes", "nose"],
      ["nose", "mouth"],
      ["outline", "mouth"],
    ] as const) {
      const pairs = parts[one].labels.map((label, i) => 4 * label + (parts[other].labels[i] ?? 0));
      for (const count of countsOf(pairs, 16)) expect(Math.abs(count - 200)).toBeLessThan(50);
    }
  });

  it("are the same faces whichever parts are shown: the whole is the darkest of its parts", () => {
    const options = { samples: 40, seed: 6 };
    const whole = faces(options);
    const alone = PARTS.map((part) => faces({ ...options, show: [part], target: part }));
    const expected = whole.dataset.features.map((_, i) =>
      Math.max(...alone.map(({ dataset }) => dataset.features[i] ?? 0)),
    );
    expect(whole.dataset.features).toEqual(expected);
    for (const { parts } of alone) expect(parts).toEqual(whole.parts);
    const nothing = faces({ ...options, show: [] });
    expect(nothing.dataset.features.every((it) => it === 0)).toBe(true);
    expect(nothing.parts).toEqual(whole.parts);
  });

  it("say in which box each part lies", () => {
    for (const size of [24, 32, 64]) {
      for (const part of PARTS) {
        const { dataset, parts } = faces({ samples: 80, seed: 8, size, show: [part] });
        for (let i = 0; i < dataset.samples; i++) {
          const image = imageOf(dataset, i);
          const [left = 0, top = 0, right = 0, bottom = 0] = parts[part].boxes.slice(
            4 * i,
            4 * i + 4,
          );
          const found = [size, size, 0, 0];
          image.forEach((ink, at) => {
            if (ink === 0) return;
            const [x, y] = [at % size, Math.floor(at / size)];
            found[0] = Math.min(found[0] ?? 0, x);
            found[1] = Math.min(found[1] ?? 0, y);
            found[2] = Math.max(found[2] ?? 0, x + 1);
            found[3] = Math.max(found[3] ?? 0, y + 1);
          });
          // The soft edge of the pen, and what is left of a pixel.
          expect(found).toBeNear([left, top, right, bottom], { absolute: 1.2 });
          expect(left).toBeGreaterThanOrEqual(0);
          expect(right).toBeLessThanOrEqual(size);
        }
      }
    }
  });

  it("show the kind of every part to a small network", async () => {
    const short = kernelName === "check";
    for (const target of short ? (["mouth"] as const) : (["mouth", "nose"] as const)) {
      const train = faces({ samples: short ? 200 : 2400, seed: 1, target }).dataset;
      const test = faces({ samples: 600, seed: 2, target }).dataset;
      const accuracy = await learn(train, test, short ? 8 : 64, short ? 2 : 8);
      expect(accuracy, target).toBeGreaterThan(short ? 0.25 : 0.8);
    }
  });
});
