// What model.json may hold: the description of a saved model, its weights being in the safetensors file
// beside it. The file may be hostile: it is checked in full before anything is made of it. Here are the
// shapes, types and bounds; whether an activation or a loss exists is for its own table to say.
//
// Grows by a line: a new layer is a line in `layer`, a new field a line in `model`, `v.exactOptional` if
// older files lack it; a change that older readers would misread raises VERSION.

import * as v from "valibot";
import type { TableSchema } from "../data/csv-schema.ts";
import { fail } from "../errors.ts";
import { moreTypes } from "../layers/types.ts";
import { isRecord } from "../options.ts";
import { elementCount } from "../shape.ts";
import { finite, integer, list, open, parseJson, text } from "./json.ts";
import {
  LONGEST_JSON,
  LONGEST_NAME,
  MOST_ENTRIES,
  MOST_INPUTS,
  MOST_LAYERS,
  MOST_NODES,
} from "./limits.ts";

const VERSION = 1;

const name = text(64);
const longName = text(LONGEST_NAME);
const flag = v.boolean();
const number = finite("a finite number");
const penalty = finite("a finite number ≥ 0", (it) => it >= 0);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const index = integer(0, 1_000_000);
const labels = list(longName, 0, MOST_ENTRIES);

const activation = v.strictObject({ name, alpha: v.exactOptional(number) });
const initializer: v.GenericSchema<
  unknown,
  { readonly name: string; readonly [parameter: string]: string | number }
> = open({ name }, number);
const regularizer = v.strictObject({ l1: penalty, l2: penalty });

const layer = v.variant("type", [
  v.strictObject({
    type: v.picklist(["dense"]),
    name: longName,
    units: integer(1, 1_000_000),
    activation,
    useBias: flag,
    kernelInitializer: initializer,
    biasInitializer: initializer,
    kernelRegularizer: v.exactOptional(regularizer),
    biasRegularizer: v.exactOptional(regularizer),
    trainable: v.exactOptional(flag),
  }),
  v.strictObject({ type: v.picklist(["activation"]), name: longName, activation }),
  v.strictObject({
    type: v.picklist(["dropout"]),
    name: longName,
    rate: finite("a number in [0, 1)", (it) => it >= 0 && it < 1),
  }),
  v.strictObject({ type: v.picklist(["flatten"]), name: longName }),
  v.looseObject({ type: v.picklist(moreTypes), name: longName }),
]);

// A schedule of the learning rate and a metric with options are checked by their own functions.
const hyper = open(
  {},
  v.custom<number | boolean | object>(
    (it) => typeof it === "boolean" || Number.isFinite(it) || isRecord(it),
    "a finite number or a boolean",
  ),
);
const metric = v.union([name, v.custom<object>(isRecord)], "a metric's name, or one with options");
const head = {
  loss: v.strictObject({ name, delta: v.exactOptional(number) }),
  metrics: list(metric, 0, 100),
  weight: v.exactOptional(penalty),
};
const compiled = v.strictObject({
  optimizer: v.strictObject({ name, hyper }),
  ...head,
  /** Of a model of several outputs: those after the first. */
  others: v.exactOptional(list(v.strictObject(head), 1, 1000)),
});

const shape = list(integer(1, MOST_INPUTS), 1, 8);
/** Numbers of values: inputs first, then what each node gives. */
const values = list(integer(0, 20_000), 1, 1000);
const graph = v.strictObject({
  inputs: list(v.strictObject({ name: longName, shape }), 1, 1000),
  nodes: list(
    v.strictObject({ layer: integer(0, MOST_LAYERS - 1), inputs: values }),
    1,
    MOST_NODES,
  ),
  outputs: values,
  outputsListed: flag,
});

const normalization = v.strictObject({
  method: v.picklist(["standard", "minMax"]),
  shift: list(number, 1, MOST_INPUTS),
  scale: list(
    finite("a finite number, not 0", (it) => it !== 0),
    1,
    MOST_INPUTS,
  ),
});

const column = v.variant("kind", [
  v.strictObject({
    kind: v.picklist(["numeric"]),
    name: longName,
    index,
    fill: v.exactOptional(number),
  }),
  v.strictObject({
    kind: v.picklist(["categorical"]),
    name: longName,
    index,
    categories: labels,
    fill: v.exactOptional(longName),
  }),
]);
const table = v.strictObject({
  named: flag,
  width: integer(1, 1_000_000),
  columns: list(column, 1, MOST_ENTRIES),
  target: v.strictObject({ name: longName, index }),
  missing: v.picklist(["error", "dropRow", "mean"]),
  classNames: v.exactOptional(labels),
}) satisfies v.GenericSchema<unknown, TableSchema>;

const unit = v.strictObject({ layer: longName, index, frozen: flag, enabled: flag });

const model = v.strictObject({
  format: v.picklist(["layerwise"]),
  /** Of this format. */
  version: v.picklist([VERSION]),
  kind: v.picklist(["sequential", "graph"]),
  /** Shape of one sample: of layers in a row. */
  inputShape: v.exactOptional(shape),
  /** How values flow, where layers are not in a row. */
  graph: v.exactOptional(graph),
  seed: count,
  layers: list(layer, 1, MOST_LAYERS),
  compiled: v.exactOptional(compiled),
  normalization: v.exactOptional(normalization),
  classNames: v.exactOptional(labels),
  featureNames: v.exactOptional(labels),
  /** How to read a CSV file with the columns of the training data. */
  schema: v.exactOptional(table),
  /** Those that are frozen or switched off. */
  units: v.exactOptional(list(unit, 0, MOST_ENTRIES)),
  /** Where training stands: steps and epochs done, samples of the epoch at hand already used. */
  training: v.exactOptional(v.strictObject({ step: count, epoch: count, cursor: count })),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What model.json holds. */
export type ModelJson = DeepReadonly<v.InferOutput<typeof model>>;

/**
 * Reads model.json. Besides its schema it requires that lengths agree.
 * @throws LayerwiseError `modelFormat`, with the path inside the file
 */
export function parseModelJson(text: string): ModelJson {
  check(text.length <= LONGEST_JSON, "", `at most ${LONGEST_JSON} characters`, text.length);
  const json = parseJson(model, text, (issue) => fail("modelFormat", issue));
  checkLengths(json);
  return json;
}

/** What no field can say alone. */
function checkLengths(model: ModelJson): void {
  const { kind, inputShape, graph, normalization, featureNames, schema } = model;
  const isGraph = kind === "graph";
  check(isGraph === (graph !== undefined), "graph", `what kind "${kind}" needs`, graph);
  check(
    isGraph === (inputShape === undefined),
    "inputShape",
    `what kind "${kind}" needs`,
    inputShape,
  );
  if (graph) checkGraph(graph, model.layers.length);
  const shapes = graph ? graph.inputs.map((it) => it.shape) : [inputShape ?? []];
  const inputs = shapes.reduce((sum, it) => sum + elementCount(it), 0);
  const where = isGraph ? "graph.inputs" : "inputShape";
  check(inputs <= MOST_INPUTS, where, `a product of at most ${MOST_INPUTS}`, inputs);
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

/** Layers that there are. What values there are is for them to say: {@link checkValues}. */
function checkGraph({ nodes }: NonNullable<ModelJson["graph"]>, layers: number) {
  const used = new Set(nodes.map((it) => it.layer));
  check(used.size === layers, "graph.nodes", `each of ${layers} layers in use`, used.size);
  nodes.forEach((node, i) => {
    const path = `graph.nodes[${i}].layer`;
    check(node.layer < layers, path, `a layer below ${layers}`, node.layer);
  });
}

/** Values that were made before they are read; `made` says how many each layer makes. */
export function checkValues(
  { inputs, nodes, outputs }: NonNullable<ModelJson["graph"]>,
  made: readonly number[],
): void {
  let known = inputs.length;
  nodes.forEach((node, i) => {
    const bad = node.inputs.find((it) => it >= known);
    check(bad === undefined, `graph.nodes[${i}].inputs`, `values below ${known}`, bad);
    known += made[node.layer] ?? 1;
  });
  const bad = outputs.find((it) => it >= known);
  check(bad === undefined, "graph.outputs", `values below ${known}`, bad);
}

function check(holds: boolean, path: string, required: string, got: unknown): void {
  if (!holds) throw fail("modelFormat", { path, required, got });
}
