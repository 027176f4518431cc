// Links: a run written into an address and read back is the same run; what is damaged is refused in words.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dataNames,
  defaultSettings,
  featureNames,
  MOST_STEPS,
  type Recipe,
} from "../../web/src/recipe.ts";
import { writeLink } from "../../web/src/share/link.ts";
import { readLink } from "../../web/src/share/read-link.ts";

const start: Recipe = { start: defaultSettings, changes: [] };

test("the default run is a short address, and reads back as itself", () => {
  const text = writeLink({ recipe: start, step: 0, hash: undefined });
  expect(text).toBe("data=circles");
  expect(readLink(text)).toEqual({ recipe: start, step: 0, hash: undefined });
});

test("an empty address asks for nothing", () => {
  expect(readLink("")).toBeUndefined();
  expect(readLink("#")).toBeUndefined();
});

test("any run reads back as itself, drawn points, changes, tables and all", () => {
  const coordinate = fc.integer({ min: -3000, max: 3000 }).map((it) => it / 1000);
  const edit = fc.oneof(
    fc.record({ do: fc.constant("add" as const), x: coordinate, y: coordinate, label: fc.nat(5) }),
    fc.record({
      do: fc.constant("move" as const),
      point: fc.nat(400),
      x: coordinate,
      y: coordinate,
    }),
    fc.record({ do: fc.constant("remove" as const), point: fc.nat(400) }),
  );
  const optimizer = fc.record({
    name: fc.constantFrom("adam" as const, "sgd" as const),
    learningRate: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    options: fc.constantFrom({}, { momentum: 0.9, nesterov: true }, { beta1: 0.85 }),
  });
  const table = fc.record({
    text: fc.string({ unit: "grapheme", maxLength: 200 }),
    name: fc.string(),
    target: fc.nat(10),
    columns: fc.constantFrom("all" as const, [0, 1] as [number, number]),
    task: fc.constantFrom("classification" as const, "regression" as const),
  });
  const change = fc.record(
    {
      step: fc.nat(MOST_STEPS),
      set: fc.record(
        { optimizer, batchSize: fc.integer({ min: 1, max: 50 }) },
        { requiredKeys: [] },
      ),
      edits: fc.array(edit, { maxLength: 3 }),
      weights: fc.constant([{ name: "layer_1.weight", index: [0, 1], value: -0.25 }]),
      data: fc.constant({ ...defaultSettings.data, noise: 0.2 }),
      units: fc.constant([{ layer: "layer_1", unit: 2, frozen: true, enabled: false }]),
    },
    { requiredKeys: ["step"] },
  );
  const recipe = fc.record({
    start: fc.record({
      data: fc.record({
        name: fc.constantFrom(...dataNames),
        samples: fc.integer({ min: 4, max: 5000 }),
        noise: fc.double({ min: 0, max: 1, noNaN: true }).filter((it) => !Object.is(it, -0)),
        seed: fc.nat(),
        classes: fc.integer({ min: 2, max: 6 }),
        trainShare: fc.constantFrom(0.1, 0.5, 0.7),
        edits: fc.array(edit, { maxLength: 20 }),
        table: fc.option(table, { nil: undefined }),
      }),
      features: fc.subarray([...featureNames], { minLength: 1 }),
      layers: fc.array(
        fc.record({
          units: fc.integer({ min: 1, max: 64 }),
          activation: fc.constantFrom("tanh" as const, "relu" as const, "step" as const),
        }),
        { maxLength: 8 },
      ),
      initializer: fc.constantFrom("glorotUniform" as const, "orthogonal" as const),
      loss: fc.constantFrom("auto" as const, "hinge" as const),
      seed: fc.nat(),
      optimizer,
      schedule: fc.constantFrom(
        { name: "constant" as const },
        { name: "step" as const, every: 10, factor: 0.5 },
        { name: "cosine" as const, epochs: 200 },
      ),
      batchSize: fc.integer({ min: 1, max: 100 }),
      l1: fc.constantFrom(0, 0.001),
      l2: fc.constantFrom(0, 1e-7),
    }),
    changes: fc
      .uniqueArray(change, { maxLength: 4, selector: (it) => it.step })
      .map((them) => them.toSorted((a, b) => a.step - b.step)),
  });
  const hash = fc.option(fc.constant("0123456789abcdef".repeat(4)), { nil: undefined });
  fc.assert(
    fc.property(recipe, fc.nat(MOST_STEPS), hash, (it, step, sum) => {
      const linked = { recipe: it, step, hash: sum };
      expect(readLink(`#${writeLink(linked)}`)).toEqual(linked);
    }),
    { numRuns: 300 },
  );
});

test("points drawn on the way are written as briefly as those of the start", () => {
  const edits = [
    { do: "add", x: 0.5, y: -1, label: 1 },
    { do: "move", point: 3, x: 0, y: 0.25 },
    { do: "remove", point: 7 },
  ] as const;
  const text = writeLink({
    recipe: { start: defaultSettings, changes: [{ step: 40, edits }] },
    step: 40,
    hash: undefined,
  });
  expect(text).toContain("a0.5,-1,1;m3,0,0.25;r7");
});

test.each([
  ["data=cats", /name: required one of circles/],
  ["data=circles&noise=lots", /noise: required a number from 0 to 5/],
  ["data=circles&noise=-1", /noise: required a number/],
  ["layers=6-tanh,900-tanh", /layers\.1\.units: required a number from 1 to 64/],
  ["layers=6-tahn", /layers\.0\.activation: required one of linear/],
  ["layers=1-tanh,1-tanh,1-tanh,1-tanh,1-tanh,1-tanh,1-tanh,1-tanh,1-tanh", /at most 8 layers/],
  ["batchSize=2.5", /batchSize: required a whole number/],
  ["optimizer=adamant", /optimizer\.name: required one of sgd/],
  ["edits=a1,2;x9", /edits/],
  ["changes=[{", /changes: it is cut off/],
  ["step=-3", /step: required a number from 0/],
  ["step=2.5", /step: required a whole number/],
  ["step=9999999999999", /step: required a number from 0 to 1000000000/],
  ['changes=[{"step":9},{"step":4}]', /changes: required in order, each at a later step/],
  ['changes=[{"step":4},{"step":4}]', /changes: required in order, each at a later step/],
  ['changes=[{"step":4,"edits":"x9"}]', /changes\.0\.edits/],
  ["weights=abc", /weights: required a SHA-256/],
  ["data=circles&speed=9", /speed: nothing by this name/],
])("the address %s is refused in words", (text, message) => {
  expect(() => readLink(text)).toThrow(message);
});
