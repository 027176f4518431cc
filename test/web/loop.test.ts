// The worker's loop, by the messages that a page would send and see.

import { describe, expect, test } from "vitest";
import type { Frame, Look } from "../../web/src/protocol.ts";
import type { Change, Recipe } from "../../web/src/recipe.ts";
import { Run } from "../../web/src/worker/run.ts";
import { Page } from "./support/page.ts";
import { plain, recipes, small } from "./support/recipes.ts";

const run = 1;
const look: Look = { resolution: 8, duel: false, zones: false, rate: 60, projection: "probe" };

/** A page with a run that stands at `step`. */
async function opened(recipe: Recipe = plain, step = 0, more: Partial<Look> = {}): Promise<Page> {
  const page = new Page();
  page.send({ type: "look", look: { ...look, ...more } }, { type: "open", run, recipe, step });
  await page.frame((it) => it.step === step);
  page.clear();
  return page;
}

async function hashAt(recipe: Recipe, step: number): Promise<string> {
  const it = await Run.open(recipe);
  await it.advance(step);
  return it.hash();
}

describe("opening a run", () => {
  test("sends its points, then a frame at rest with the weights' hash", async () => {
    const page = new Page();
    page.send({ type: "look", look }, { type: "open", run, recipe: plain, step: 0 });
    const frame = await page.frame();
    expect(page.responses.map((it) => it.type).slice(0, 2)).toEqual(["points", "frame"]);
    const { step, end, epoch, epochSteps, playing, samplesPerSecond, hash } = frame;
    expect({ step, end, epoch, epochSteps, playing, samplesPerSecond, hash }).toEqual({
      step: 0,
      end: 0,
      epoch: 0,
      epochSteps: 6,
      playing: false,
      samplesPerSecond: 0,
      hash: await hashAt(plain, 0),
    });
    expect(frame.layers.map((it) => it.name)).toEqual(["input", "layer_1", "layer_2", "output"]);
    expect([frame.parameters, frame.multiplyAdds]).toEqual([12 + 15 + 4, 8 + 12 + 3]);
  });
  test("at a far step trains to the bits there", async () => {
    const page = new Page();
    page.send({ type: "look", look }, { type: "open", run, recipe: plain, step: 500 });
    // On a slow machine frames come on the way already.
    const { hash } = await page.frame((it) => it.step === 500 && it.hash !== undefined);
    expect(hash).toBe(await hashAt(plain, 500));
  });
  test("at a far step measures on the way what stands there", async () => {
    const page = new Page();
    page.send({ type: "look", look }, { type: "open", run, recipe: plain, step: 1000 });
    await page.frame();
    await page.until(() => page.all("measured").at(-1)?.measures[0]?.step === 1000);
    const measures = page.all("measured").flatMap((it) => it.measures);
    expect(measures.length).toBeGreaterThanOrEqual(100);
    const steps = measures.map((it) => it.step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    const alone = await Run.open(plain);
    for (const { step, epoch, train, test } of measures.slice(0, 20)) {
      await alone.seek(step);
      expect({ step, epoch, train, test }).toEqual({
        step: alone.step,
        epoch: alone.epoch,
        ...(await alone.score()),
      });
    }
  });
  test("again drops the run before, and what was asked of it", async () => {
    const page = await opened();
    page.send(
      { type: "seen" },
      { type: "seek", run, step: 5_000_000 },
      { type: "advance", run, by: "epoch" },
      { type: "open", run: 2, recipe: plain, step: 3 },
      { type: "advance", run, by: "epoch" },
    );
    await page.frame();
    expect(page.all("frame").map((it) => [it.run, it.frame.step])).toEqual([[2, 3]]);
  });
  test("that can't be trained says why, and another one can be opened", async () => {
    const page = new Page();
    const bad = {
      start: { ...small, data: { ...small.data, name: "drawn" } },
      changes: [],
    } as const;
    page.send({ type: "look", look }, { type: "open", run, recipe: bad, step: 0 });
    const { trouble } = await page.next("unopened");
    expect([trouble.code, trouble.message]).toEqual([
      "invalidArgument",
      expect.stringContaining("Draw points of two classes"),
    ]);
    page.send({ type: "open", run: 2, recipe: plain, step: 0 });
    expect((await page.frame()).step).toBe(0);
  });
});

describe("playing", () => {
  test("at full speed sends frame after frame, and a last one when paused", async () => {
    const page = await opened();
    page.send({ type: "play", run, speed: "full" });
    await page.until(() => page.all("frame").length >= 4);
    page.send({ type: "pause", run });
    const last = await page.frame((it) => !it.playing);
    const frames = page.all("frame").map((it) => it.frame);
    const moving = frames.filter((it) => it.playing);
    expect(moving.every((it) => it.hash === undefined)).toBe(true);
    expect(moving.at(-1)?.samplesPerSecond).toBeGreaterThan(1000);
    expect(frames.map((it) => it.step)).toEqual(
      [...frames.map((it) => it.step)].sort((a, b) => a - b),
    );
    expect([last.hash, last.samplesPerSecond, last.end]).toEqual([
      await hashAt(plain, last.step),
      0,
      last.step,
    ]);
  });
  test("measures each frame with its probes", async () => {
    const page = await opened();
    page.send({ type: "advance", run, by: "step" });
    const { step, epoch, train, test, layers } = await page.frame();
    const { measures } = await page.next("measured");
    expect(measures).toEqual([{ step, epoch, train, test, probes: layers.map((it) => it.score) }]);
  });
  test("sends no frame before the last one was seen", async () => {
    const page = await opened();
    page.draws = false;
    page.send({ type: "play", run, speed: "full" });
    await page.frame();
    page.send({ type: "ask", id: 1, what: "exportData", about: null });
    await page.next("answer");
    page.send({ type: "pause", run }, { type: "ask", id: 2, what: "exportData", about: null });
    await page.until(() => page.all("answer").length === 2);
    expect(page.all("frame")).toHaveLength(1);
    page.send({ type: "seen" });
    expect((await page.frame((it) => !it.playing)).step).toBeGreaterThan(0);
  });
  test("ends with a step that is asked for, or another place", async () => {
    const page = await opened();
    for (const task of [
      { type: "advance", run, by: "step" },
      { type: "seek", run, step: 3 },
    ] as const) {
      page.send({ type: "play", run, speed: "full" });
      await page.frame((it) => it.playing);
      page.send(task);
      await page.frame((it) => !it.playing);
      page.clear();
    }
  });
  test("at some epochs a second goes on by itself", async () => {
    const page = await opened();
    page.send({ type: "play", run, speed: 5 });
    const { samplesPerSecond } = await page.frame((it) => it.step >= 12);
    page.send({ type: "pause", run });
    await page.frame((it) => !it.playing);
    // 5 epochs of 42 samples; the clock of a busy machine is not more exact.
    expect(samplesPerSecond).toBeGreaterThan(20);
    expect(samplesPerSecond).toBeLessThan(2100);
  });
});

describe("steps", () => {
  test("go by one, and to the next epoch's beginning", async () => {
    const page = await opened();
    page.send({ type: "advance", run, by: "step" });
    await page.frame((it) => it.step === 1);
    page.send({ type: "advance", run, by: "epoch" });
    await page.frame((it) => it.step === 6 && it.epoch === 1);
    page.send({ type: "advance", run, by: "epoch" });
    const { hash } = await page.frame((it) => it.step === 12 && it.epoch === 2);
    expect(hash).toBe(await hashAt(plain, 12));
  });
  test("are found again, with the same frame", async () => {
    const page = await opened();
    for (let i = 0; i < 9; i++) page.send({ type: "advance", run, by: "step" });
    const first = await page.frame((it) => it.step === 9);
    page.send({ type: "seek", run, step: 100 });
    await page.frame((it) => it.step === 100);
    page.clear();
    page.send({ type: "seek", run, step: 9 });
    expect(await page.frame()).toEqual({ ...first, end: 100 });
  });
  test("that were asked for while on the way to another one are passed over for the last", async () => {
    const page = await opened(plain, 1000);
    page.send(...[900, 500, 20, 700].map((step) => ({ type: "seek", run, step }) as const));
    await page.frame((it) => it.step === 700);
    expect(page.all("frame").map((it) => it.frame.step)).not.toContain(500);
    expect(page.all("frame").map((it) => it.frame.step)).not.toContain(20);
  });
  test("far away can be left by a pause", async () => {
    const page = await opened();
    page.send({ type: "seek", run, step: 1e12 });
    await page.next("measured");
    page.send({ type: "pause", run });
    const { step, hash } = await page.frame((it) => it.seeking === undefined);
    expect(step).toBeLessThan(1e12);
    expect(hash).toBe(await hashAt(plain, step));
  });
});

describe("a long way", () => {
  const far = 1e9;
  const onWay = (it: Frame) => it.seeking === far;

  test("is shown as it is gone, also where a run is opened far away", async () => {
    const page = new Page();
    page.send({ type: "look", look }, { type: "open", run, recipe: plain, step: far });
    await page.until(() => page.all("frame").length >= 3);
    page.send({ type: "pause", run });
    const last = await page.frame((it) => it.seeking === undefined);
    const frames = page.all("frame").map((it) => it.frame);
    for (const it of frames.filter(onWay)) {
      expect([it.playing, it.hash]).toEqual([false, undefined]);
    }
    const steps = frames.map((it) => it.step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(last.hash).toBe(await hashAt(plain, last.step));
  });
  test("ends where it is when play is pressed", async () => {
    const page = await opened();
    page.send({ type: "seek", run, step: far });
    const { step } = await page.frame(onWay);
    page.send({ type: "play", run, speed: "full" });
    const frame = await page.frame((it) => it.playing);
    expect([frame.seeking, frame.step >= step]).toEqual([undefined, true]);
    page.send({ type: "pause", run });
    await page.frame((it) => !it.playing && it.step > frame.step);
  });
  test("ends where it is for a step, and for a change, which applies there", async () => {
    const page = await opened();
    page.send({ type: "seek", run, step: far });
    await page.frame(onWay);
    page.send({ type: "change", run, change: { set: { batchSize: 5 } } });
    const { change } = await page.next("changed");
    expect(change.step).toBeLessThan(far);
    const { step, hash } = await page.frame((it) => !onWay(it) && it.epochSteps === 9);
    expect(step).toBe(change.step);
    expect(hash).toBe(await hashAt({ start: small, changes: [change] }, step));
    page.clear();
    page.send({ type: "seek", run, step: far });
    await page.frame(onWay);
    page.send({ type: "advance", run, by: "step" });
    expect((await page.frame((it) => !onWay(it))).step).toBeLessThan(far);
  });
  test("that a change came with is gone to its end first", async () => {
    const page = await opened();
    const step = 100_000;
    page.send({ type: "seek", run, step }, { type: "change", run, change: { set: { l2: 0.1 } } });
    expect((await page.next("changed")).change.step).toBe(step);
  });
});

describe("changes", () => {
  const change: Omit<Change, "step"> = { set: { batchSize: 5 } };

  test("are told with their step, and followed by a frame", async () => {
    const page = await opened(plain, 20);
    page.send({ type: "change", run, change });
    expect((await page.next("changed")).change).toEqual({ ...change, step: 20 });
    const { step, epochSteps } = await page.frame();
    expect([step, epochSteps, page.all("points").length]).toEqual([20, 9, 0]);
  });
  test("of the data bring its points", async () => {
    const page = await opened(plain, 20);
    page.send({ type: "change", run, change: { edits: [{ do: "remove", point: 7 }] } });
    await page.frame();
    const [points] = page.all("points");
    expect(points?.points.numbers).toHaveLength(59);
    const [first, second, third] = page.responses.map((it) => it.type);
    expect([first, second, third]).toEqual(["changed", "points", "frame"]);
  });
  test("of the data on the way bring the points that hold there", async () => {
    const page = await opened(recipes["points added, moved and removed"], 20);
    page.send({ type: "seek", run, step: 4 });
    await page.frame();
    expect(page.all("points").map((it) => it.points.numbers.length)).toEqual([60]);
  });
  test("that can't be made are refused, and nothing is lost", async () => {
    const page = await opened(plain, 20);
    page.send({ type: "change", run, change: { edits: [{ do: "remove", point: 999 }] } });
    const { trouble } = await page.next("trouble");
    expect(trouble.code).toBe("invalidArgument");
    expect((await page.frame()).hash).toBe(await hashAt(plain, 20));
    page.send({ type: "advance", run, by: "step" });
    expect((await page.frame((it) => it.step === 21)).hash).toBe(await hashAt(plain, 21));
  });
  test("while it plays don't stop it", async () => {
    const page = await opened();
    page.send({ type: "play", run, speed: "full" });
    await page.frame();
    page.send({ type: "change", run, change });
    const { step } = (await page.next("changed")).change;
    await page.frame((it) => it.playing && it.step > step);
    page.send({ type: "pause", run });
    const last = await page.frame((it) => !it.playing);
    const recipe = { start: small, changes: [{ ...change, step }] };
    expect(last.hash).toBe(await hashAt(recipe, last.step));
  });
});

describe("trouble", () => {
  const optimizer = { name: "sgd", learningRate: 1e30, options: {} } as const;

  test("in training stops it, says where, and shows the step before", async () => {
    const page = await opened(plain, 10);
    page.send({ type: "change", run, change: { set: { optimizer } } });
    page.send({ type: "play", run, speed: "full" });
    const { trouble } = await page.next("trouble");
    const failed = trouble.where?.step ?? Number.NaN;
    expect([trouble.code, failed >= 10]).toEqual(["notFinite", true]);
    const { step, end } = await page.frame((it) => !it.playing && it.step === failed - 1);
    expect([step, end]).toEqual([failed - 1, failed - 1]);
    page.send({ type: "seek", run, step: 4 });
    expect((await page.frame((it) => it.step === 4)).hash).toBe(await hashAt(plain, 4));
  });
  test("with a view is said once, and training goes on", async () => {
    const page = await opened(plain, 10);
    // tanh saturates, and the sum of two units behind it is too large for f32.
    const names = ["layer_1.weight", "layer_2.weight"];
    const weights = names.flatMap((name) =>
      [0, 1].map((it) => ({ name, index: name === names[0] ? [0, it] : [it, 0], value: 3e38 })),
    );
    page.send({ type: "change", run, change: { weights } });
    await page.next("trouble");
    page.send({ type: "look", look: { ...look, resolution: 9 } });
    page.send({ type: "seek", run, step: 5 });
    const { hash } = await page.frame();
    expect(hash).toBe(await hashAt(plain, 5));
    expect(page.all("trouble").map((it) => it.trouble.message)).toEqual([
      expect.stringContaining("finite activations in layer_2"),
    ]);
  });
  test("with a run that is no more is not heard of", async () => {
    const page = await opened();
    page.send(
      { type: "change", run: 0, change: { edits: [{ do: "remove", point: 999 }] } },
      { type: "advance", run: 7, by: "step" },
      { type: "advance", run, by: "step" },
    );
    const { step } = await page.frame();
    expect([step, page.all("trouble").length]).toEqual([1, 0]);
  });
});

describe("the linear classifier", () => {
  const recipe = recipes["several things at one step"] ?? plain;
  const linear: Recipe = {
    start: { ...small, layers: [] },
    changes: recipe.changes.map(({ step, set, edits }) => ({
      step,
      ...(set && { set }),
      ...(edits && { edits }),
    })),
  };

  async function scoreAt(step: number) {
    const it = await Run.open(linear);
    await it.advance(step);
    return it.score();
  }
  const scoreOf = ({ duel }: Frame) => duel && { train: duel.train, test: duel.test };

  test("stands at the same step, trained by the same recipe", async () => {
    const page = await opened(recipe, 30, { duel: true });
    page.send({ type: "seek", run, step: 45 });
    const frame = await page.frame((it) => it.step === 45 && it.duel !== undefined);
    expect(scoreOf(frame)).toEqual(await scoreAt(45));
    expect([frame.duel?.parameters, frame.duel?.multiplyAdds, frame.duel?.outputs]).toEqual([
      3, 2, 1,
    ]);
    page.send({ type: "seek", run, step: 17 });
    const back = await page.frame((it) => it.step === 17 && it.duel !== undefined);
    expect(scoreOf(back)).toEqual(await scoreAt(17));
  });
  test("follows changes that are made live", async () => {
    const page = await opened({ start: small, changes: [] }, 0, { duel: true });
    for (const { step, ...change } of recipe.changes) {
      page.send({ type: "seek", run, step }, { type: "change", run, change });
      await page.until(() => page.all("changed").at(-1)?.change.step === step);
    }
    page.send({ type: "seek", run, step: 30 });
    const frame = await page.frame((it) => it.step === 30 && it.duel !== undefined);
    expect(scoreOf(frame)).toEqual(await scoreAt(30));
  });
  test("follows a change that is made before it was seen there", async () => {
    const page = await opened(plain, 0, { duel: true });
    page.draws = false;
    page.send({ type: "seek", run, step: 9 });
    await page.frame();
    page.send({ type: "seek", run, step: 18 });
    page.send({ type: "change", run, change: { set: { batchSize: 5 } } });
    await page.next("changed");
    page.draws = true;
    page.send({ type: "seen" }, { type: "seek", run, step: 30 });
    const frame = await page.frame((it) => it.step === 30 && it.duel !== undefined);
    const alone = await Run.open({
      start: { ...small, layers: [] },
      changes: [{ step: 18, set: { batchSize: 5 } }],
    });
    await alone.advance(30);
    expect(scoreOf(frame)).toEqual(await alone.score());
  });
  test("is another one for another run", async () => {
    const page = await opened(plain, 30, { duel: true });
    page.send({ type: "open", run: 2, recipe, step: 30 });
    const frame = await page.frame((it) => it.duel !== undefined);
    expect(scoreOf(frame)).toEqual(await scoreAt(30));
  });
  test("is not there unless it is asked for", async () => {
    const page = await opened(plain, 5, { duel: true });
    page.send({ type: "look", look });
    expect((await page.frame()).duel).toBeUndefined();
  });
});

describe("questions", () => {
  test("are answered by their number", async () => {
    const page = await opened(plain, 20);
    page.send(
      { type: "ask", id: 5, what: "save", about: null },
      { type: "ask", id: 6, what: "enlarge", about: { layer: 1, unit: 2, resolution: 20 } },
      { type: "ask", id: 7, what: "exportData", about: null },
      { type: "ask", id: 8, what: "readTable", about: { text: "a,b\n1,x\n2,y\n" } },
    );
    await page.until(() => page.all("answer").length === 4);
    const answers = page.all("answer").map(({ id, answer }) => [id, answer]);
    expect(answers).toMatchObject([
      [5, { json: expect.stringContaining('"layerwise"') }],
      [6, { step: 20, outputs: 1, resolution: 20 }],
      [7, expect.stringContaining("\n")],
      [8, { rows: 2 }],
    ]);
  });
  test("that have no answer are refused by their number, before there is a run too", async () => {
    const page = new Page();
    page.send(
      { type: "ask", id: 1, what: "save", about: null },
      { type: "ask", id: 2, what: "load", about: { json: "{}", weights: new Uint8Array(8) } },
      { type: "ask", id: 3, what: "readTable", about: { text: 'a,b\n1,"x' } },
    );
    await page.until(() => page.all("refused").length === 3);
    const refused = page.all("refused").map(({ id, trouble }) => [id, trouble.code]);
    expect(refused).toEqual([
      [1, "invalidArgument"],
      [2, "modelFormat"],
      [3, "csvSyntax"],
    ]);
  });
  test("while it plays don't stop it", async () => {
    const page = await opened();
    page.send({ type: "play", run, speed: "full" });
    page.send({ type: "ask", id: 1, what: "save", about: null });
    await page.next("answer");
    page.clear();
    await page.frame((it) => it.playing);
    page.send({ type: "pause", run });
    await page.frame((it) => !it.playing);
  });
  test("a saved model comes back as the settings and parameters of a run", async () => {
    const page = await opened(plain, 20);
    page.send({ type: "ask", id: 1, what: "save", about: null });
    const { answer: saved } = await page.next("answer");
    page.clear();
    if (!(saved instanceof Object && "json" in saved)) throw new Error("no model came");
    page.send({ type: "ask", id: 2, what: "load", about: saved });
    const { answer: loaded } = await page.next("answer");
    if (!(loaded instanceof Object && "parameters" in loaded)) throw new Error("no model came");
    const { parameters, ...rest } = loaded;
    const output = { units: 1, activation: "sigmoid" };
    expect(rest).toEqual({ layers: small.layers, inputs: 2, output, units: [] });
    const recipe = { start: { ...small, seed: 99 }, changes: [{ step: 0, parameters }] };
    expect(await hashAt(recipe, 0)).toBe(await hashAt(plain, 20));
  });
});
