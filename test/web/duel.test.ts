// The duel's sentence says what its numbers say.

import { expect, test } from "vitest";
import { type Duel, guessing, sentence } from "../../web/src/duel/sentence.ts";
import type { Points } from "../../web/src/protocol.ts";

const duel: Duel = { step: 100, depth: 3, classes: 2, guessing: 0.5, linear: 0.52, deep: 0.98 };

test("compares the line with guessing, and the network with the line", () => {
  expect(sentence(duel)).toBe(
    "The straight line gets 52\u00a0% right: about what guessing gives. The network gets 98\u00a0%.",
  );
  expect(sentence({ ...duel, linear: 0.4 })).toMatch(/40\u00a0% right: less than guessing gives\./);
  expect(sentence({ ...duel, linear: 0.8 })).toBe(
    "The straight line gets 80\u00a0% right. The network gets 98\u00a0%.",
  );
});

test("does not praise a network that is no better", () => {
  expect(sentence({ ...duel, linear: 0.97 })).toMatch(/98\u00a0%: here a line is enough\.$/);
  expect(sentence({ ...duel, deep: 0.5 })).toMatch(/50\u00a0%: no better, so far\.$/);
  expect(sentence({ ...duel, linear: 0.8, deep: 0.5 })).toMatch(
    /50\u00a0%: it is behind, so far\.$/,
  );
});

test("speaks of lines where there are several classes, and of guessing as it is then", () => {
  const three = { ...duel, classes: 3, guessing: 0.34 };
  expect(sentence({ ...three, linear: 0.36 })).toMatch(
    /^Straight lines get 36\u00a0% right: about what guessing gives\./,
  );
  expect(sentence({ ...three, linear: 0.5 })).toMatch(/^Straight lines get 50\u00a0% right\./);
  expect(sentence({ ...three, linear: 0.97 })).toMatch(/here lines are enough\.$/);
});

test("speaks of R² for quantities", () => {
  const quantity = { ...duel, classes: 0, guessing: 0 };
  expect(sentence({ ...quantity, linear: 0.01, deep: 0.9 })).toBe(
    "The flat plane explains next to nothing of the quantity. The network reaches an R² of 0.90 (1 is perfect).",
  );
  expect(sentence({ ...quantity, linear: 0.4, deep: 0.9 })).toMatch(
    /^The flat plane reaches an R² of 0\.40\./,
  );
  expect(sentence({ ...quantity, linear: 0.99, deep: 0.99 })).toMatch(
    /here a flat plane is enough\.$/,
  );
});

test("says what there is to know before training, and without hidden layers", () => {
  expect(sentence({ ...duel, step: 0 })).toMatch(/^Neither has learned anything yet\./);
  expect(sentence({ ...duel, depth: 0 })).toMatch(/no hidden layer/);
});

test("guesses the most frequent class of the points that test, or of all where none does", () => {
  const points = (targets: readonly number[], held: readonly number[]): Points => ({
    positions: new Float32Array(2 * targets.length),
    targets: Float32Array.from(targets),
    numbers: Uint32Array.from(targets, (_, i) => i),
    held: Uint8Array.from(held),
    classes: 3,
    classNames: ["a", "b", "c"],
    axes: ["x", "y"],
    window: { x: [-3, 3], y: [-3, 3] },
    inputs: ["x", "y"],
  });
  expect(guessing(points([0, 0, 0, 1, 2, 2], [0, 0, 0, 1, 1, 1]))).toBeCloseTo(2 / 3, 12);
  expect(guessing(points([0, 0, 0, 1], [0, 0, 0, 0]))).toBe(0.75);
});
