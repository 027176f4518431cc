// Chromium's main thread while it trains on threads: not held up, and not left hanging by workers that end
// without a word. LAYERWISE_SOAK=1 takes more of them away; LAYERWISE_TEST_FIGURES=1 prints how long it took.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "./support/browsers.ts";
import { type OpenPage, openPage } from "./support/open-page.ts";
import { ISOLATED } from "./support/site.ts";
import { unbundled } from "./support/unbundled.ts";

const skip = !hasChromium && !process.env.CI;
const THREADS = 3;
const losses = process.env.LAYERWISE_SOAK ? 50 : 6;
/** Chromium lets a worker that sleeps live on for two seconds; then its lock is free. */
const LIMIT_MS = 2500;

/** How workers go: half of them from outside, half by themselves. */
const ENDS = ["terminated", "closed between dispatches", "terminated", "closed in a step"] as const;

interface State {
  readonly step: number;
  /** Whether an unbroken run on one thread has the same weights at that step. */
  readonly same: boolean;
}
interface Loss {
  readonly lost: State & { readonly code?: string; readonly message?: string; readonly ms: number };
  readonly again: State & { readonly stopped: string; readonly threads: number };
}
interface Held {
  readonly threads: number;
  readonly rate: number;
  readonly rateBesides: number;
  /** Milliseconds: taking the data in, the longest task of the first fit and of later ones (0: none above 50). */
  readonly takenIn: number;
  readonly firstTask: number;
  readonly worstTask: number;
  /** Between two messages, while it trains. */
  readonly worstGap: number;
  readonly pings: number;
}

function figures(text: string): void {
  if (process.env.LAYERWISE_TEST_FIGURES) console.log(text);
}

/** Numbers in [0, 1), reproducible. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.skipIf(skip)("Chromium's main thread", { timeout: 300_000 }, () => {
  let page: OpenPage;
  beforeAll(async () => {
    const main = unbundled(ISOLATED);
    page = await openPage({ ...main, page: main.page.replace("/main.mjs", "/faults.mjs") });
  });
  afterAll(() => page[Symbol.asyncDispose]());

  it("is not held while a fit runs on threads", async () => {
    const held = await page.ask<Held>("held", 1500, 20_000);
    const { threads, rate, rateBesides, pings, ...times } = held;
    figures(
      `784-256-128-10 on ${threads} threads: ${rate.toFixed(0)} samples/s, beside ${pings} messages ${rateBesides.toFixed(0)}; ms: ${Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(1)}`)}`,
    );
    expect(threads).toBeGreaterThan(1);
    // How long it waits at most is a figure, not a test's business: the machine is busy with other tests.
    expect(pings).toBeGreaterThan(100);
  });

  it(`hears of ${losses} workers that end without a word: a typed error each time, the weights of a whole step, and the next fit works`, async () => {
    const draw = draws(1);
    const times: Record<string, number[]> = {};
    for (let i = 0; i < losses; i++) {
      const how = ENDS[i % ENDS.length] ?? "terminated";
      const thread = Math.floor(draw() * THREADS);
      const loss = { how, thread, ms: draw() * 60, op: Math.floor(draw() * 20) };
      const { lost, again } = await page.ask<Loss>("lose", { threads: THREADS, ...loss }, 20_000);
      const { ms } = lost;
      times[how] = [...(times[how] ?? []), ms];
      expect(lost.code, JSON.stringify(loss)).toMatch(/^threadLost$|^none: it went on$/);
      expect({ loss, ...lost }).toMatchObject({ same: true });
      expect(ms).toBeLessThan(LIMIT_MS);
      expect({ loss, ...again }).toMatchObject({ stopped: "epochs", threads: THREADS, same: true });
      expect(again.step).toBeGreaterThan(lost.step);
    }
    for (const [how, all] of Object.entries(times)) {
      const worst = Math.max(...all).toFixed(0);
      figures(`${all.length} workers ${how}: ${worst} ms to the error at worst`);
    }
  });
});
