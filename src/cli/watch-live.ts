// Training as a picture that is redrawn in place. Training waits while it is looked at, so looking is
// rationed, and what it takes is not counted as training.

import { setTimeout as sleep } from "node:timers/promises";
import type { Logs } from "../index.ts";
import { glance, type Look, lookLines } from "./look.ts";
import { milestones, renderProgress, TrainingClock } from "./progress.ts";
import { progressOf, type Run, type Terminal, type Watch } from "./run.ts";
import { Screen } from "./screen.ts";
import { widthOf } from "./text.ts";

/** Pictures of a run that would else be over in the blink of an eye. */
const PICTURES = 24;
/** Each stays this long at least: no more than ten a second. */
const LEAST_MS = 100;
/** What looking may take in all, and beyond that as a share of what training takes. */
const BUDGET_MS = 3000;
const BUDGET_SHARE = 0.25;

export function watchLive(run: Run, terminal: Terminal): Watch {
  const clock = new TrainingClock();
  const screen = new Screen(terminal);
  const worthLooking = milestones(run.epochs, PICTURES);
  let seen: Look | undefined;
  let progress: readonly string[] = [];
  let drawnAt = Number.NEGATIVE_INFINITY;
  /** What all looking and waiting took, and what the last look took. */
  let spentMs = 0;
  let lookMs = 0;

  const draw = () => {
    const picture = seen ? [...lookLines(seen, run, terminal), ""] : [];
    // A window made smaller since the lens looked has no room for it until it looks again.
    const fits = picture.every((line) => widthOf(line) <= terminal.columns);
    screen.draw([...(fits ? picture : []), ...progress]);
    drawnAt = performance.now();
  };
  const lookAgain = async () => {
    const start = performance.now();
    seen = await glance(run, terminal);
    lookMs = performance.now() - start;
  };
  const say = (epoch: number, logs: Logs) => {
    const state = progressOf(run, clock, epoch, logs);
    const pictures = [...worthLooking].filter((it) => it > epoch).length;
    const waiting = Math.max(0, Math.min(pictures * LEAST_MS, BUDGET_MS - spentMs));
    const leftMs = state.leftMs + waiting;
    progress = renderProgress({ ...state, leftMs }, terminal.columns, terminal.surface.color);
  };
  const show = async (epoch: number, logs: Logs) => {
    const now = performance.now();
    const age = now - drawnAt;
    const affordable =
      spentMs + Math.max(lookMs, LEAST_MS) < BUDGET_MS + BUDGET_SHARE * clock.trainMs;
    if (affordable && (worthLooking.has(epoch) || age >= 2 * LEAST_MS)) {
      if (age < LEAST_MS) await wait(LEAST_MS - age, run.signal);
      await lookAgain();
      say(epoch, logs);
      draw();
    } else if (age >= LEAST_MS) {
      say(epoch, logs);
      draw();
    }
    spentMs += performance.now() - now;
  };

  return {
    clock,
    callback: {
      onEpochBegin: () => clock.beginEpoch(),
      async onEpochEnd(epoch, logs) {
        clock.endEpoch();
        await show(epoch + 1, logs);
        if (epoch + 1 === run.epochs) say(run.epochs, logs);
      },
    },
    async begin() {
      await lookAgain();
      draw();
    },
    end(look) {
      seen = look;
      draw();
      screen.release();
    },
    release: () => screen.release(),
  };
}

/** Ends early when the run is stopped. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
