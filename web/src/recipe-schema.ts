// What a recipe from outside (a link, a file) may hold: checked in full before anything is made of it.

import * as v from "valibot";
import { activationNames, initializerNames, lossNames, optimizerNames } from "./names.ts";
import {
  type Change,
  type DataSettings,
  dataNames,
  featureNames,
  MAX_CLASSES,
  MAX_LAYERS,
  MAX_POINTS,
  MAX_UNITS,
  MOST_STEPS,
  type PointEdit,
  type Recipe,
  type Settings,
} from "./recipe.ts";

export const MOST_TABLE_TEXT = 2_000_000;

const number = (from: number, to: number) =>
  v.pipe(
    v.number(`required a number from ${from} to ${to}`),
    v.minValue(from, `required a number from ${from} to ${to}`),
    v.maxValue(to, `required a number from ${from} to ${to}`),
  );
const whole = (from: number, to: number) =>
  v.pipe(number(from, to), v.integer(`required a whole number from ${from} to ${to}`));
const oneOf = <const T extends readonly string[]>(names: T) =>
  v.picklist(names, `required one of ${names.join(", ")}`);
const any = v.pipe(v.number(), v.finite());
const seed = whole(0, Number.MAX_SAFE_INTEGER);
export const stepSchema = whole(0, MOST_STEPS);
const coordinate = number(-1e6, 1e6);
const name = v.pipe(v.string(), v.maxLength(200));

const edit = v.variant("do", [
  v.strictObject({
    do: v.literal("add"),
    x: coordinate,
    y: coordinate,
    label: number(-1e6, 1e6),
  }),
  v.strictObject({
    do: v.literal("move"),
    point: whole(0, 100_000),
    x: coordinate,
    y: coordinate,
  }),
  v.strictObject({ do: v.literal("remove"), point: whole(0, 100_000) }),
]) satisfies v.GenericSchema<unknown, PointEdit>;
const edits = v.pipe(v.array(edit), v.maxLength(MAX_POINTS));

const table = v.strictObject({
  text: v.pipe(v.string(), v.maxLength(MOST_TABLE_TEXT)),
  name,
  target: whole(0, 10_000),
  columns: v.union([v.tuple([whole(0, 10_000), whole(0, 10_000)]), v.literal("all")]),
  task: oneOf(["classification", "regression"]),
});

const dataFields = v.strictObject({
  name: oneOf(dataNames),
  samples: whole(4, MAX_POINTS),
  noise: number(0, 5),
  seed,
  classes: whole(2, MAX_CLASSES),
  trainShare: number(0.05, 0.95),
  edits,
  // JSON has no undefined.
  table: v.optional(table),
});
const data = v.pipe(
  dataFields,
  v.transform((it): DataSettings => ({ ...it, table: it.table })),
);

const optimizer = v.strictObject({
  name: oneOf(optimizerNames),
  learningRate: number(1e-9, 1e3),
  options: v.record(name, v.union([any, v.boolean()])),
});
const schedule = v.variant("name", [
  v.strictObject({ name: v.literal("constant") }),
  v.strictObject({ name: v.literal("step"), every: whole(1, 1e6), factor: number(0, 10) }),
  v.strictObject({ name: v.literal("exponential"), factor: number(0, 2) }),
  v.strictObject({ name: v.literal("cosine"), epochs: whole(1, 1e6) }),
  v.strictObject({ name: v.literal("warmUp"), epochs: whole(1, 1e6) }),
]);
const live = {
  optimizer,
  schedule,
  batchSize: whole(1, MAX_POINTS),
  l1: number(0, 10),
  l2: number(0, 10),
};

export const settingsSchema = v.strictObject({
  data,
  features: v.pipe(v.array(oneOf(featureNames)), v.minLength(1), v.maxLength(featureNames.length)),
  layers: v.pipe(
    v.array(v.strictObject({ units: whole(1, MAX_UNITS), activation: oneOf(activationNames) })),
    v.maxLength(MAX_LAYERS, `required at most ${MAX_LAYERS} layers`),
  ),
  initializer: oneOf(initializerNames),
  loss: oneOf(["auto", ...lossNames]),
  seed,
  ...live,
}) satisfies v.GenericSchema<unknown, Settings>;

const change = v.strictObject({
  step: stepSchema,
  set: v.exactOptional(v.partial(v.strictObject(live))),
  edits: v.exactOptional(edits),
  data: v.exactOptional(data),
  weights: v.exactOptional(
    v.pipe(
      v.array(
        v.strictObject({
          name,
          index: v.pipe(v.array(whole(0, 10_000)), v.maxLength(2)),
          value: number(-1e30, 1e30),
        }),
      ),
      v.maxLength(MAX_POINTS),
    ),
  ),
  units: v.exactOptional(
    v.pipe(
      v.array(
        v.strictObject({
          layer: name,
          unit: whole(0, MAX_UNITS - 1),
          frozen: v.boolean(),
          enabled: v.boolean(),
        }),
      ),
      v.maxLength(MAX_POINTS),
    ),
  ),
  parameters: v.exactOptional(v.record(name, v.array(number(-1e30, 1e30)))),
}) as v.GenericSchema<unknown, Change>;

/** Out of order they would be trained otherwise than they are written. */
const isRising = (changes: Change[]) =>
  changes.every(({ step }, i) => step > (changes[i - 1]?.step ?? -1));

export const recipeSchema = v.strictObject({
  start: settingsSchema,
  changes: v.pipe(
    v.array(change),
    v.maxLength(1000),
    v.check(isRising, "required in order, each at a later step than the one before"),
  ),
}) satisfies v.GenericSchema<unknown, Recipe>;
