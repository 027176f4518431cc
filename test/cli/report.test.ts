import { describe, expect, test } from "vitest";
import {
  evenly,
  milestones,
  type Progress,
  plainHead,
  plainRow,
  renderProgress,
  TrainingClock,
} from "../../src/cli/progress.ts";
import { type Report, reportSentence, reportTable } from "../../src/cli/report.ts";
import { widthOf } from "../../src/cli/text.ts";

const report: Report = {
  layers: [
    { name: "input", units: 2, score: 0.52 },
    { name: "dense_1", units: 8, score: 0.515 },
    { name: "dense_2", units: 8, score: 0.995 },
    { name: "output", units: 1, score: 1 },
  ],
  measure: "accuracy",
  samples: 200,
  features: 2,
};

const regression: Report = {
  layers: [
    { name: "input", units: 4, score: 0.1 },
    { name: "dense_1", units: 16, score: 0.95 },
    { name: "output", units: 1, score: 0.94 },
  ],
  measure: "R²",
  samples: 1,
  features: 4,
};

describe("the table at the end", () => {
  test("each layer's probe stands beside the linear classifier", () => {
    expect(reportTable(report, 80)).toEqual([
      "layer    units  separable by a line  linear classifier   gain",
      "───────  ─────  ───────────────────  ─────────────────  ─────",
      "input        2               52.0 %             52.0 %      –",
      "dense_1      8               51.5 %             52.0 %   -0.5",
      "dense_2      8               99.5 %             52.0 %  +47.5",
      "output       1              100.0 %             52.0 %  +48.0",
    ]);
  });

  test("at 40 columns its titles are short, below that it drops what it must", () => {
    expect(reportTable(report, 40)[0]).toBe("layer    units   linear   input   gain");
    expect(reportTable(report, 36)[0]).toBe("layer     linear   input   gain");
    for (const columns of [10, 36, 40, 60]) {
      const widths = reportTable(report, columns).map(widthOf);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    }
  });

  test("a regression's measure is R²", () => {
    expect(reportTable(regression, 80)).toEqual([
      "layer    units  R² of a linear fit  of the input    gain",
      "───────  ─────  ──────────────────  ────────────  ──────",
      "input        4               0.100         0.100       –",
      "dense_1     16               0.950         0.100  +0.850",
      "output       1               0.940         0.100  +0.840",
    ]);
  });

  test("a gain that rounds to nothing has no sign", () => {
    const layers = [
      { name: "input", units: 2, score: 0.5 },
      { name: "output", units: 1, score: 0.4999 },
    ];
    expect(reportTable({ ...report, layers }, 80).at(-1)).toMatch(/ 0\.0$/);
  });
});

describe("the sentence at the end", () => {
  const say = (change: Partial<Report>) => reportSentence({ ...report, ...change }, 1000);

  test("says what a line does before and after", () => {
    expect(say({})).toEqual([
      "A straight line gets 52.0 % of the 200 held-out points right; after dense_2 it gets 99.5 %.",
    ]);
  });

  test("says so if the layers gain nothing", () => {
    const layers = report.layers.map((it) => ({ ...it, score: 0.97 }));
    expect(say({ layers, features: 4 })).toEqual([
      "A linear classifier gets 97.0 % of the 200 held-out samples right; after dense_2 it gets 97.0 %: here the hidden layers gain nothing.",
    ]);
  });

  test("says so if there are no hidden layers", () => {
    expect(say({ layers: [report.layers[0], report.layers[3]].flatMap((it) => it ?? []) })).toEqual(
      [
        "A straight line gets 52.0 % of the 200 held-out points right; there is no hidden layer that could do better.",
      ],
    );
  });

  test("of a quantity it speaks in R²", () => {
    expect(reportSentence(regression, 1000)).toEqual([
      "A linear fit of the input reaches R² 0.100 on the 1 held-out sample; after dense_1 it reaches 0.950.",
    ]);
  });
});

const progress: Progress = {
  epoch: 7,
  epochs: 200,
  loss: 0.1234,
  measure: "accuracy",
  trained: 0.951,
  heldOut: 0.945,
  samplesPerSecond: 1_234_567,
  leftMs: 1500,
};

describe("the progress", () => {
  test("is one line where there is room", () => {
    expect(renderProgress(progress, 100, "none")).toEqual([
      "epoch   7/200  loss 0.1234  accuracy  95.1 %  held-out  94.5 %  1.2 M samples/s   1.5 s left",
    ]);
  });

  test("is a few lines where there is not, none too wide", () => {
    expect(renderProgress(progress, 40, "none")).toEqual([
      "epoch   7/200  loss 0.1234",
      "accuracy  95.1 %  held-out  94.5 %",
      "1.2 M samples/s   1.5 s left",
    ]);
  });

  test("has a bar on wide terminals, and still fits", () => {
    for (const columns of [104, 110, 120, 200]) {
      const [line = "", ...others] = renderProgress(progress, columns, "none");
      expect(line).toMatch(/200 {2}#?\.+ {2}loss/);
      expect(others).toEqual([]);
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test("has nothing left at the end", () => {
    expect(renderProgress({ ...progress, epoch: 200 }, 100, "none").join()).not.toContain("left");
  });

  test("in plain text is a row under a head", () => {
    expect([plainHead("accuracy", 80), plainRow(progress, 80)]).toEqual([
      "    epoch     loss  accuracy  held-out  samples/s    left",
      "    7/200   0.1234    95.1 %    94.5 %      1.2 M   1.5 s",
    ]);
    expect(plainRow(progress, 40)).toBe("    7/200   0.1234    95.1 %    94.5 %");
    expect(plainHead("R²", 40)).toBe("    epoch     loss        R²  held-out");
  });
});

describe("when there is something to say", () => {
  test("plain rows come at equal distances, the last epoch among them", () => {
    expect([...evenly(200, 4)]).toEqual([50, 100, 150, 200]);
    expect([...evenly(3, 10)]).toEqual([1, 2, 3]);
  });

  test("pictures come densely at first, the last epoch among them", () => {
    expect([...milestones(200, 8)]).toEqual([1, 2, 5, 10, 21, 44, 94, 200]);
    expect([...milestones(1, 24)]).toEqual([1]);
    expect(milestones(1e6, 24).size).toBeLessThanOrEqual(24);
  });
});

test("the clock counts epochs, not what happens between them", () => {
  let now = 0;
  const clock = new TrainingClock(() => now);
  expect([clock.samplesPerSecond(100), clock.msPerEpoch]).toEqual([0, 0]);
  for (const [begin, end] of [
    [1000, 1010],
    [5000, 5030],
  ] as const) {
    now = begin;
    clock.beginEpoch();
    now = end;
    clock.endEpoch();
  }
  expect([clock.trainMs, clock.msPerEpoch, clock.samplesPerSecond(100)]).toEqual([40, 20, 5000]);
});
