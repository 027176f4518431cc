import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { circleZone } from "../../src/data/datasets/circles.ts";
import {
  type DatasetName,
  datasetNames,
  generate,
  isDatasetName,
} from "../../src/data/datasets/index.ts";
import * as datasets from "../../src/data/datasets/makers.ts";
import { datasets as publicDatasets } from "../../src/index.ts";
import { hashData } from "../support/hash.ts";

const names = datasetNames.map(({ name }) => name);

interface Point {
  readonly x: number;
  readonly y: number;
  readonly target: number;
}

/** The samples of a data set with two features. */
function pointsOf(data: Dataset): Point[] {
  return Array.from({ length: data.samples }, (_, i) => ({
    x: data.features[2 * i] ?? Number.NaN,
    y: data.features[2 * i + 1] ?? Number.NaN,
    target: data.targets?.[i] ?? Number.NaN,
  }));
}

const radius = ({ x, y }: Point) => Math.hypot(x, y);
const countOf = (data: Dataset, label: number) =>
  data.labels().filter((found) => found === label).length;

describe("circles", () => {
  it("as two classes: half between, a quarter inside, a quarter outside", () => {
    const data = datasets.circles({ samples: 1000, seed: 1 });
    expect(data).toMatchObject({
      classes: 2,
      classNames: ["inside or outside", "between"],
      featureNames: ["x", "y"],
      inputShape: [2],
    });
    const zones = pointsOf(data).map(({ x, y }) => circleZone(x, y));
    expect([0, 1, 2].map((zone) => zones.filter((z) => z === zone).length)).toEqual([
      250, 500, 250,
    ]);
    pointsOf(data).forEach(({ target }, i) => {
      expect(target).toBe(zones[i] === 1 ? 1 : 0);
    });
  });

  it("as three classes: each zone in equal parts", () => {
    const data = datasets.circles({ samples: 999, seed: 1, classes: 3 });
    expect(data.classNames).toEqual(["inside", "between", "outside"]);
    for (const point of pointsOf(data)) expect(circleZone(point.x, point.y)).toBe(point.target);
    expect([0, 1, 2].map((label) => countOf(data, label))).toEqual([333, 333, 333]);
  });

  it("keeps a quarter away from both circles without noise", () => {
    for (const point of pointsOf(datasets.circles({ samples: 2000 }))) {
      expect(Math.abs(radius(point) - 1)).toBeGreaterThanOrEqual(0.25 - 1e-6);
      expect(Math.abs(radius(point) - 2)).toBeGreaterThanOrEqual(0.25 - 1e-6);
      expect(radius(point)).toBeLessThan(2.75 + 1e-6);
    }
  });

  it("is uniform by area and by angle", () => {
    const inside = pointsOf(datasets.circles({ samples: 12_000, classes: 3 })).filter(
      (point) => point.target === 0,
    );
    const half = 0.75 * Math.SQRT1_2; // the radius of half the area
    const inner = inside.filter((point) => radius(point) < half).length;
    expect(Math.abs(inner / inside.length - 0.5)).toBeLessThan(0.04);
    for (const coordinate of [(p: Point) => p.x, (p: Point) => p.y]) {
      const positive = inside.filter((point) => coordinate(point) > 0).length;
      expect(Math.abs(positive / inside.length - 0.5)).toBeLessThan(0.04);
    }
  });

  it("tells a point's zone by its radius", () => {
    expect([
      circleZone(0, 0),
      circleZone(0.99, 0),
      circleZone(1, 0),
      circleZone(0, -1.99),
      circleZone(0, 2),
      circleZone(9, 9),
    ]).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

describe("classes follow from the points, without noise", () => {
  it("rings: the radius", () => {
    for (const rings of [2, 5]) {
      const data = datasets.rings({ samples: 500, rings });
      expect(data.classes).toBe(rings);
      for (const point of pointsOf(data)) {
        expect(Math.floor((radius(point) * rings) / 3)).toBe(point.target);
      }
      expect(countOf(data, 0)).toBe(500 / rings);
    }
  });

  it("xor: whether the signs differ, in four equal quadrants", () => {
    const points = pointsOf(datasets.xor({ samples: 400 }));
    for (const { x, y, target } of points) {
      expect(target).toBe(x < 0 !== y < 0 ? 1 : 0);
      expect(Math.min(Math.abs(x), Math.abs(y))).toBeGreaterThan(0.299);
    }
    expect(points.filter(({ x, y }) => x < 0 && y < 0).length).toBe(100);
    expect(points.filter(({ x, y }) => x > 0 && y < 0).length).toBe(100);
  });

  it("gaussians: the blobs' means and deviations, which the noise widens", () => {
    for (const [classes, noise] of [
      [2, 0],
      [5, 0.3],
    ] as const) {
      const points = pointsOf(datasets.gaussians({ samples: 10_000, classes, noise }));
      for (let label = 0; label < classes; label++) {
        const blob = points.filter((point) => point.target === label);
        const angle = Math.PI / 4 + (2 * Math.PI * label) / classes;
        const mean = blob.reduce((sum, { x }) => sum + x, 0) / blob.length;
        expect(Math.abs(mean - 1.8 * Math.cos(angle))).toBeLessThan(0.05);
        const variance = blob.reduce((sum, { x }) => sum + (x - mean) ** 2, 0) / blob.length;
        expect(Math.abs(Math.sqrt(variance) - (noise ? 0.5 : 0.4))).toBeLessThan(0.03);
      }
    }
  });

  it("moons: two half circles of radius 1.7", () => {
    for (const { x, y, target } of pointsOf(datasets.moons({ samples: 300 }))) {
      const side = target ? -1 : 1;
      const [dx, dy] = [x * side + 0.85, y * side + 0.425];
      expect(Math.abs(Math.hypot(dx, dy) - 1.7)).toBeLessThan(1e-6);
      expect(dy).toBeGreaterThan(-1e-6);
    }
  });

  it("spiral: the angle at a given radius", () => {
    for (const arms of [2, 3]) {
      const data = datasets.spiral({ samples: 300, arms });
      expect(data.classes).toBe(arms);
      for (const point of pointsOf(data)) {
        const turns = (1.75 * (radius(point) - 0.2)) / 2.5 + point.target / arms;
        const error = Math.atan2(point.y, point.x) / (2 * Math.PI) - turns;
        expect(Math.abs(error - Math.round(error))).toBeLessThan(1e-5);
      }
    }
  });

  it("checkerboard: the color of the square", () => {
    for (const cells of [3, 4]) {
      const data = datasets.checkerboard({ samples: 2000, cells });
      for (const { x, y, target } of pointsOf(data)) {
        const square = (z: number) => Math.floor(((z + 2.8) / 5.6) * cells);
        expect(target).toBe((square(x) + square(y)) % 2);
      }
      expect(Math.abs(countOf(data, 1) / 2000 - 0.5)).toBeLessThan(0.1);
    }
  });
});

describe("regression", () => {
  it("plane: (x + y) / 6", () => {
    const points = pointsOf(datasets.plane({ samples: 200 }));
    const expected = points.map(({ x, y }) => (x + y) / 6);
    expect(points.map(({ target }) => target)).toBeNear(expected, { absolute: 1e-6 });
  });

  it("hills: a sum of Gaussians", () => {
    const points = pointsOf(datasets.hills({ samples: 1000 }));
    const expected = points.map(({ x, y }) => {
      let sum = 0;
      for (const column of [-1, 0, 1]) {
        for (const row of [-1, 1]) {
          const square = (x - 2 * column) ** 2 + (y - 1.25 * row) ** 2;
          sum += (column === 0 ? -row : row) * Math.exp(-square / 0.98);
        }
      }
      return sum;
    });
    expect(points.map(({ target }) => target)).toBeNear(expected, { absolute: 2e-6 });
    expect(Math.max(...expected)).toBeGreaterThan(0.8);
    expect(Math.min(...expected)).toBeLessThan(-0.8);
  });

  it("sine: one input", () => {
    const data = datasets.sine({ samples: 100 });
    expect(data).toMatchObject({ inputShape: [1], featureNames: ["x"], task: "regression" });
    const expected = data.features.map((x) => Math.sin((2 * Math.PI * x) / 3));
    expect(data.targets ?? []).toBeNear(expected, { absolute: 1e-6 });
  });

  it("noise of the stated deviation goes to the target, not to the inputs", () => {
    const clean = datasets.plane({ samples: 5000, seed: 4 });
    const noisy = datasets.plane({ samples: 5000, seed: 4, noise: 0.2 });
    expect(noisy.features).toEqual(clean.features);
    const errors = Array.from(noisy.targets ?? [], (y, i) => y - (clean.targets?.[i] ?? 0));
    const deviation = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 5000);
    expect(Math.abs(deviation - 0.2)).toBeLessThan(0.01);
  });
});

describe.each(names)("every data set: %s", (name) => {
  it("has the samples that were asked for, within about 3 of the origin", () => {
    const data = generate(name, { samples: 301, seed: 5 });
    expect(data.samples).toBe(301);
    expect(data.features.every((x) => Math.abs(x) < 3.5)).toBe(true);
    expect(data.targets?.length).toBe(301);
    expect(generate(name).samples).toBe(500);
  });

  it("gives the first points of a longer set", () => {
    const short = generate(name, { samples: 10, noise: 0.1, seed: 5 });
    const long = generate(name, { samples: 50, noise: 0.1, seed: 5 }).take(10);
    expect(long.features).toEqual(short.features);
    expect(long.targets).toEqual(short.targets);
  });

  it("depends on its seed", () => {
    const { features } = generate(name, { seed: 1 });
    expect(generate(name, { seed: 1 }).features).toEqual(features);
    expect(generate(name, { seed: 2 }).features).not.toEqual(features);
  });

  it("refuses senseless options", () => {
    const bad = [
      { samples: 0 },
      { samples: 1.5 },
      { samples: Number.NaN },
      { samples: 2 ** 24 + 1 },
      { noise: -0.1 },
      { noise: Number.NaN },
      { noise: Number.POSITIVE_INFINITY },
      { seed: -1 },
      { seed: 0.5 },
    ];
    for (const options of bad) {
      expect(() => generate(name, options)).toThrow(
        expect.objectContaining({ code: "invalidArgument" }),
      );
    }
  });
});

it.each(names)("%s refuses options that it does not have", (name) => {
  const options = { sample: 10 } as never;
  expect(() => generate(name, options)).toThrow(expect.objectContaining({ code: "unknownName" }));
});

describe("noise in classification", () => {
  it("moves points by the stated deviation and keeps their classes", () => {
    const clean = datasets.moons({ samples: 5000, seed: 4 });
    const noisy = datasets.moons({ samples: 5000, seed: 4, noise: 0.3 });
    expect(noisy.targets).toEqual(clean.targets);
    const moves = noisy.features.map((x, i) => x - (clean.features[i] ?? 0));
    const deviation = Math.sqrt(moves.reduce((sum, e) => sum + e * e, 0) / moves.length);
    expect(Math.abs(deviation - 0.3)).toBeLessThan(0.01);
  });
});

it.each([
  ["circles: required classes", () => datasets.circles({ classes: 4 as never })],
  ["rings: required rings", () => datasets.rings({ rings: 1 })],
  ["gaussians: required classes", () => datasets.gaussians({ classes: 2.5 })],
  ["spiral: required arms", () => datasets.spiral({ arms: 11 })],
  ["checkerboard: required cells", () => datasets.checkerboard({ cells: 0 })],
])("refuses a number out of range: %s", (message, run) => {
  expect(run).toThrow(
    expect.objectContaining({ code: "invalidArgument", message: expect.stringContaining(message) }),
  );
});

describe("the list of names", () => {
  it("describes all of them", () => {
    expect(names).toHaveLength(10);
    expect(datasetNames.every(({ description }) => description.length > 10)).toBe(true);
  });

  it("is not part of the public namespace, which has all makers and the circles' geometry", () => {
    const geometry = { circleZone, RED_RADIUS: 1, ORANGE_RADIUS: 2 };
    expect(publicDatasets).toMatchObject(geometry);
    const others = ["digits", "faces", "parity", "anbn", "addingProblem", "sineContinuation"];
    others.push("copyMemory", "charSequences");
    expect(Object.keys(publicDatasets).sort()).toEqual(
      [...names, ...others, ...Object.keys(geometry)].sort(),
    );
  });

  it("knows its names and nothing that objects inherit", () => {
    expect(names.every(isDatasetName)).toBe(true);
    expect(["__proto__", "toString", "Circles", ""].some(isDatasetName)).toBe(false);
  });
});

describe("the same bits in every engine", () => {
  // SHA-256 of the features, then the targets, of 300 samples with noise 0.1 and seed 42: first 8 bytes.
  const golden: Readonly<Record<DatasetName, string>> = {
    circles: "ae5f426dce13b522",
    rings: "75159a480a2c22dc",
    xor: "b5604455a5a8120d",
    gaussians: "e6a5ec2864a42eeb",
    moons: "97e6cc78c9ad8626",
    spiral: "f789b1e22b2978e7",
    checkerboard: "aa88dba4ce0265bc",
    plane: "749568df0e25c152",
    hills: "a51bbaa76115ea1b",
    sine: "29a60670e01d2678",
  };

  it.each(names)("%s", (name) => {
    const data = generate(name, { samples: 300, noise: 0.1, seed: 42 });
    expect(hashData(data)).toBe(golden[name]);
  });
});
