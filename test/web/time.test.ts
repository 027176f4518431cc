// What time says and draws: the live text, seeking while dragging, the timeline's curve.

import { describe, expect, test } from "vitest";
import type { Frame, LayerFrame, Measure } from "../../web/src/protocol.ts";
import { defaultSettings, type Recipe } from "../../web/src/recipe.ts";
import { type Heard, newsOf, stateText, textOf } from "../../web/src/time/live.ts";
import { lossArea } from "../../web/src/time/loss-area.ts";
import { Seeker } from "../../web/src/time/seeker.ts";
import { halved, troubleTitle } from "../../web/src/time/trouble.ts";

const layer = (name: string, score: number) => ({ name, score }) as LayerFrame;

function frameOf(change: Partial<Frame> = {}): Frame {
  return {
    step: 1120,
    epoch: 40,
    end: 2000,
    playing: false,
    test: { loss: 0.1, metric: 0.964 },
    layers: [
      layer("input", 0.55),
      layer("layer_1", 0.8),
      layer("layer_2", 0.988),
      layer("layer_3", 0.99),
      layer("output", 0.99),
    ],
    ...change,
  } as Frame;
}

const recipe: Recipe = { start: defaultSettings, changes: [] };
const heard = (change: Partial<Heard> = {}): Heard => ({
  recipe,
  branches: [],
  frame: frameOf(),
  time: 0,
  ...change,
});

describe("live text", () => {
  test("names the first layer from which on the task is simple", () => {
    expect(stateText(frameOf(), false)).toBe(
      "Epoch 40, test accuracy 96\u00a0%, layer 2 separates 99\u00a0%.",
    );
  });

  test("names no layer where none is hidden", () => {
    const layers = [layer("input", 0.5), layer("output", 0.5)];
    expect(stateText(frameOf({ layers }), false)).toBe("Epoch 40, test accuracy 96\u00a0%.");
  });

  test("speaks of R² for quantities", () => {
    expect(stateText(frameOf(), true)).toContain("test R² 0.96");
    expect(stateText(frameOf(), true, false)).toContain("training R² 0.96");
    expect(stateText(frameOf(), true)).toContain("layer 2 gives 0.99 to a straight fit");
  });

  test("there is no news while nothing happens", () => {
    const frame = frameOf();
    expect(newsOf(heard({ frame }), heard({ frame, time: 60_000 }))).toBeUndefined();
    const playing = frameOf({ playing: true });
    const later = heard({ frame: frameOf({ playing: true, step: 1300 }), time: 7999 });
    expect(newsOf(heard({ frame: playing }), later)).toBeUndefined();
  });

  test("a state is said every eight seconds while it plays", () => {
    const playing = () => frameOf({ playing: true });
    const later = heard({ frame: playing(), time: 8000 });
    expect(newsOf(heard({ frame: playing() }), later)).toBe("still playing");
  });

  test("play, pause and steps are news", () => {
    const playing = heard({ frame: frameOf({ playing: true }) });
    expect(newsOf(heard(), playing)).toBe("play");
    expect(newsOf(playing, heard({ frame: frameOf({ step: 1200 }) }))).toBe("pause");
    expect(newsOf(heard(), heard({ frame: frameOf({ step: 1121 }) }))).toBe("step");
  });

  test("a long way is said once, then how it stands, then where it ended", () => {
    const onWay = (step: number) => heard({ frame: frameOf({ step, seeking: 5000 }) });
    expect(newsOf(heard(), onWay(1300))).toBe("way");
    expect(textOf("way", onWay(1300).frame, false)).toBe("Training to step 5,000.");
    expect(newsOf(onWay(1300), onWay(1700))).toBeUndefined();
    expect(newsOf(onWay(1300), { ...onWay(1700), time: 8000 })).toBe("still playing");
    expect(newsOf(onWay(1300), heard({ frame: frameOf({ step: 5000 }) }))).toBe("step");
  });

  test("a change, a branch and a new run are told apart, and outweigh a step", () => {
    const frame = frameOf({ step: 5 });
    const changed: Recipe = { ...recipe, changes: [{ step: 5 }] };
    const other: Recipe = { start: { ...defaultSettings, seed: 2 }, changes: [] };
    const now = (change: Partial<Heard>) => newsOf(heard(), heard({ frame, ...change }));
    expect(now({ recipe: changed })).toBe("change");
    expect(now({ recipe: changed, branches: [recipe] })).toBe("branch");
    expect(now({ recipe: other })).toBe("run");
    const onBranch = heard({ recipe: changed, branches: [recipe] });
    expect(newsOf(onBranch, heard({ frame, branches: [changed] }))).toBe("swap");
  });

  test("nothing is said of a run before its first frame", () => {
    const before = heard();
    const other: Recipe = { start: { ...defaultSettings, seed: 2 }, changes: [] };
    expect(newsOf(before, { ...before, recipe: other })).toBeUndefined();
  });

  test("says where and what", () => {
    const state = stateText(frameOf(), false);
    expect(textOf("step", frameOf(), false)).toBe(`Step 1,120 of 2,000. ${state}`);
    expect(textOf("branch", frameOf(), false)).toBe(`A branch begins at step 1,120. ${state}`);
    expect(textOf("run", frameOf({ step: 0 }), false)).toMatch(/^A new run, not trained yet\. /);
    expect(textOf("play", frameOf(), false)).toBe("Training from epoch 40 on.");
    expect(textOf("run", undefined, false)).toBe("");
  });
});

describe("trouble", () => {
  test("has a title in plain words", () => {
    expect(troubleTitle({ code: "notFinite" })).toBe("Training ran away");
    expect(troubleTitle({ code: "unknown" })).toBe("Something went wrong");
    expect(troubleTitle({ code: "oneClass" })).toBe("This cannot be done");
  });

  test("is met by half the learning rate, all else as it was", () => {
    const optimizer = { name: "sgd", learningRate: 0.3, options: { momentum: 0.9 } } as const;
    expect(halved({ optimizer })).toEqual({ optimizer: { ...optimizer, learningRate: 0.15 } });
  });
});

describe("seeking while dragging", () => {
  test("sends the newest position only, when the one before was answered", () => {
    const sent: number[] = [];
    const seeker = new Seeker((step) => sent.push(step));
    for (const step of [10, 11, 12, 13]) seeker.want(step);
    expect(sent).toEqual([10]);
    seeker.answered();
    expect(sent).toEqual([10, 13]);
    seeker.answered();
    seeker.answered();
    expect(sent).toEqual([10, 13]);
    seeker.want(20);
    expect(sent).toEqual([10, 13, 20]);
  });

  test("does not ask again for what it just got", () => {
    const sent: number[] = [];
    const seeker = new Seeker((step) => sent.push(step));
    for (const step of [5, 6, 5]) seeker.want(step);
    seeker.answered();
    expect(sent).toEqual([5]);
  });
});

describe("the timeline's curve", () => {
  const measure = (step: number, loss: number) => ({ step, test: { loss, metric: 0 } }) as Measure;
  const area = (measures: readonly Measure[], end: number, columns: number) => [
    ...lossArea(measures, end, columns, new Float32Array(100)),
  ];

  test("goes straight from measure to measure", () => {
    const measures = [measure(0, 1), measure(10, 0.5), measure(20, 0.25)];
    expect(area(measures, 20, 5)).toEqual([1, 0.75, 0.5, 0.375, 0.25]);
  });

  test("has nothing where nothing was measured", () => {
    expect(area([measure(0, 1), measure(5, 1)], 10, 3)).toEqual([1, 1, Number.NaN]);
    expect(area([], 10, 2)).toEqual([Number.NaN, Number.NaN]);
  });

  test("is not flattened by an outburst", () => {
    const [first, burst] = area([measure(0, 1), measure(1, 1000)], 1, 2);
    expect(first).toBe(0.5);
    expect(burst).toBe(1);
  });

  test("a loss that is not finite leaves a gap", () => {
    expect(area([measure(0, 1), measure(1, Number.NaN)], 1, 2)).toEqual([1, Number.NaN]);
  });

  test("a loss below 0 stays inside", () => {
    const heights = area([measure(0, 1), measure(1, -1)], 1, 2);
    expect(heights).toEqual([1, 0]);
  });

  test("writes no more than there is room for", () => {
    expect(lossArea([measure(0, 1)], 0, 500, new Float32Array(3))).toHaveLength(3);
  });
});
