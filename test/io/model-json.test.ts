import { describe, expect, test } from "vitest";
import { fromCSV } from "../../src/data/csv.ts";
import { LayerwiseError } from "../../src/errors.ts";
import { type ModelJson, parseModelJson } from "../../src/io/model-json.ts";

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LayerwiseError && error.code === "modelFormat") return error.message;
    throw error;
  }
  return "nothing was thrown";
}

const table = fromCSV("a,color,kind\n1,red,x\n2,blue,y\n", { missing: "mean" }).schema;
if (!table) throw new Error("no schema");

const model: ModelJson = {
  format: "layerwise",
  version: 1,
  kind: "sequential",
  inputShape: [3],
  seed: 42,
  layers: [
    {
      type: "dense",
      name: "dense",
      units: 8,
      activation: { name: "leakyRelu", alpha: 0.2 },
      useBias: true,
      kernelInitializer: { name: "truncatedNormal", mean: 0, stddev: 0.05 },
      biasInitializer: { name: "zeros" },
      kernelRegularizer: { l1: 0, l2: 0.01 },
    },
    { type: "dropout", name: "dropout", rate: 0.5 },
    { type: "flatten", name: "flatten" },
    { type: "activation", name: "activation", activation: { name: "softmax" } },
  ],
  compiled: {
    optimizer: { name: "adam", hyper: { learningRate: 0.001, beta1: 0.9, amsgrad: true } },
    loss: { name: "huber", delta: 2 },
    metrics: ["accuracy"],
  },
  normalization: { method: "standard", shift: [0, 1, 2], scale: [1, 2, 3] },
  classNames: ["x", "y"],
  featureNames: ["a", "color=blue", "color=red"],
  schema: table,
  units: [{ layer: "dense", index: 7, frozen: true, enabled: false }],
  training: { step: 120, epoch: 3, cursor: 40 },
};

type Path = readonly (string | number)[];

/** The model's text with `value` at `path`; undefined removes what is there. */
function textWith(path: Path, value: unknown): string {
  const copy: unknown = JSON.parse(JSON.stringify(model));
  const last = path[path.length - 1] as string | number;
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  // defineProperty, because an assignment to __proto__ makes no key.
  Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(copy);
}

describe("parseModelJson", () => {
  test("reads what it should, unchanged", () => {
    expect(parseModelJson(JSON.stringify(model))).toEqual(model);
  });

  test("reads the least there can be", () => {
    const { format, version, kind, inputShape, seed } = model;
    const layers = [{ type: "flatten", name: "flatten" }] as const;
    const least = { format, version, kind, inputShape, seed, layers };
    expect(parseModelJson(JSON.stringify(least))).toEqual(least);
  });

  test.each<[Path, unknown, string]>([
    [["format"], "keras", 'format: required "layerwise", got "keras".'],
    [["version"], 2, "version: required 1, got 2."],
    [["kind"], undefined, "kind: required a value, got undefined."],
    [["extra"], 1, "extra: required no such key"],
    [["layers", 0, "name"], 7, "layers[0].name: required a text of at most 10000 characters"],
    [["inputShape"], 3, "inputShape: required an array of 1 to 8 entries, got 3."],
    [["inputShape"], [], "inputShape: required an array of 1 to 8 entries, got []."],
    [["inputShape"], [0], "inputShape[0]: required an integer from 1 to 16777216, got 0."],
    [
      ["inputShape"],
      [65536, 65537],
      "inputShape: required a product of at most 16777216, got 4295032832.",
    ],
    [["seed"], -1, "seed: required an integer from 0 to 9007199254740991, got -1."],
    [
      ["seed"],
      2 ** 53,
      "seed: required an integer from 0 to 9007199254740991, got 9007199254740992.",
    ],
    [["seed"], "42", 'seed: required an integer from 0 to 9007199254740991, got "42".'],
    [["layers"], [], "layers: required an array of 1 to 1000 entries, got []."],
    [
      ["layers"],
      Array(1001).fill(model.layers[2]),
      "layers: required an array of 1 to 1000 entries, got an array of 1001.",
    ],
    [["layers", 1], null, "layers[1]: required an object, got null."],
    [["layers", 0, "units"], -3, "layers[0].units: required an integer from 1 to 1000000, got -3."],
    [
      ["layers", 0, "units"],
      1.5,
      "layers[0].units: required an integer from 1 to 1000000, got 1.5.",
    ],
    [["layers", 0, "units"], undefined, "layers[0].units: required a value, got undefined."],
    [
      ["layers", 0, "type"],
      "conv9d",
      'layers[0].type: required ("dense" | "activation" | "dropout" | "flatten" | ',
    ],
    [["layers", 0, "bias"], true, "layers[0].bias: required no such key"],
    [["layers", 0, "toString"], 1, 'layers[0].toString: required no such key, got "toString".'],
    [["layers", 0, "useBias"], 1, "layers[0].useBias: required boolean, got 1."],
    [["layers", 0, "activation"], "relu", 'layers[0].activation: required an object, got "relu".'],
    [
      ["layers", 0, "activation", "alpha"],
      null,
      "layers[0].activation.alpha: required a finite number, got null.",
    ],
    [
      ["layers", 0, "kernelInitializer", "seed"],
      "1",
      'layers[0].kernelInitializer.seed: required a finite number, got "1".',
    ],
    [
      ["layers", 0, "kernelRegularizer", "l2"],
      -1,
      "layers[0].kernelRegularizer.l2: required a finite number ≥ 0, got -1.",
    ],
    [["layers", 1, "rate"], 1, "layers[1].rate: required a number in [0, 1), got 1."],
    [
      ["compiled", "optimizer", "hyper", "learningRate"],
      "fast",
      'compiled.optimizer.hyper.learningRate: required a finite number or a boolean, got "fast".',
    ],
    [
      ["compiled", "metrics"],
      ["accuracy", 1],
      "compiled.metrics[1]: required a metric's name, or one with options, got 1.",
    ],
    [
      ["normalization", "method"],
      "robust",
      'normalization.method: required ("standard" | "minMax"), got "robust".',
    ],
    [
      ["normalization", "scale", 1],
      0,
      "normalization.scale[1]: required a finite number, not 0, got 0.",
    ],
    [
      ["normalization", "shift"],
      [1, 2],
      "normalization.shift: required 3 entries, one an input, got 2.",
    ],
    [["featureNames"], ["a"], "featureNames: required 3 entries, one an input, got 1."],
    [
      ["schema", "missing"],
      "skip",
      'schema.missing: required ("error" | "dropRow" | "mean"), got "skip".',
    ],
    [
      ["schema", "columns", 0, "kind"],
      "date",
      'schema.columns[0].kind: required ("numeric" | "categorical"), got "date".',
    ],
    [
      ["schema", "columns", 0, "index"],
      3,
      "schema.columns[0].index: required an integer below the width 3, got 3.",
    ],
    [
      ["schema", "target", "index"],
      9,
      "schema.target.index: required an integer below the width 3, got 9.",
    ],
    [
      ["schema", "columns", 1, "categories"],
      ["red", "red"],
      "schema.columns[1].categories: required no category twice",
    ],
    [
      ["schema", "columns", 1, "fill"],
      "green",
      'schema.columns[1].fill: required one of its categories, got "green".',
    ],
    [
      ["schema", "columns", 1, "categories"],
      ["blue"],
      "schema.columns: required columns of 3 features in all, got 2.",
    ],
    [["units", 0, "enabled"], 0, "units[0].enabled: required boolean, got 0."],
    [["units", 0, "frozen"], undefined, "units[0].frozen: required a value, got undefined."],
    [["units", 0, "index"], -1, "units[0].index: required an integer from 0 to 1000000, got -1."],
    [["units", 0, "dead"], true, "units[0].dead: required no such key"],
    [
      ["training", "step"],
      -1,
      "training.step: required an integer from 0 to 9007199254740991, got -1.",
    ],
    [["training", "bestLoss"], 0.5, 'training.bestLoss: required no such key, got "bestLoss".'],
    [["training", "epoch"], undefined, "training.epoch: required a value, got undefined."],
  ])("refuses at %j: %j", (path, value, message) => {
    expect(messageOf(() => parseModelJson(textWith(path, value)))).toContain(
      `model.json: ${message}`,
    );
  });

  test("refuses texts that are too long, and cuts them in its message", () => {
    const message = messageOf(() =>
      parseModelJson(textWith(["layers", 0, "name"], "x".repeat(1e4 + 1))),
    );
    expect(message).toMatch(
      /layers\[0\]\.name: required a text of at most 10000 characters, got "x{77}…"/,
    );
  });

  test.each<Path>([
    ["compiled", "optimizer", "hyper"],
    ["layers", 0, "kernelInitializer"],
  ])("refuses an array for an object with any keys: %s.%s.%s", (...path) => {
    for (const array of [[], [1]]) {
      expect(messageOf(() => parseModelJson(textWith(path, array)))).toContain(
        `${path.at(-1)}: required an object, got [${array}].`,
      );
    }
  });

  test("its message makes no use of what stands behind a forbidden key", () => {
    const hostile = { constructor: { name: { toString: 1 } } };
    const path = ["layers", 0, "name"];
    expect(messageOf(() => parseModelJson(textWith(path, { constructor: hostile })))).toContain(
      'layers[0].name.constructor: required no such key, got "constructor".',
    );
  });

  test("refuses numbers that overflow", () => {
    const text = JSON.stringify(model).replace('"rate":0.5', '"rate":1e999');
    expect(messageOf(() => parseModelJson(text))).toContain(
      "layers[1].rate: required a number in [0, 1)",
    );
  });

  test.each<[string, Path]>([
    ["__proto__", ["__proto__"]],
    ["layers[0].__proto__", ["layers", 0, "__proto__"]],
    ["compiled.optimizer.hyper.__proto__", ["compiled", "optimizer", "hyper", "__proto__"]],
    ["training.constructor", ["training", "constructor"]],
    ["layers[0].kernelInitializer.prototype", ["layers", 0, "kernelInitializer", "prototype"]],
  ])("refuses the key %s and leaves prototypes alone", (name, path) => {
    const message = messageOf(() => parseModelJson(textWith(path, { polluted: 1 })));
    expect(message).toContain(`model.json: ${name}: required `);
    expect("polluted" in {}).toBe(false);
  });

  test.each<[string, string, string]>([
    ["no JSON", "{", 'model.json: required JSON, got "{".'],
    ["no text", "", 'model.json: required JSON, got "".'],
    ["another kind of JSON", "1", "model.json: required an object, got 1."],
    ["an array", "[]", "model.json: format: required a value, got undefined."],
    ["no keys", "{}", "model.json: format: required a value, got undefined."],
    ["null", "null", "model.json: required an object, got null."],
    [
      "endless nesting",
      `${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`,
      ".a.a: required at most 16 levels",
    ],
    [
      "endless nesting of arrays",
      `${"[".repeat(1e5)}${"]".repeat(1e5)}`,
      "[0][0]: required at most 16 levels",
    ],
    ["too long a text", " ".repeat(2 ** 24 + 1), "required at most 16777216 characters"],
  ])("refuses %s", (_, text, message) => {
    expect(messageOf(() => parseModelJson(text))).toContain(message);
  });
});
