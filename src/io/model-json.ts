// What model.json may hold: the description of a saved model, its weights being in the safetensors file
// beside it. The file may be hostile: it is checked in full before anything is made of it. Here are the
// shapes, types and bounds; whether an activation or a loss exists is for its own table to say.
//
// Grows by a line: a new layer is a line in `layer`, a new field a line in `model`, optional if older
// files lack it; a change that older readers would misread raises VERSION.

import type { TableSchema } from "../data/csv-schema.ts";
import { fail } from "../errors.ts";
import { elementCount } from "../shape.ts";
import {
  finite,
  integer,
  list,
  oneOf,
  record,
  type Schema,
  type TypeOf,
  text,
  variant,
} from "./schema.ts";

const VERSION = 1;
const LONGEST_TEXT = 16 * 1024 * 1024;
const MOST_INPUTS = 2 ** 24;

const name = text(64);
const longName = text(10_000);
const flag = oneOf(true, false);
const number = finite("a finite number");
const penalty = finite("a finite number ≥ 0", (it) => it >= 0);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const index = integer(0, 1_000_000);
const labels = list(longName, 0, 1_000_000);

const activation = record({ name }, { alpha: number });
const initializer: Schema<{
  readonly name: string;
  readonly [parameter: string]: string | number;
}> = record({ name }, {}, number);
const regularizer = record({ l1: penalty, l2: penalty });

const layer = variant("type", {
  dense: record(
    {
      name: longName,
      units: integer(1, 1_000_000),
      activation,
      useBias: flag,
      kernelInitializer: initializer,
      biasInitializer: initializer,
    },
    { kernelRegularizer: regularizer, biasRegularizer: regularizer },
  ),
  activation: record({ name: longName, activation }),
  dropout: record({
    name: longName,
    rate: finite("a number in [0, 1)", (it) => it >= 0 && it < 1),
  }),
  flatten: record({ name: longName }),
});

const hyper: Schema<Readonly<Record<string, number | boolean>>> = record({}, {}, (it) =>
  typeof it === "boolean" ? undefined : number(it),
);
const compiled = record({
  optimizer: record({ name, hyper }),
  loss: record({ name }, { delta: number }),
  metrics: list(name, 0, 100),
});

const normalization = record({
  method: oneOf("standard", "minMax"),
  shift: list(number, 1, MOST_INPUTS),
  scale: list(
    finite("a finite number, not 0", (it) => it !== 0),
    1,
    MOST_INPUTS,
  ),
});

const table: Schema<TableSchema> = record(
  {
    named: flag,
    width: integer(1, 1_000_000),
    columns: list(
      variant("kind", {
        numeric: record({ name: longName, index }, { fill: number }),
        categorical: record({ name: longName, index, categories: labels }, { fill: longName }),
      }),
      1,
      1_000_000,
    ),
    target: record({ name: longName, index }),
    missing: oneOf("error", "dropRow", "mean"),
  },
  { classNames: labels },
);

const model = record(
  {
    format: oneOf("layerwise"),
    /** Of this format. */
    version: oneOf(VERSION),
    kind: oneOf("sequential"),
    /** Shape of one sample. */
    inputShape: list(integer(1, MOST_INPUTS), 1, 8),
    seed: count,
    layers: list(layer, 1, 1000),
  },
  {
    compiled,
    normalization,
    classNames: labels,
    featureNames: labels,
    /** How to read a CSV file with the columns of the training data. */
    schema: table,
    /** Where training stands: steps and epochs done, samples of the epoch at hand already used. */
    training: record({ step: count, epoch: count, cursor: count }),
  },
);

/** What model.json holds. */
export type ModelJson = TypeOf<typeof model>;

/**
 * Reads model.json. Besides its schema it requires that lengths agree. Of a key that is given twice the
 * last one counts, as everywhere in JSON.
 * @throws LayerwiseError `modelFormat`, with the path inside the file
 */
export function parseModelJson(text: string): ModelJson {
  check(text.length <= LONGEST_TEXT, "", `at most ${LONGEST_TEXT} characters`, text.length);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail("modelFormat", { path: "", required: "JSON", got: text });
  }
  const issue = model(value);
  if (issue) throw fail("modelFormat", { ...issue, path: issue.path.replace(/^\./, "") });
  checkLengths(value as ModelJson);
  return value as ModelJson;
}

/** What no field can say alone. */
function checkLengths({ inputShape, normalization, featureNames, schema }: ModelJson): void {
  const inputs = elementCount(inputShape);
  check(inputs <= MOST_INPUTS, "inputShape", `a product of at most ${MOST_INPUTS}`, inputs);
  const { shift, scale } = normalization ?? {};
  for (const [path, list] of Object.entries({
    "normalization.shift": shift,
    "normalization.scale": scale,
    featureNames,
  })) {
    const length = list?.length ?? inputs;
    check(length === inputs, path, `${inputs} entries, one an input`, length);
  }
  if (!schema) return;
  const { width, target, columns } = schema;
  const below = `an integer below the width ${width}`;
  check(target.index < width, "schema.target.index", below, target.index);
  let features = 0;
  columns.forEach((column, i) => {
    const path = `schema.columns[${i}]`;
    check(column.index < width, `${path}.index`, below, column.index);
    const { categories = [], fill } = column.kind === "categorical" ? column : {};
    const known = new Set(categories);
    check(known.size === categories.length, `${path}.categories`, "no category twice", "one");
    check(fill === undefined || known.has(fill), `${path}.fill`, "one of its categories", fill);
    features += column.kind === "numeric" ? 1 : known.size;
  });
  check(features === inputs, "schema.columns", `columns of ${inputs} features in all`, features);
}

function check(holds: boolean, path: string, required: string, got: unknown): void {
  if (!holds) throw fail("modelFormat", { path, required, got });
}
