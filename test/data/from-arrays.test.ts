import { describe, expect, it } from "vitest";
import { Dataset } from "../../src/data/dataset.ts";
import { type ArrayData, fromArrays } from "../../src/data/from-arrays.ts";
import { failure } from "../support/failure.ts";

describe("fromArrays", () => {
  it("reads rows", () => {
    const data = fromArrays({
      features: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      targets: [0.5, 1, 2],
    });
    expect(data).toMatchObject({ samples: 3, inputShape: [2], featureCount: 2, targetWidth: 1 });
    expect([...data.features]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(data.targets ?? [])]).toEqual([0.5, 1, 2]);
  });

  it("reads images, and plain numbers as samples of one feature", () => {
    const images = fromArrays({
      features: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [
          [7, 8, 9],
          [1, 2, 3],
        ],
      ],
    });
    expect(images).toMatchObject({ samples: 2, inputShape: [2, 3], targetWidth: 0 });
    expect(images.targets).toBeUndefined();
    expect(fromArrays({ features: [1, 2, 3] })).toMatchObject({ samples: 3, inputShape: [1] });
  });

  it("reads typed arrays and rows of them, and copies", () => {
    const features = Float64Array.of(1, 2, 3, 4);
    const targets = Int8Array.of(1, 0);
    const data = fromArrays({ features, inputShape: [2], targets });
    features[0] = 9;
    expect([...data.features]).toEqual([1, 2, 3, 4]);
    expect([...(data.targets ?? [])]).toEqual([1, 0]);
    const rows = fromArrays({ features: [Float32Array.of(1, 2), Uint8Array.of(3, 4)] });
    expect([...rows.features]).toEqual([1, 2, 3, 4]);
    const wide = fromArrays({ features, inputShape: [2], targets: Float32Array.of(1, 2, 3, 4) });
    expect(wide.targetWidth).toBe(2);
  });

  it("lets inputShape reshape nested samples of the same size", () => {
    const data = fromArrays({ features: [[1, 2, 3, 4]], inputShape: [2, 2, 1] });
    expect(data.inputShape).toEqual([2, 2, 1]);
  });

  it.each<[string, Pick<ArrayData, "targets" | "task" | "classes" | "classNames">, number]>([
    ["all of 0…k−1, twice on average", { targets: [0, 1, 1, 0] }, 2],
    ["three classes", { targets: [0, 1, 2, 2, 1, 0] }, 3],
    ["fewer than two samples a class", { targets: [0, 1, 2, 3] }, 0],
    ["a gap", { targets: [0, 2, 2, 0, 2, 0] }, 0],
    ["fractions", { targets: [0, 1, 0.5, 1] }, 0],
    ["negative numbers", { targets: [-1, 1, -1, 1] }, 0],
    ["one value only", { targets: [0, 0, 0, 0] }, 0],
    ["class names", { targets: [0, 2, 2], classNames: ["a", "b", "c"] }, 3],
    ["classes", { targets: [1, 1], classes: 5 }, 5],
    ["task", { targets: [0, 3, 3], task: "classification" }, 4],
    ["task of regression", { targets: [0, 1, 1, 0], task: "regression" }, 0],
    [
      "one-hot rows",
      {
        targets: [
          [0, 1, 0],
          [0, 0, 1],
        ],
        task: "classification",
      },
      3,
    ],
    [
      "rows",
      {
        targets: [
          [0, 1],
          [1, 0],
        ],
      },
      0,
    ],
    ["no targets", {}, 0],
  ])("infers the task: %s", (_, options, classes) => {
    const samples = options.targets?.length ?? 2;
    const features = Array.from({ length: samples }, (_, i) => [i]);
    const data = fromArrays({ features, ...options });
    expect(data.classes).toBe(classes);
    expect(data.task).toBe(classes > 0 ? "classification" : "regression");
  });
});

describe("bad data", () => {
  const rows = [
    [1, 2],
    [3, 4],
  ];
  const cases: readonly [string, string, () => unknown, Readonly<Record<string, unknown>>?][] = [
    [
      "a short row",
      "raggedRows",
      () => fromArrays({ features: [[1, 2], [3, 4], [5]] }),
      { row: 2, length: 1, expected: 2 },
    ],
    [
      "a long row",
      "raggedRows",
      () =>
        fromArrays({
          features: [
            [1, 2],
            [3, 4, 5],
          ],
        }),
      { row: 1, length: 3 },
    ],
    [
      "a ragged image",
      "raggedRows",
      () =>
        fromArrays({
          features: [
            [[1], [2]],
            [[3], [4, 5]],
          ],
        }),
      { row: 1 },
    ],
    [
      "a number among rows",
      "raggedRows",
      () => fromArrays({ features: [[1, 2], 3] as never }),
      { row: 1, length: 0 },
    ],
    [
      "a row among numbers",
      "raggedRows",
      () => fromArrays({ features: [1, [2]] as never }),
      { row: 1 },
    ],
    [
      "ragged targets",
      "raggedRows",
      () => fromArrays({ features: rows, targets: [[1], [1, 2]] }),
      { row: 1 },
    ],
    [
      "NaN",
      "nanInData",
      () =>
        fromArrays({
          features: [
            [1, 2],
            [3, Number.NaN],
          ],
        }),
      { row: 1, column: 1 },
    ],
    [
      "∞",
      "nanInData",
      () => fromArrays({ features: [[1, Number.NEGATIVE_INFINITY]] }),
      { row: 0, column: 1 },
    ],
    [
      "NaN in an image",
      "nanInData",
      () =>
        fromArrays({
          features: [
            [
              [1, 2],
              [3, Number.NaN],
            ],
          ],
        }),
      { row: 0, column: 3 },
    ],
    [
      "null",
      "nanInData",
      () => fromArrays({ features: [[null, 2]] as never }),
      { row: 0, column: 0, value: null },
    ],
    ["a string", "nanInData", () => fromArrays({ features: [["1", 2]] as never }), { value: "1" }],
    ["a hole", "nanInData", () => fromArrays({ features: [Array(2)] }), { value: undefined }],
    ["more than f32 holds", "nanInData", () => fromArrays({ features: [[1e39]] }), { value: 1e39 }],
    [
      "NaN in typed features",
      "nanInData",
      () =>
        new Dataset({
          features: Float32Array.of(1, 2, 3, Number.NaN),
          inputShape: [2],
          task: "regression",
        }),
      { row: 1, column: 1 },
    ],
    [
      "NaN in targets",
      "nanInData",
      () => fromArrays({ features: rows, targets: [1, Number.NaN] }),
      { row: 1 },
    ],
    [
      "NaN in weights",
      "nanInData",
      () => fromArrays({ features: rows, sampleWeights: [1, Number.NaN] }),
    ],
    ["no samples", "emptyData", () => fromArrays({ features: [] })],
    ["no features", "emptyData", () => fromArrays({ features: [[], []] })],
    [
      "no typed samples",
      "emptyData",
      () => new Dataset({ features: new Float32Array(0), inputShape: [2], task: "regression" }),
    ],
    [
      "a label too large",
      "labelOutOfRange",
      () => fromArrays({ features: rows, targets: [0, 2], classes: 2 }),
      { row: 1, value: 2 },
    ],
    [
      "a label beyond the class names",
      "labelOutOfRange",
      () => fromArrays({ features: rows, targets: [0, 2], classNames: ["a", "b"] }),
      { row: 1 },
    ],
    [
      "a negative label",
      "labelOutOfRange",
      () => fromArrays({ features: rows, targets: [0, -1], task: "classification" }),
      { row: 1 },
    ],
    [
      "a fraction as a label",
      "labelOutOfRange",
      () => fromArrays({ features: rows, targets: [0.5, 1], task: "classification" }),
      { row: 0 },
    ],
    [
      "a label that f32 can't count to",
      "labelOutOfRange",
      () => fromArrays({ features: rows, targets: [0, 2 ** 25], task: "classification" }),
      { row: 1 },
    ],
    [
      "a probability above 1",
      "labelOutOfRange",
      () =>
        fromArrays({
          features: rows,
          targets: [
            [0, 1],
            [2, 0],
          ],
          task: "classification",
        }),
      { row: 1 },
    ],
    ["too few targets", "shapeMismatch", () => fromArrays({ features: rows, targets: [1] })],
    ["too many targets", "shapeMismatch", () => fromArrays({ features: rows, targets: [1, 0, 1] })],
    [
      "too many typed targets",
      "shapeMismatch",
      () => fromArrays({ features: rows, targets: Float32Array.of(1, 0, 1) }),
    ],
    [
      "an inputShape that does not divide",
      "shapeMismatch",
      () => fromArrays({ features: Float32Array.of(1, 2, 3), inputShape: [2] }),
    ],
    [
      "an inputShape of another size",
      "shapeMismatch",
      () => fromArrays({ features: rows, inputShape: [4] }),
    ],
    [
      "features that inputShape does not divide",
      "shapeMismatch",
      () => new Dataset({ features: new Float32Array(3), inputShape: [2], task: "regression" }),
    ],
    [
      "targets that samples do not divide",
      "shapeMismatch",
      () =>
        new Dataset({
          features: new Float32Array(4),
          targets: new Float32Array(3),
          inputShape: [1],
          task: "regression",
        }),
    ],
    ["too few weights", "shapeMismatch", () => fromArrays({ features: rows, sampleWeights: [1] })],
    [
      "too few feature names",
      "shapeMismatch",
      () => fromArrays({ features: rows, featureNames: ["x"] }),
    ],
    [
      "class names that contradict classes",
      "shapeMismatch",
      () => fromArrays({ features: rows, targets: [0, 1], classes: 3, classNames: ["a", "b"] }),
    ],
    [
      "one-hot rows that contradict classes",
      "shapeMismatch",
      () =>
        fromArrays({
          features: rows,
          targets: [
            [0, 1],
            [1, 0],
          ],
          classes: 3,
        }),
    ],
    [
      "a negative weight",
      "invalidArgument",
      () => fromArrays({ features: rows, sampleWeights: [1, -1] }),
    ],
    [
      "a typed array without inputShape",
      "invalidArgument",
      () => fromArrays({ features: Float32Array.of(1) }),
    ],
    [
      "a size of 0 in inputShape",
      "invalidArgument",
      () => fromArrays({ features: rows, inputShape: [0] }),
    ],
    [
      "an inputShape that is no array",
      "invalidArgument",
      () => fromArrays({ features: rows, inputShape: 2 as never }),
    ],
    ["features that are no array", "invalidArgument", () => fromArrays({ features: 7 as never })],
    [
      "one class",
      "invalidArgument",
      () => fromArrays({ features: rows, targets: [0, 0], classes: 1 }),
    ],
    [
      "classification without classes",
      "invalidArgument",
      () => fromArrays({ features: rows, task: "classification" }),
    ],
    [
      "a key that nobody reads",
      "unknownName",
      () => fromArrays({ features: rows, target: [0, 1] } as never),
    ],
    [
      "an unknown task",
      "unknownName",
      () => fromArrays({ features: rows, task: "ranking" as never }),
    ],
  ];

  it.each(cases)("%s fails with %s", (_, code, run, details = {}) => {
    const error = failure(run);
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject(details);
  });
});
