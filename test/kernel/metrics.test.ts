// Metrics: the kernel's sums and the host's numbers made of them, against the f64 reference.

import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import type { LossName } from "../../src/losses/index.ts";
import {
  type Metric,
  type MetricChoice,
  type MetricName,
  resolveMetric,
} from "../../src/metrics/index.ts";
import {
  binaryAccuracy,
  f1Score,
  precision,
  recall,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from "../../src/metrics/options.ts";
import { type Draw, draws } from "../support/draws.ts";
import { kernelName, TestKernel } from "../support/kernel.ts";
import { metrics as reference } from "../support/reference.ts";

const kernel = await TestKernel.create();

interface Data {
  readonly n: number;
  readonly p: Float32Array;
  readonly t: Float32Array;
  readonly weights?: Float32Array;
}

/** The metric's value over batches of at most `batch` rows, NaN in all padding. */
function measure(metric: Metric, { n, p, t, weights }: Data, batch = 7): number {
  kernel.reset();
  const rows = p.length / n;
  const width = rows === 0 ? n : t.length / rows;
  const sums = kernel.floats(2 * metric.words);
  for (let from = 0; from < rows; from += batch) {
    const to = Math.min(from + batch, rows);
    const a = kernel.matrix(to - from, n, p.subarray(from * n, to * n));
    const b = kernel.matrix(to - from, width, t.subarray(from * width, to * width));
    const f32 = kernel.arena.views.f32;
    for (let i = 0; i < to - from; i++) {
      f32.fill(Number.NaN, (a.at >> 2) + i * a.ld + n, (a.at >> 2) + (i + 1) * a.ld);
      f32.fill(Number.NaN, (b.at >> 2) + i * b.ld + width, (b.at >> 2) + (i + 1) * b.ld);
    }
    const e = weights ? kernel.floats(to - from, weights.subarray(from, to)) : 0;
    const op = {
      code: abi.OP_METRIC,
      flags: abi.FLAG_BATCH_M,
      kind: metric.code,
      m: 1,
      n,
      a: a.at,
      lda: a.ld,
      b: b.at,
      ldb: b.ld,
      c: sums,
      e,
      f0: metric.threshold,
      f1: metric.middle,
    };
    kernel.runOps([op], to - from, 2);
  }
  return metric.result(
    new Float64Array(kernel.arena.memory.buffer.slice(sums, sums + 8 * metric.words)),
  );
}

const metric = (name: MetricName | MetricChoice, loss: LossName, outputs: number) =>
  resolveMetric("compile", name, { name: loss }, outputs);

const bit = (draw: Draw) => () => Math.floor(draw() * 2);
const real = (draw: Draw) => () => (draw() - 0.4) * 5;
const share = (draw: Draw) => () => 0.001 + draw() * 0.998;
/** Few values, so that equal maxima are common. */
const coarse = (draw: Draw) => () => Math.floor(draw() * 4) / 4;

/** How a metric is fed. By name, so that a metric without a row here is a type error. */
interface Feed {
  readonly loss: LossName;
  readonly reference: keyof typeof reference;
  readonly p: (draw: Draw) => () => number;
  readonly t: ((draw: Draw) => () => number) | "index";
}
const feeds: Readonly<
  Record<Exclude<MetricName, "accuracy" | "logLoss" | "mae" | "mse" | "mape">, Feed>
> = {
  binaryAccuracy: { loss: "binaryCrossentropy", reference: "binaryAccuracy", p: coarse, t: bit },
  categoricalAccuracy: {
    loss: "categoricalCrossentropy",
    reference: "categoricalAccuracy",
    p: coarse,
    t: coarse,
  },
  sparseCategoricalAccuracy: {
    loss: "sparseCategoricalCrossentropy",
    reference: "sparseCategoricalAccuracy",
    p: coarse,
    t: "index",
  },
  meanAbsoluteError: { loss: "meanSquaredError", reference: "meanAbsoluteError", p: real, t: real },
  meanSquaredError: { loss: "meanSquaredError", reference: "meanSquaredError", p: real, t: real },
  rootMeanSquaredError: { loss: "huber", reference: "rootMeanSquaredError", p: real, t: real },
  r2: { loss: "meanSquaredError", reference: "r2Score", p: real, t: real },
  meanAbsolutePercentageError: {
    loss: "meanSquaredError",
    reference: "meanAbsolutePercentageError",
    p: real,
    t: real,
  },
  cosineSimilarity: { loss: "meanSquaredError", reference: "cosineSimilarity", p: real, t: real },
  binaryCrossentropy: {
    loss: "binaryCrossentropy",
    reference: "binaryCrossentropy",
    p: coarse,
    t: coarse,
  },
  categoricalCrossentropy: {
    loss: "categoricalCrossentropy",
    reference: "categoricalCrossentropy",
    p: share,
    t: share,
  },
  sparseCategoricalCrossentropy: {
    loss: "sparseCategoricalCrossentropy",
    reference: "sparseCategoricalCrossentropy",
    p: share,
    t: "index",
  },
  topKCategoricalAccuracy: {
    loss: "categoricalCrossentropy",
    reference: "topKCategoricalAccuracy",
    p: coarse,
    t: coarse,
  },
  sparseTopKCategoricalAccuracy: {
    loss: "sparseCategoricalCrossentropy",
    reference: "sparseTopKCategoricalAccuracy",
    p: coarse,
    t: "index",
  },
  precision: { loss: "binaryCrossentropy", reference: "precision", p: coarse, t: bit },
  recall: { loss: "binaryCrossentropy", reference: "recall", p: coarse, t: bit },
  f1Score: { loss: "binaryCrossentropy", reference: "f1Score", p: coarse, t: bit },
  auc: { loss: "binaryCrossentropy", reference: "auc", p: coarse, t: bit },
};

describe.each(Object.entries(feeds))("%s", (key, feed) => {
  const name = key as MetricName;

  it("agrees with the reference over any batches, weighted or not, whatever the padding holds", () => {
    for (const n of [1, 2, 3, 4, 5, 8, 10, 17]) {
      for (const rows of [2, 3, 10, 33]) {
        const draw = draws(rows * 100 + n);
        const fill = (count: number, next: () => number) =>
          Float32Array.from({ length: count }, next);
        const p = fill(rows * n, feed.p(draw));
        const t =
          feed.t === "index"
            ? fill(rows, () => Math.floor(draw() * n))
            : fill(rows * n, feed.t(draw));
        const weights = fill(rows, () => 0.1 + draw());
        const it = metric(name, feed.loss, n);
        const of = reference[feed.reference];
        expect([measure(it, { n, p, t })]).toBeNear([of(p, t, n)], {
          relative: 1e-12,
          absolute: 1e-12,
        });
        expect([measure(it, { n, p, t, weights }, 1)]).toBeNear([of(p, t, n, weights)], {
          relative: 1e-12,
          absolute: 1e-12,
        });
      }
    }
  });

  it("is NaN of no rows", () => {
    const it = metric(name, feed.loss, 2);
    expect(measure(it, { n: 2, p: new Float32Array(0), t: new Float32Array(0) })).toBeNaN();
  });
});

/** Plain numbers to data. */
const data = (n: number, p: readonly number[], t: readonly number[]): Data => ({
  n,
  p: Float32Array.from(p),
  t: Float32Array.from(t),
});

describe("accuracies", () => {
  it("count a NaN prediction as wrong", () => {
    const { NaN: nan } = Number;
    const binary = metric("accuracy", "binaryCrossentropy", 2);
    expect(measure(binary, data(2, [nan, 0, 1, nan], [0, 0, 1, 1]))).toBe(0.5);
    const categorical = metric("accuracy", "categoricalCrossentropy", 3);
    const rows = [nan, 0, 0, 1, nan, 0, 0, 0, 1];
    expect(measure(categorical, data(3, rows, [1, 0, 0, 1, 0, 0, 0, 0, 1]))).toBe(1 / 3);
    const sparse = metric("accuracy", "sparseCategoricalCrossentropy", 3);
    expect(measure(sparse, data(3, rows, [0, 0, 2]))).toBe(1 / 3);
  });

  it("take the first of equal outputs", () => {
    const sparse = metric("accuracy", "sparseCategoricalCrossentropy", 3);
    expect(measure(sparse, data(3, [1, 1, 0, 0, 2, 2], [0, 1]))).toBe(1);
  });

  it("put the threshold of the hinge losses at 0, for targets −1 and 1 and for 0 and 1", () => {
    const hinge = metric("accuracy", "hinge", 1);
    expect(measure(hinge, data(1, [0.2, -0.2, 0.1, -3], [1, -1, -1, -1]))).toBe(0.75);
    expect(measure(hinge, data(1, [0.2, -0.2, 0.1, -3], [1, 0, 0, 0]))).toBe(0.75);
  });
});

describe("r2", () => {
  const r2 = metric("r2", "meanSquaredError", 1);

  it("loses no digits to targets far from 0", () => {
    const t = Float32Array.from({ length: 400 }, (_, i) => 1e6 + (i % 7));
    const p = t.map((it, i) => it + (i % 3) - 1);
    expect([measure(r2, { n: 1, p, t })]).toBeNear([reference.r2Score(p, t, 1)], {
      relative: 1e-9,
    });
  });

  it("is 1 or 0 where all targets are the same", () => {
    expect(measure(r2, data(1, [0.1, 0.1], [0.1, 0.1]))).toBe(1);
    expect(measure(r2, data(1, [0.1, 0.2], [0.1, 0.1]))).toBe(0);
  });

  it("is NaN where a prediction is", () => {
    expect(measure(r2, data(1, [Number.NaN, 1, 2], [0, 1, 2]))).toBeNaN();
  });
});

describe("precision, recall and f1Score", () => {
  // Of classes 0, 1, 2 with hits, false hits, misses (2, 1, 1), (1, 2, 0), (1, 0, 2); as scikit-learn's
  // precision_score, recall_score, f1_score of these labels say, worked out by hand.
  const labels = [0, 0, 0, 1, 2, 2, 2];
  const guesses = [0, 0, 1, 1, 0, 1, 2];
  const p = guesses.flatMap((it) => [0, 1, 2].map((j) => (j === it ? 0.9 : 0.1)));
  const oneHot = labels.flatMap((it) => [0, 1, 2].map((j) => (j === it ? 1 : 0)));
  const averages = [
    [precision, (2 / 3 + 1 / 3 + 1) / 3],
    [recall, (2 / 3 + 1 + 1 / 3) / 3],
    [f1Score, (2 / 3 + 1 / 2 + 1 / 2) / 3],
  ] as const;

  it("of classes are the means over classes, or that of all counts, for labels and one-hot rows", () => {
    for (const [make, macro] of averages) {
      const sparse = (choice: MetricChoice) =>
        measure(metric(choice, "sparseCategoricalCrossentropy", 3), data(3, p, labels));
      const values = (choice: MetricChoice) =>
        measure(metric(choice, "categoricalCrossentropy", 3), data(3, p, oneHot));
      for (const of of [sparse, values]) {
        expect([of(make()), of(make({ average: "micro" }))]).toBeNear([macro, 4 / 7], {
          relative: 1e-15,
        });
      }
    }
  });

  it("leave out classes that nobody said or meant, and count a NaN row as a miss", () => {
    const sparse = metric(f1Score(), "sparseCategoricalCrossentropy", 4);
    const rows = data(4, [1, 0, 0, 0, 0, 1, 0, 0, 0, Number.NaN, 0, 0], [0, 1, 1]);
    expect([measure(sparse, rows)]).toBeNear([(1 + 2 / 3) / 2], { relative: 1e-15 });
  });

  it("of one output go by its threshold", () => {
    const rows = data(1, [0.9, 0.6, 0.4, 0.2], [1, 0, 1, 1]);
    const of = (choice: MetricChoice) => measure(metric(choice, "binaryCrossentropy", 1), rows);
    expect([of(precision()), of(recall())]).toEqual([1 / 2, 1 / 3]);
    expect([of(precision({ threshold: 0.1 })), of(recall({ threshold: 0.1 }))]).toEqual([0.75, 1]);
    expect(of(precision({ threshold: 0.95 }))).toBe(0);
    const hinge = metric("precision", "hinge", 1);
    expect(measure(hinge, data(1, [0.5, 0.1, -0.3], [1, -1, 1]))).toBe(0.5);
  });
});

describe("auc", () => {
  it("is that of scikit-learn's example, of both signs of targets", () => {
    const auc = metric("auc", "binaryCrossentropy", 1);
    expect(measure(auc, data(1, [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))).toBe(0.75);
    const signed = metric("auc", "hinge", 1);
    expect(measure(signed, data(1, [-0.8, -0.2, -0.3, 0.6], [-1, -1, 1, 1]))).toBe(0.75);
  });

  it("is near the exact one for scores that crowd at both ends", () => {
    const draw = draws(5);
    const t = Float32Array.from({ length: 400 }, bit(draw));
    const p = t.map((it) => 1 / (1 + Math.exp(-(it * 3 - 1.5 + (draw() - 0.5) * 12) * 2)));
    const got = measure(metric("auc", "binaryCrossentropy", 1), { n: 1, p, t });
    expect(Math.abs(got - reference.auc(p, t, 1))).toBeLessThan(5e-4);
  });

  it("takes scores outside 0 and 1 for the ends", () => {
    const auc = metric("auc", "binaryCrossentropy", 1);
    expect(measure(auc, data(1, [-3, 0, 1, 7, 1e-12, 1], [0, 0, 1, 1, 0, 0]))).toBe(7 / 8);
  });

  it("is NaN of one class alone, or where a prediction is", () => {
    const auc = metric("auc", "binaryCrossentropy", 1);
    expect(measure(auc, data(1, [0.1, 0.9], [1, 1]))).toBeNaN();
    expect(measure(auc, data(1, [0.1, Number.NaN], [0, 1]))).toBeNaN();
  });
});

describe("a metric with options", () => {
  it("counts the k largest outputs", () => {
    const rows = data(4, [0.4, 0.3, 0.2, 0.1, 0.4, 0.3, 0.2, 0.1], [1, 2]);
    const of = (k: number) =>
      measure(
        metric(sparseTopKCategoricalAccuracy({ k }), "sparseCategoricalCrossentropy", 4),
        rows,
      );
    expect([1, 2, 3, 4].map(of)).toEqual([0, 0.5, 1, 1]);
    const oneHot = data(3, [0.5, 0.3, 0.2], [0, 1, 0]);
    const top2 = metric(topKCategoricalAccuracy({ k: 2 }), "categoricalCrossentropy", 3);
    expect(measure(top2, oneHot)).toBe(1);
  });

  it("has a threshold, a name, and a configuration that makes it again", () => {
    const choice = binaryAccuracy({ threshold: 0.8, name: "sure" });
    const it = metric(choice, "binaryCrossentropy", 1);
    expect(measure(it, data(1, [0.7, 0.9], [0, 1]))).toBe(1);
    expect([it.name, it.config]).toEqual(["sure", choice]);
    const again = metric(it.config, "binaryCrossentropy", 1);
    expect(JSON.stringify(again)).toBe(JSON.stringify(it));
  });

  it("is refused with options that make no sense", () => {
    for (const [choice, code] of [
      [{ metric: "precision", k: 3 }, "unknownName"],
      [{ metric: "mae", threshold: 0.5 }, "unknownName"],
      [{ metric: "precision", average: "weighted" }, "unknownName"],
      [{ metric: "precision", threshold: Number.NaN }, "invalidArgument"],
      [{ metric: "topKCategoricalAccuracy", k: 0 }, "invalidArgument"],
      [{ metric: "topKCategoricalAccuracy", k: 1.5 }, "invalidArgument"],
      [{ metric: "precision", name: "" }, "invalidArgument"],
      [{ metric: "precision", name: "loss" }, "invalidArgument"],
      [{ metric: "precision", name: "__proto__" }, "invalidArgument"],
      [{ metric: "precision", name: null }, "invalidArgument"],
      [{ name: "precision" }, "unknownName"],
    ] as const) {
      const resolve = () => metric(choice as MetricChoice, "meanSquaredError", 3);
      expect(resolve).toThrow(expect.objectContaining({ code }));
    }
  });
});

describe("a metric by name", () => {
  it("keeps the name that was written", () => {
    for (const name of ["accuracy", "mae", "mse", "r2"] as const) {
      expect(metric(name, "meanSquaredError", 1).name).toBe(name);
    }
    expect(metric("mae", "huber", 1).code).toBe(abi.METRIC_MEAN_ABSOLUTE_ERROR);
    expect(metric("mse", "huber", 1).code).toBe(abi.METRIC_MEAN_SQUARED_ERROR);
  });

  it("resolves accuracy by the loss and the outputs", () => {
    for (const [loss, outputs, code] of [
      ["sparseCategoricalCrossentropy", 3, abi.METRIC_SPARSE_CATEGORICAL_ACCURACY],
      ["categoricalCrossentropy", 3, abi.METRIC_CATEGORICAL_ACCURACY],
      ["meanSquaredError", 3, abi.METRIC_CATEGORICAL_ACCURACY],
      ["hinge", 3, abi.METRIC_CATEGORICAL_ACCURACY],
      ["binaryCrossentropy", 1, abi.METRIC_BINARY_ACCURACY],
      ["binaryCrossentropy", 4, abi.METRIC_BINARY_ACCURACY],
      ["squaredHinge", 1, abi.METRIC_BINARY_ACCURACY],
    ] as const) {
      expect(metric("accuracy", loss, outputs).code).toBe(code);
    }
  });

  it("resolves logLoss and what counts likewise", () => {
    for (const [loss, outputs, logLoss, counts] of [
      [
        "sparseCategoricalCrossentropy",
        3,
        abi.METRIC_SPARSE_CATEGORICAL_CROSSENTROPY,
        abi.METRIC_SPARSE_CATEGORICAL_COUNTS,
      ],
      [
        "categoricalCrossentropy",
        3,
        abi.METRIC_CATEGORICAL_CROSSENTROPY,
        abi.METRIC_CATEGORICAL_COUNTS,
      ],
      ["binaryCrossentropy", 3, abi.METRIC_BINARY_CROSSENTROPY, abi.METRIC_COUNTS],
      ["meanSquaredError", 1, abi.METRIC_BINARY_CROSSENTROPY, abi.METRIC_COUNTS],
    ] as const) {
      expect(metric("logLoss", loss, outputs).code).toBe(logLoss);
      expect(metric("f1Score", loss, outputs).code).toBe(counts);
    }
  });

  it("is refused when unknown, or when it reads other targets than the loss", () => {
    const unknown = expect.objectContaining({ code: "unknownName" });
    for (const bad of ["acc", "__proto__", "toString", "", 7, null]) {
      expect(() => metric(bad as MetricName, "huber", 1)).toThrow(unknown);
    }
    const invalid = expect.objectContaining({ code: "invalidArgument" });
    expect(() => metric("sparseCategoricalAccuracy", "categoricalCrossentropy", 3)).toThrow(
      invalid,
    );
    expect(() => metric("categoricalAccuracy", "sparseCategoricalCrossentropy", 3)).toThrow(
      invalid,
    );
    expect(() => metric("mae", "sparseCategoricalCrossentropy", 3)).toThrow(invalid);
  });
});

it("no access left the blocks", () => {
  expect(kernel.guard !== undefined).toBe(kernelName === "check");
  expect(kernel.guard?.checked ?? 1).toBeGreaterThan(0);
  expect(kernel.guard?.violations ?? []).toEqual([]);
});
