// What decides when and how much is trained: a speed, a pace, what the page has asked for.

import { describe, expect, test } from "vitest";
import { Drive } from "../../web/src/worker/drive.ts";
import { Meter } from "../../web/src/worker/meter.ts";
import { Pace, turn } from "../../web/src/worker/pace.ts";
import { Tasks } from "../../web/src/worker/tasks.ts";

describe("playing at a speed", () => {
  /** Steps made in `ms` milliseconds, looked at every `every`. */
  function stepsIn(ms: number, speed: number, every: number): number {
    const drive = new Drive(speed, 0);
    let steps = 0;
    for (let now = every; now <= ms; now += every) {
      const due = drive.stepsDue(now, 6);
      drive.made(due);
      steps += due;
    }
    return steps;
  }
  test("makes its epochs of steps each second, however often it is looked at", () => {
    for (const speed of [1, 7, 500]) {
      const all = [8, 16, 100].map((every) => Math.abs(stepsIn(8000, speed, every) - 48 * speed));
      expect(Math.max(...all)).toBeLessThanOrEqual(speed);
    }
  });
  test("makes less than a step a look", () => {
    expect(stepsIn(10_000, 0.1, 16)).toBe(5);
  });
  test("lets go what can't be caught up", () => {
    const drive = new Drive(100, 0);
    expect(drive.stepsDue(60_000, 10)).toBe(250);
  });
  test("says when the next step is due", () => {
    const drive = new Drive(1, 0);
    expect(drive.stepsDue(40, 10)).toBe(0);
    expect(drive.wait(10)).toBeCloseTo(60);
  });
  test("at full speed there is always more to do", () => {
    const drive = new Drive("full", 0);
    expect([drive.stepsDue(0, 6), drive.stepsDue(0, 6), drive.wait(6)]).toEqual([
      Infinity,
      Infinity,
      0,
    ]);
  });
});

describe("a pace", () => {
  test("comes to the steps of a slice within a few calls", () => {
    const pace = new Pace();
    // 800 steps a millisecond, and 0.06 ms for each call.
    for (let i = 0; i < 4; i++) pace.learn(pace.steps, 0.06 + pace.steps / 800);
    expect(pace.steps).toBeGreaterThan(7000);
    expect(pace.steps).toBeLessThanOrEqual(8000);
  });
  test("is one step where steps take longer than a slice", () => {
    const pace = new Pace();
    pace.learn(1, 50);
    expect(pace.steps).toBe(1);
  });
  test("does not take few steps for slow ones", () => {
    const pace = new Pace();
    pace.learn(8000, 10);
    pace.learn(1, 0.06);
    expect(pace.steps).toBe(8000);
  });
  test("slows down with slower steps", () => {
    const pace = new Pace();
    pace.learn(8000, 10);
    pace.learn(8000, 40);
    expect(pace.steps).toBe(2000);
  });
});

test("a turn lets messages in", async () => {
  const { port1, port2 } = new MessageChannel();
  let isIn = false;
  port1.onmessage = () => {
    isIn = true;
    port1.close();
  };
  port2.postMessage(null);
  for (let i = 0; i < 10 && !isIn; i++) await turn();
  expect(isIn).toBe(true);
});

describe("a meter", () => {
  test("measures since it began, then over the last second", () => {
    const meter = new Meter();
    meter.restart({ time: 1000, samples: 500 });
    expect(meter.samplesPerSecond).toBe(0);
    meter.mark({ time: 1500, samples: 600 });
    expect(meter.samplesPerSecond).toBe(200);
    for (let time = 2000; time <= 5000; time += 100) {
      meter.mark({ time, samples: 600 + (time - 2000) * 4 });
    }
    expect(meter.samplesPerSecond).toBe(4000);
  });
});

describe("tasks", () => {
  const open = (run: number) =>
    ({ type: "open", run, recipe: { start: {} as never, changes: [] }, step: 0 }) as const;
  const seek = (step: number) => ({ type: "seek", run: 1, step }) as const;
  const ask = { type: "ask", id: 1, what: "save", about: null } as const;
  const pause = { type: "pause", run: 1 } as const;
  const taken = (tasks: Tasks) => {
    const all: unknown[] = [];
    for (let it = tasks.take(); it; it = tasks.take()) all.push(it);
    return all;
  };
  const made = (...all: readonly Parameters<Tasks["add"]>[0][]) => {
    const tasks = new Tasks();
    for (const it of all) tasks.add(it);
    return tasks;
  };

  test("come in their order", () => {
    const all = [open(1), seek(3), pause, seek(4), ask];
    expect(taken(made(...all))).toEqual(all);
  });
  test("to go somewhere give way to a newer one", () => {
    expect(taken(made(open(1), seek(3), seek(4), pause))).toEqual([open(1), seek(4), pause]);
  });
  test("of a run that was left are dropped, questions are not", () => {
    expect(taken(made(open(1), seek(3), ask, open(2), pause))).toEqual([ask, open(2)]);
  });
  test("for another run or a pause let a long way be left at once", () => {
    const tasks = made(open(1));
    tasks.take();
    const leave = tasks.leave();
    tasks.add(ask);
    tasks.add(seek(3));
    expect(leave.aborted).toBe(false);
    tasks.add(pause);
    expect(leave.aborted).toBe(true);
    expect(made(open(2)).leave().aborted).toBe(true);
  });
  test("for another step let it be left when it has taken long", async () => {
    const tasks = made(open(1));
    tasks.take();
    const leave = tasks.leave();
    tasks.add(seek(3));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(leave.aborted).toBe(true);
  });
});
