// The functions that the page draws are those that the kernel computes, and the slopes are theirs.

import { type ActivationName, activation, dense, sequential, sgd } from "layerwise";
import { describe, expect, test } from "vitest";
import { activationNotes } from "../../web/src/activations.ts";
import { activationNames } from "../../web/src/names.ts";

/** −6 … 6, and both sides of every kink. */
const xs = [...Array.from({ length: 241 }, (_, i) => -6 + i / 20), -3.001, -0.001, 0.001, 3.001];

/** What the kernel gives; of softmax one unit of two, the other one at 0. */
async function fromKernel(name: ActivationName): Promise<number[]> {
  const width = name === "softmax" ? 2 : 1;
  const model = await sequential({ inputShape: [width], layers: [activation(name)] });
  const rows = xs.map((x) => (width === 2 ? [x, 0] : [x]));
  return (await model.predict(rows)).rows().map((row) => (row as number[])[0] ?? Number.NaN);
}

test("every activation of the library is drawn, and no other", () => {
  const known = refusal(() => activation("none" as ActivationName));
  expect(Object.keys(activationNotes)).toEqual(known.replace(/.*Known: |\.$/g, "").split(", "));
});

function refusal(what: () => unknown): string {
  try {
    what();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("Nothing was refused.");
}

describe.each(activationNames)("%s", (name) => {
  const { f, slope, kinks, standIn, shade } = activationNotes[name];

  test("is what the kernel computes", async () => {
    const values = await fromKernel(name);
    for (const [i, x] of xs.entries()) {
      const wrong = Math.abs((values[i] ?? Number.NaN) - f(x));
      expect(wrong, `at ${x}`).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(f(x))));
    }
  });

  test("has the slope of its function, away from its kinks", () => {
    const h = 1e-4;
    for (const x of xs) {
      if (kinks.some((kink) => Math.abs(kink - x) < 2 * h)) continue;
      const difference = (f(x + h) - f(x - h)) / (2 * h);
      expect(Math.abs(difference - slope(x)), `at ${x}`).toBeLessThanOrEqual(
        5e-4 * Math.max(1, Math.abs(slope(x))),
      );
    }
  });

  test("stays within its bounds, and has none where none is named", () => {
    const { middle, reach } = shade;
    const far = Math.max(...[...xs, -30, 30].map((x) => Math.abs(f(x) - middle)));
    if (reach === undefined) expect(far).toBeGreaterThan(1.5);
    else expect(far).toBeLessThanOrEqual(reach);
  });

  test("bends only where it says so", () => {
    // The slope may jump at a kink; elsewhere a small step changes it by little.
    for (const [x, jump] of jumps(slope)) {
      expect(kinks.some((kink) => Math.abs(kink - x) < 0.02) || jump < 0.3, `at ${x}`).toBe(true);
    }
    for (const [x, jump] of standIn ? jumps(standIn.slope) : []) {
      expect(standIn?.kinks.some((kink) => Math.abs(kink - x) < 0.02) || jump < 0.3).toBe(true);
    }
  });
});

/** How much a function changes from one hundredth to the next, against its own size. */
function jumps(g: (x: number) => number): (readonly [x: number, jump: number])[] {
  return Array.from({ length: 1200 }, (_, i) => -6 + i / 100).map((x) => [
    x,
    Math.abs(g(x + 0.01) - g(x)) / Math.max(1, Math.abs(g(x))),
  ]);
}

test("the step's stand-in is the slope that the kernel uses on the way back", async () => {
  const { f, standIn } = activationNotes.step;
  for (const x of [-1.5, -0.9, 0.4, 0.99, 1.01, 3]) {
    const layers = [dense(1, "step")];
    const model = await sequential({ inputShape: [1], layers });
    model.compile({ optimizer: sgd({ learningRate: 1 }), loss: "meanSquaredError" });
    // The sum is x, and the answer is too small by 1: the loss falls by 2 for each 1 more.
    model.setWeights({ "dense_1.weight": [[x]], "dense_1.bias": [0] });
    await model.fit({ x: [[1]], y: [[f(x) + 1]] }, { epochs: 1, batchSize: 1 });
    const [bias] = model.getWeights()["dense_1.bias"]?.data ?? [];
    expect(bias, `at ${x}`).toBe(2 * (standIn?.slope(x) ?? Number.NaN));
  }
});
