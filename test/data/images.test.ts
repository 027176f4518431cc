// Images from files and pixels: decoded, made one size, in a data set, or as a stream.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resize } from "../../src/data/resize.ts";
import {
  adam,
  dense,
  flatten,
  fromImageFolder,
  fromImages,
  prefetch,
  sequential,
  streamImageFolder,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";

/** Pixels as a canvas has them. */
function pixels(width: number, height: number, color: (x: number, y: number) => number[]) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...color(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, data };
}

function png(image: ReturnType<typeof pixels>): Uint8Array<ArrayBuffer> {
  const file = new PNG({ width: image.width, height: image.height });
  file.data = Buffer.from(image.data);
  return new Uint8Array(PNG.sync.write(file));
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "layerwise-images-"));
  for (const [name, level] of [
    ["bright", 250],
    ["dark", 5],
  ] as const) {
    await mkdir(join(folder, name));
    for (let i = 0; i < 5; i++) {
      const image = pixels(6, 4, (x) => [level, level, (level + x) % 256]);
      await writeFile(join(folder, name, `${i}.png`), png(image));
    }
    await writeFile(join(folder, name, "notes.txt"), "no image");
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe("fromImages", () => {
  const image = pixels(2, 2, (x, y) => [255 * x, 255 * y, 51]);
  test("colors are numbers from 0 to 1, the same from pixels and from a file", async () => {
    const data = await fromImages([image, png(image), new Blob([png(image)])], { size: [2, 2] });
    expect(data.inputShape).toEqual([2, 2, 3]);
    const one = [0, 0, 0.2, 1, 0, 0.2, 0, 1, 0.2, 1, 1, 0.2].map(Math.fround);
    expect([...data.features]).toEqual([...one, ...one, ...one]);
    expect(data.targets).toBeUndefined();
  });
  test("gray is the luma", async () => {
    const { features } = await fromImages([image], { size: [2, 2], channels: 1 });
    const gray = [0.114 * 0.2, 0.299 + 0.114 * 0.2, 0.587 + 0.114 * 0.2, 0.886 + 0.114 * 0.2];
    for (const [i, it] of features.entries()) expect(it).toBeCloseTo(gray[i] ?? 0, 6);
  });
  test("labels make classes", async () => {
    const labeled = [0, 2, 1].map((label) => ({ image, label }));
    const data = await fromImages(labeled, { size: [1, 1], classNames: ["a", "b", "c"] });
    expect([data.task, data.classes, [...(data.targets ?? [])]]).toEqual([
      "classification",
      3,
      [0, 2, 1],
    ]);
  });
  test("what can't be one is refused", async () => {
    const calls = [
      () => fromImages([new Uint8Array([1, 2, 3])], { size: [2, 2] }),
      () => fromImages([{ image, label: 0 }, image], { size: [2, 2] }),
      () => fromImages([image], { size: [0, 2] }),
      () => fromImages([image], { size: [2, 2], channels: 2 as 1 }),
      () => fromImages([], { size: [2, 2] }),
      () => fromImageFolder(join(folder, "nowhere"), { size: [2, 2] }),
      () => fromImageFolder(join(folder, "dark"), { size: [2, 2] }),
    ];
    const codes = [];
    for (const call of calls) codes.push((await rejection(call)).code);
    expect(codes).toEqual([
      ...["imageFormat", "invalidArgument", "invalidArgument", "unknownName"],
      ...["emptyData", "fileUnreadable", "emptyData"],
    ]);
  });
});

describe("a folder of folders", () => {
  test("is a data set, a class for each, in the order of their names", async () => {
    const data = await fromImageFolder(folder, { size: [4, 6], channels: 1 });
    expect([data.samples, data.inputShape, data.classNames]).toEqual([
      10,
      [4, 6, 1],
      ["bright", "dark"],
    ]);
    expect([...(data.targets ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(Math.min(...data.features.subarray(0, 120))).toBeGreaterThan(0.9);
    expect(Math.max(...data.features.subarray(120))).toBeLessThan(0.1);
  });
  test("is a stream to train on, in another order each epoch, the same for the same seed", async () => {
    const options = { size: [4, 6], channels: 1, batchSize: 4, seed: 3 } as const;
    const orders = async () => {
      const epoch = await streamImageFolder(folder, options);
      const all: number[][] = [];
      for (let i = 0; i < 2; i++) {
        const labels: number[] = [];
        for await (const batch of epoch()) labels.push(...(batch.targets ?? []));
        all.push(labels);
      }
      return all;
    };
    const [first = [], second = []] = await orders();
    expect(first).toHaveLength(10);
    expect(second).not.toEqual(first);
    expect(await orders()).toEqual([first, second]);
    const model = await sequential({
      inputShape: [4, 6, 1],
      layers: [flatten(), dense(2, "softmax")],
    });
    model.compile({
      optimizer: adam({ learningRate: 0.03 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const { history } = await model.fit(await streamImageFolder(folder, options), { epochs: 30 });
    expect(history.accuracy?.at(-1)).toBe(1);
  });
});

describe("prefetch", () => {
  test("makes the next values while one is used, in order, and passes errors on where they are", async () => {
    const made: number[] = [];
    async function* numbers() {
      for (let i = 0; i < 5; i++) {
        made.push(i);
        yield i;
      }
      throw new Error("the sixth");
    }
    const got: number[] = [];
    const ahead: number[] = [];
    await expect(
      (async () => {
        for await (const it of prefetch(numbers(), 2)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          got.push(it);
          ahead.push(made.length);
        }
      })(),
    ).rejects.toThrow("the sixth");
    expect([got, ahead]).toEqual([
      [0, 1, 2, 3, 4],
      [4, 5, 5, 5, 5],
    ]);
  });
  test("ends the stream that it reads when nobody reads on", async () => {
    let ended = false;
    async function* numbers() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        ended = true;
      }
    }
    for await (const it of prefetch(numbers())) if (it === 3) break;
    expect(ended).toBe(true);
  });
});

describe("resize", () => {
  test("keeps a mean, a constant and a ramp", () => {
    const ramp = {
      width: 8,
      height: 2,
      channels: 1,
      data: Array.from({ length: 16 }, (_, i) => i % 8),
    };
    const half = resize(ramp, 4, 1);
    // Within the borders a ramp stays a ramp: 0.5, 2.5, 4.5, 6.5.
    expect([half.data[1], half.data[2]]).toEqual([2.5, 4.5]);
    const twice = resize({ width: 2, height: 1, channels: 1, data: [0, 1] }, 4, 1);
    expect([...Array.from(twice.data)]).toEqual([0, 0.25, 0.75, 1]);
    const flat = resize({ width: 5, height: 3, channels: 2, data: new Array(30).fill(7) }, 2, 7);
    for (const it of Array.from(flat.data)) expect(it).toBeCloseTo(7, 5);
  });
});
