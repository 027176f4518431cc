// What model.json may hold: the description of a saved model, its weights being in the safetensors file
// beside it. The file may be hostile: it is checked in full before anything is made of it. Here are the
// shapes, types and bounds; whether an activation or a loss exists is for its own table to say.
//
// Grows by a line: a new layer is a line in `layers`, a new field a line in `modelSchema`. A field that
// older files lack is `v.exactOptional`; a change that older readers would misread raises VERSION.

import * as v from "valibot";
import type { TableSchema } from "../data/csv-schema.ts";
import { fail } from "../errors.ts";

const VERSION = 1;
const LONGEST_TEXT = 16 * 1024 * 1024;
const DEEPEST = 32;
const MOST_INPUTS = 2 ** 24;

// A schema's message is what stands behind "required" in the error.

function integer(min: number, max: number) {
  const message = `an integer from ${min} to ${max}`;
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

function finite(message: string, isRight: (value: number) => boolean = () => true) {
  return v.pipe(v.number(message), v.finite(message), v.check(isRight, message));
}

function text(longest: number) {
  const message = `a text of at most ${longest} characters`;
  return v.pipe(v.string(message), v.maxLength(longest, message));
}

function list<S extends v.GenericSchema>(item: S, min: number, max: number) {
  const message = `an array of ${min} to ${max} entries`;
  return v.pipe(v.array(item, message), v.minLength(min, message), v.maxLength(max, message));
}

function oneOf<const T extends readonly string[]>(...values: T) {
  return v.picklist(values, `one of ${values.join(", ")}`);
}

function record<E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, objectMessage);
}

/** Of an object: it is none, or a key is unknown, or one is missing. */
function objectMessage({ expected }: v.BaseIssue<unknown>): string {
  if (expected === "Object") return "an object";
  return expected === "never" ? "no such key" : "a value";
}

const name = text(64);
const layerName = text(1000);
const flag = v.boolean("true or false");
const number = finite("a finite number");
const penalty = finite("a finite number ≥ 0", (value) => value >= 0);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const labels = list(text(10_000), 0, 1_000_000);

const activation = record({ name, alpha: v.exactOptional(number) });
const initializer: v.GenericSchema<
  unknown,
  { readonly name: string; readonly [parameter: string]: string | number }
> = v.objectWithRest({ name }, number, objectMessage);
const regularizer = record({ l1: penalty, l2: penalty });

const layers = [
  record({
    type: v.literal("dense"),
    name: layerName,
    units: integer(1, 1_000_000),
    activation,
    useBias: flag,
    kernelInitializer: initializer,
    biasInitializer: initializer,
    kernelRegularizer: v.exactOptional(regularizer),
    biasRegularizer: v.exactOptional(regularizer),
  }),
  record({ type: v.literal("activation"), name: layerName, activation }),
  record({
    type: v.literal("dropout"),
    name: layerName,
    rate: finite("a number in [0, 1)", (value) => value >= 0 && value < 1),
  }),
  record({ type: v.literal("flatten"), name: layerName }),
] as const;

const layer = v.variant("type", layers, (issue) =>
  // Inside a layer of a known type its own messages hold; these are the variant's own issues.
  issue.expected === "Object" ? "an object" : `one of ${issue.expected}`,
);

const normalization = record({
  method: oneOf("standard", "minMax"),
  shift: list(number, 1, MOST_INPUTS),
  scale: list(
    finite("a finite number, not 0", (value) => value !== 0),
    1,
    MOST_INPUTS,
  ),
});

const index = integer(0, 1_000_000);
const columnName = text(10_000);
const columns = [
  record({
    kind: v.literal("numeric"),
    name: columnName,
    index,
    fill: v.exactOptional(number),
  }),
  record({
    kind: v.literal("categorical"),
    name: columnName,
    index,
    categories: labels,
    fill: v.exactOptional(columnName),
  }),
] as const;

const tableSchema = record({
  named: flag,
  width: integer(1, 1_000_000),
  columns: list(
    v.variant("kind", columns, (issue) =>
      issue.expected === "Object" ? "an object" : `one of ${issue.expected}`,
    ),
    1,
    1_000_000,
  ),
  target: record({ name: columnName, index }),
  classNames: v.exactOptional(labels),
  missing: oneOf("error", "dropRow", "mean"),
}) satisfies v.GenericSchema<unknown, TableSchema>;

const modelSchema = record({
  format: v.literal("layerwise", '"layerwise"'),
  version: v.literal(VERSION, `${VERSION}, the version that this library reads`),
  kind: v.literal("sequential", '"sequential"'),
  name: v.exactOptional(text(1000)),
  /** Shape of one sample. */
  inputShape: list(integer(1, MOST_INPUTS), 1, 8),
  seed: count,
  layers: list(layer, 1, 1000),
  compiled: v.exactOptional(
    record({
      optimizer: record({
        name,
        hyper: v.record(
          name,
          v.union([number, flag], "a finite number, true or false"),
          "an object",
        ),
      }),
      loss: record({ name, delta: v.exactOptional(number) }),
      metrics: list(name, 0, 100),
    }),
  ),
  normalization: v.exactOptional(normalization),
  classNames: v.exactOptional(labels),
  featureNames: v.exactOptional(labels),
  /** How to read a CSV file with the columns of the training data. */
  schema: v.exactOptional(tableSchema),
  /** Where training stands: steps and epochs done, samples of the epoch at hand already used. */
  training: v.exactOptional(
    v.objectWithRest({ step: count, epoch: count, cursor: count }, number, objectMessage),
  ),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What model.json holds. */
export type ModelJson = DeepReadonly<v.InferOutput<typeof modelSchema>>;

/** One layer in {@link ModelJson}: its type, its name in the model, and its configuration. */
export type LayerJson = ModelJson["layers"][number];

/**
 * Reads model.json. Besides its schema it requires that layers' names differ and that lengths agree.
 * Of a key that is given twice the last one counts, as everywhere in JSON.
 * @throws LayerwiseError `modelFormat`, with the path inside the file
 */
export function parseModelJson(text: string): ModelJson {
  if (text.length > LONGEST_TEXT) {
    const required = `a text of at most ${LONGEST_TEXT} characters`;
    throw fail("modelFormat", { path: "", required, got: text.length });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail("modelFormat", { path: "", required: "JSON", got: text });
  }
  checkKeys(value, []);
  const result = v.safeParse(modelSchema, value, { abortEarly: true });
  if (!result.success) {
    const [{ path = [], message, input }] = result.issues;
    const keys = path.map(({ key }) => key as string | number);
    throw fail("modelFormat", { path: formatPath(keys), required: message, got: input });
  }
  checkTogether(result.output);
  return result.output;
}

/** Refuses, wherever they stand, keys that every object has (`__proto__`, …), and endless depth. */
function checkKeys(value: unknown, path: readonly (string | number)[]): void {
  if (typeof value !== "object" || value === null) return;
  if (path.length > DEEPEST) {
    const required = `at most ${DEEPEST} levels`;
    throw fail("modelFormat", { path: formatPath(path), required, got: "more" });
  }
  if (Array.isArray(value)) {
    value.forEach((entry, i) => {
      if (typeof entry === "object") checkKeys(entry, [...path, i]);
    });
    return;
  }
  for (const [key, entry] of Object.entries(value)) {
    if (key in Object.prototype || key === "prototype") {
      const at = formatPath([...path, key]);
      throw fail("modelFormat", { path: at, required: "no such key", got: entry });
    }
    checkKeys(entry, [...path, key]);
  }
}

/** What no field can say alone. */
function checkTogether({
  inputShape,
  layers,
  normalization,
  featureNames,
  schema,
}: ModelJson): void {
  const require = (holds: boolean, path: string, required: string, got: unknown) => {
    if (!holds) throw fail("modelFormat", { path, required, got });
  };
  const inputs = inputShape.reduce((product, size) => product * size, 1);
  require(inputs <= MOST_INPUTS, "inputShape", `a product of at most ${MOST_INPUTS}`, inputs);
  const names = new Set<string>();
  layers.forEach(({ name }, i) => {
    require(!names.has(name), `layers[${i}].name`, "a name that no layer before it has", name);
    names.add(name);
  });
  for (const key of ["shift", "scale"] as const) {
    const length = normalization?.[key].length ?? inputs;
    require(length === inputs, `normalization.${key}`, `${inputs} numbers, one an input`, length);
  }
  const nameCount = featureNames?.length ?? inputs;
  require(nameCount === inputs, "featureNames", `${inputs} names, one an input`, nameCount);
  if (!schema) return;
  const below = `an integer below the width ${schema.width}`;
  require(schema.target.index < schema.width, "schema.target.index", below, schema.target.index);
  let features = 0;
  schema.columns.forEach((column, i) => {
    const path = `schema.columns[${i}]`;
    require(column.index < schema.width, `${path}.index`, below, column.index);
    features += column.kind === "numeric" ? 1 : column.categories.length;
    if (column.kind === "numeric") return;
    const known = new Set(column.categories);
    require(known.size ===
      column.categories.length, `${path}.categories`, "no category twice", "one");
    require(column.fill === undefined ||
      known.has(column.fill), `${path}.fill`, "one of its categories", column.fill);
  });
  require(features === inputs, "schema.columns", `columns of ${inputs} features in all`, features);
}

/** layers[1].units */
function formatPath(keys: readonly (string | number)[]): string {
  return keys
    .map((key, i) => {
      if (typeof key === "number") return `[${key}]`;
      const cut = key.length > 40 ? `${key.slice(0, 40)}…` : key;
      if (!/^[A-Za-z_]\w*$/.test(key)) return `[${JSON.stringify(cut)}]`;
      return i === 0 ? cut : `.${cut}`;
    })
    .join("");
}
