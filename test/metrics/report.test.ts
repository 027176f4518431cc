// Reports on classifiers, against scikit-learn's examples and numbers worked out by hand.

import { describe, expect, test } from "vitest";
import {
  classificationReport,
  confusionMatrix,
  datasets,
  dense,
  type Labels,
  NdArray,
  rocCurve,
  sequential,
} from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";

describe("confusionMatrix", () => {
  // The example of sklearn.metrics.confusion_matrix.
  const [is, said] = [
    [2, 0, 2, 2, 0, 1],
    [0, 0, 2, 2, 0, 2],
  ];
  test("counts samples by what they are and what they were taken for", () => {
    expect(confusionMatrix(is, said)).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [1, 0, 2],
    ]);
  });
  test("has a row for each class asked for", () => {
    expect(confusionMatrix([0], Uint8Array.of(1), { classes: 3 })).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  test("takes what predict() returns", () => {
    const rows = new NdArray(Float32Array.of(0.2, 0.5, 0.3, 0.6, 0.3, 0.1), [2, 3]);
    expect(confusionMatrix([1, 1], rows)).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const one = new NdArray(Float32Array.of(0.2, 0.5, 0.7), [3, 1]);
    expect(confusionMatrix([0, 1, 1], one)).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });
});

describe("classificationReport", () => {
  // The example of sklearn.metrics.classification_report.
  const report = classificationReport([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], {
    classNames: ["class 0", "class 1", "class 2"],
  });
  test("has precision, recall, F1 and support of each class", () => {
    expect(report.classes).toEqual([
      { name: "class 0", precision: 0.5, recall: 1, f1Score: 2 / 3, support: 1 },
      { name: "class 1", precision: 0, recall: 0, f1Score: 0, support: 1 },
      { name: "class 2", precision: 1, recall: 2 / 3, f1Score: 0.8, support: 3 },
    ]);
  });
  test("has accuracy and averages", () => {
    const { accuracy, macroAverage, weightedAverage } = report;
    expect(accuracy).toBe(0.6);
    expect(macroAverage.precision).toBeCloseTo(0.5, 12);
    expect(macroAverage.f1Score).toBeCloseTo((2 / 3 + 0.8) / 3, 12);
    expect(weightedAverage.precision).toBeCloseTo(0.7, 12);
    expect(weightedAverage.recall).toBeCloseTo(0.6, 12);
    expect([macroAverage.support, weightedAverage.support]).toEqual([5, 5]);
  });
  test("prints scikit-learn's table", () => {
    expect(`${report}`).toBe(
      [
        "              precision    recall  f1-score   support",
        "",
        "     class 0       0.50      1.00      0.67         1",
        "     class 1       0.00      0.00      0.00         1",
        "     class 2       1.00      0.67      0.80         3",
        "",
        "    accuracy                           0.60         5",
        "   macro avg       0.50      0.56      0.49         5",
        "weighted avg       0.70      0.60      0.61         5",
      ].join("\n"),
    );
  });
  test("agrees with the metrics of evaluate", async () => {
    const data = datasets.gaussians({ samples: 60, seed: 2 });
    const model = await sequential({ inputShape: [2], layers: [dense(1, "sigmoid")] });
    const metrics = ["accuracy", "auc"] as const;
    model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics });
    await model.fit(data, { epochs: 3 });
    const got = await model.evaluate(data);
    const predictions = await model.predict(data);
    const labels = data.targets ?? [];
    expect(classificationReport(labels, predictions).accuracy).toBe(got.accuracy);
    expect(rocCurve(labels, predictions).auc).toBeCloseTo(got.auc ?? 0, 2);
  });
});

describe("rocCurve", () => {
  test("is that of scikit-learn's example", () => {
    expect(rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toEqual({
      falsePositiveRate: [0, 0, 0.5, 0.5, 1],
      truePositiveRate: [0, 0.5, 0.5, 1, 1],
      thresholds: [Number.POSITIVE_INFINITY, 0.8, 0.4, 0.35, 0.1],
      auc: 0.75,
    });
  });
  test("passes equal scores in one step", () => {
    const { falsePositiveRate, auc } = rocCurve([1, 0, 0, 1], [0.5, 0.5, 0.5, 0.9]);
    expect(falsePositiveRate).toEqual([0, 0, 1]);
    expect(auc).toBe(0.75);
  });
});

test("what does not fit is refused", async () => {
  const any = (it: unknown) => it as Labels;
  for (const [code, run] of [
    ["shapeMismatch", () => confusionMatrix([0, 1], [0])],
    ["labelOutOfRange", () => confusionMatrix([0, -1], [0, 1])],
    ["labelOutOfRange", () => confusionMatrix([0, 0.5], [0, 1])],
    ["labelOutOfRange", () => confusionMatrix([0, 1], [0, 3], { classes: 3 })],
    ["invalidArgument", () => confusionMatrix([0], [0], { classes: 0 })],
    ["invalidArgument", () => confusionMatrix(any(null), [0])],
    ["unknownName", () => confusionMatrix([0], [0], { labels: 3 } as object)],
    ["emptyData", () => classificationReport([], [])],
    ["labelOutOfRange", () => classificationReport([2], [0], { classNames: ["a", "b"] })],
    ["invalidArgument", () => classificationReport([0], [0], { classNames: [] })],
    ["shapeMismatch", () => rocCurve([0, 1], [0.5])],
    ["labelOutOfRange", () => rocCurve([0, 2], [0.5, 0.6])],
    ["nanInData", () => rocCurve([0, 1], [0.5, Number.NaN])],
    ["oneClass", () => rocCurve([1, 1], [0.5, 0.6])],
  ] as const) {
    expect((await rejection(run)).code).toBe(code);
  }
});
