// The doctor: each rule on a run that has the trouble, and silence on runs that have none.

import { describe, expect, test } from "vitest";
import { type Finding, findings, gradientTrouble } from "../../web/src/health/findings.ts";
import type { Frame, Measure } from "../../web/src/protocol.ts";
import { defaultSettings, type Settings } from "../../web/src/recipe.ts";
import { frameOf } from "../../web/src/worker/frame.ts";
import { Run } from "../../web/src/worker/run.ts";

const still = { playing: false, seeking: undefined, samplesPerSecond: 0 };
const look = { resolution: 2, duel: false, zones: false, rate: 1, projection: "probe" } as const;
/** Not the page's defaults, which may change: what is found depends on the seed. */
const base: Settings = {
  ...defaultSettings,
  data: {
    ...defaultSettings.data,
    name: "circles",
    samples: 400,
    noise: 0.1,
    seed: 1,
    trainShare: 0.7,
  },
  layers: [6, 6, 2].map((units) => ({ units, activation: "tanh" })),
  seed: 1,
  optimizer: { name: "adam", learningRate: 0.01, options: {} },
  batchSize: 10,
};
const { optimizer } = base;
const withRate = (learningRate: number) => ({ optimizer: { ...optimizer, learningRate } });
const hidden = (activation: Settings["layers"][number]["activation"], count: number) =>
  Array.from({ length: count }, () => ({ units: 6, activation }));

/** A real run of so many epochs, measured forty times on the way. */
async function trained(change: Partial<Settings>, epochs: number) {
  const settings: Settings = { ...base, ...change };
  const run = await Run.open({ start: settings, changes: [] });
  const measures: Measure[] = [];
  const steps = epochs * run.epochSteps;
  for (let i = 0; i <= 40; i++) {
    await run.advance(Math.round((steps * i) / 40) - run.step);
    const { step, epoch } = run;
    measures.push({ step, epoch, ...(await run.score()), probes: undefined });
  }
  const frame = await frameOf(run, look, still, undefined);
  run.dispose();
  return { frame, measures, settings };
}

async function found(change: Partial<Settings>, epochs: number): Promise<readonly Finding[]> {
  const { frame, measures, settings } = await trained(change, epochs);
  return findings(frame, measures, settings);
}
const said = (list: readonly Finding[]) => list.map((it) => it.what).join(" ");

describe("on real runs", () => {
  test("finds nothing where the circles are learned", async () => {
    expect(said(await found({ ...withRate(0.005), l2: 0.001 }, 150))).toBe("");
  });

  test("finds nothing before the first step", async () => {
    const { frame, measures, settings } = await trained({}, 0);
    expect(findings(frame, measures, settings)).toEqual([]);
  });

  test("finds that a straight cut is all that a network without hidden layers has", async () => {
    const [finding, ...others] = await found({ layers: [] }, 60);
    expect(finding?.advice).toContain("one straight cut");
    expect(finding?.remedy).toMatchObject({ restart: { layers: [{ units: 6 }] } });
    expect(others).toEqual([]);
  });

  test("finds that steps are too short", async () => {
    const [finding] = await found(withRate(1e-5), 40);
    expect(finding?.what).toBe("The training loss is flat, and far from 0.");
    expect(finding?.remedy).toMatchObject({ set: withRate(0.00003) });
  });

  test("finds that the schedule has stopped training", async () => {
    const schedule = { name: "exponential", factor: 0.5 } as const;
    const [finding] = await found({ schedule }, 40);
    expect(finding?.remedy).toMatchObject({ set: { schedule: { name: "constant" } } });
  });

  test("finds that units start the same", async () => {
    const list = await found({ initializer: "zeros" }, 30);
    expect(said(list)).toContain("same weights");
    expect(said(list)).not.toContain("Dead");
    expect(list[0]?.remedy).toMatchObject({ restart: { initializer: "glorotUniform" } });
  });

  test("finds dead units, names their layer, and offers a relu that can't die", async () => {
    const [finding] = await found({ layers: hidden("relu", 3), ...withRate(0.3) }, 30);
    expect(finding?.what).toMatch(/^Dead: \d of 6 units in layer \d/);
    expect(finding?.remedy).toMatchObject({ restart: { layers: hidden("leakyRelu", 3) } });
  });

  test("finds units that died of long steps, and offers to start again with shorter ones", async () => {
    const [finding] = await found(withRate(0.1), 100);
    expect(finding?.what).toMatch(/^Dead: \d of \d units in layer \d/);
    expect(finding?.remedy).toMatchObject({ restart: withRate(0.033) });
  });

  test("finds saturated units", async () => {
    expect(said(await found(withRate(1), 40))).toContain("Saturated: half the units in layer");
  });

  test("finds that gradients vanish on the way through many sigmoids", async () => {
    const list = await found({ layers: hidden("sigmoid", 8), initializer: "randomNormal" }, 5);
    expect(said(list)).toContain("The gradients vanish");
  });

  test("finds that the noise was learned by heart", async () => {
    const data = { ...base.data, samples: 60, noise: 0.6 };
    const layers = hidden("relu", 3).map((it) => ({ ...it, units: 32 }));
    expect(said(await found({ data, layers }, 300))).toContain("Learned by heart");
  });
});

describe("on losses made by hand", () => {
  const settings = base;
  const run = (losses: readonly number[]) => {
    const score = (loss: number) => ({ loss, metric: 0.8 });
    const measures = losses.map(
      (loss, i): Measure => ({
        step: i * 10,
        epoch: i,
        train: score(loss),
        test: score(loss),
        probes: undefined,
      }),
    );
    const last = measures.at(-1);
    const frame = {
      ...last,
      learningRate: 0.01,
      layers: [],
      health: { confusion: [], gradients: [] },
    } as unknown as Frame;
    return { frame, measures };
  };
  const of = (losses: readonly number[]) => {
    const { frame, measures } = run(losses);
    return findings(frame, measures, settings);
  };
  const falling = Array.from({ length: 30 }, (_, i) => 0.7 * 0.93 ** i);

  test("a falling loss is well", () => {
    expect(of(falling)).toEqual([]);
  });

  test("a rising one asks for a lower rate", () => {
    const [finding] = of([...falling.slice(0, 12), ...falling.slice(0, 12).toReversed()]);
    expect(finding?.what).toBe("The training loss is rising.");
    expect(finding?.remedy).toMatchObject({ set: withRate(0.0033) });
  });

  test("one that jumps does too", () => {
    const [finding] = of(falling.map((_, i) => (i % 2 === 0 ? 0.2 : 0.6)));
    expect(finding?.what).toBe("The training loss jumps up and down.");
  });

  test("what comes after the step shown doesn't count", () => {
    const { measures } = run([...falling, ...falling.toReversed()]);
    const { frame } = run(falling);
    expect(findings(frame, measures, settings)).toEqual([]);
  });

  test("a few measures say nothing", () => {
    expect(of([0.1, 0.5, 0.9, 0.7])).toEqual([]);
  });
});

describe("gradients", () => {
  const of = (...gradients: readonly number[]) =>
    gradientTrouble({
      health: { gradients: gradients.map((gradient) => ({ layer: "", gradient, weights: 1 })) },
    } as unknown as Frame);

  test("that differ by less than a thousand are well, and so are those before the first step", () => {
    expect(of(0.001, 0.1, 0.9)).toBeUndefined();
    expect(of(0, 0)).toBeUndefined();
    expect(of()).toBeUndefined();
  });

  test("vanish where less than a thousandth arrives", () => {
    expect(of(0.0001, 0.1, 0.5)?.says).toContain("1/5,000 arrives at the first");
    expect(of(0, 0.5)?.says).toContain("nothing arrives");
  });

  test("explode beyond 100", () => {
    expect(of(1, 250)).toEqual({
      kind: "explode",
      says: "The gradients explode: the largest is 250.",
    });
  });
});
