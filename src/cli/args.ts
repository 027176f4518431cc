// The command line as typed options: pure, nothing is opened or started here. What it can't
// understand is a UsageError with a hint.

import { parseArgs } from "node:util";
import { type ActivationName, activations } from "../activations/index.ts";
import { type DatasetName, datasetNames, isDatasetName } from "../data/datasets/index.ts";
import type { CSVOptions } from "../index.ts";
import { type OptimizerName, optimizerNames } from "../optimizers/index.ts";
import { didYouMean } from "./suggest.ts";
import { type CommandName, commands, isCommandName, type OptionRow, UsageError } from "./usage.ts";

/** A hidden layer: its units and, if it was said, its activation. */
export interface LayerSpec {
  readonly units: number;
  readonly activation: ActivationName | undefined;
}

/** Where samples come from. */
export type Source =
  | {
      readonly kind: "generated";
      readonly name: DatasetName;
      readonly samples: number | undefined;
      readonly noise: number | undefined;
      readonly classes: number | undefined;
    }
  | { readonly kind: "csv"; readonly path: string; readonly options: CSVOptions };

export interface TrainCommand {
  readonly command: "train";
  readonly source: Source;
  /** What wasn't asked for is undefined: the recipe decides. */
  readonly layers: readonly LayerSpec[] | undefined;
  readonly epochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
  readonly optimizer: OptimizerName;
  readonly seed: number;
  readonly testShare: number;
  readonly save: string | undefined;
  readonly plain: boolean;
}

export interface PredictCommand {
  readonly command: "predict";
  readonly folder: string;
  readonly path: string;
  readonly out: string | undefined;
  readonly skipRows: number | undefined;
  readonly delimiter: string | undefined;
}

export type Command =
  | TrainCommand
  | PredictCommand
  | { readonly command: "help"; readonly topic: CommandName | undefined }
  | { readonly command: "version" };

/** Values by option name, of one command. */
type Given = ReadonlyMap<string, string>;

/**
 * What the words after `layerwise` ask for.
 * @throws UsageError
 */
export function parseCommand(words: readonly string[]): Command {
  const [first, ...rest] = words;
  if (first === undefined || first === "--help" || first === "-h") {
    return { command: "help", topic: undefined };
  }
  if (first === "--version" || first === "-v") return { command: "version" };
  if (!isCommandName(first)) throw unknownCommand(first);
  const { positionals, given } = readWords(first, rest);
  if (given.has("help")) return { command: "help", topic: first };
  switch (first) {
    case "train":
      return trainCommand(positionals, given);
    case "predict":
      return predictCommand(positionals, given);
    case "help": {
      const [topic] = positionals;
      if (topic !== undefined && !isCommandName(topic)) throw unknownCommand(topic);
      return { command: "help", topic };
    }
    default:
      return first satisfies never;
  }
}

function unknownCommand(word: string): UsageError {
  const known = Object.keys(commands);
  if (word.startsWith("-")) {
    return new UsageError(`the command comes first: ${known.join(", ")}; got "${word}".`);
  }
  const isData = isDatasetName(word) || looksLikeFile(word);
  const hint = isData ? ` Did you mean train ${word}?` : didYouMean(word, known);
  return new UsageError(`there is no command "${word}", only ${known.join(", ")}.${hint}`);
}

/** Splits words into positionals and options that the command has. */
function readWords(
  command: CommandName,
  words: readonly string[],
): { positionals: string[]; given: Given } {
  const rows: Readonly<Record<string, OptionRow>> = commands[command].options;
  const options = Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      { type: row.value === undefined ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const { positionals, tokens } = parseArgs({
    args: [...words],
    options: { ...options, help: { type: "boolean", short: "h" } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    if (row === undefined && name !== "help") {
      const hint = didYouMean(name, Object.keys(rows), "--");
      throw new UsageError(`${command} has no option ${rawName}.${hint}`, command);
    }
    if (row?.value !== undefined && (value === undefined || value.startsWith("--"))) {
      throw new UsageError(`${rawName} needs a value: ${rawName} <${row.value}>.`, command);
    }
    if (row?.value === undefined && value !== undefined) {
      throw new UsageError(`${rawName} takes no value, got "${value}".`, command);
    }
    given.set(name, value ?? "");
  }
  return { positionals, given };
}

function trainCommand(positionals: readonly string[], given: Given): TrainCommand {
  const [what = "circles", ...others] = positionals;
  if (others.length > 0) {
    const got = positionals.map((it) => `"${it}"`).join(", ");
    throw new UsageError(`train takes one data set or file, got ${got}.`, "train");
  }
  const source = isDatasetName(what) ? generated(what, given) : csv(what, given);
  const optimizer = given.get("optimizer") ?? "adam";
  return {
    command: "train",
    source,
    layers: layerSpecs(given.get("layers")),
    epochs: integer(given, "epochs", 1),
    batchSize: integer(given, "batch-size", 1),
    learningRate: number(given, "learning-rate", "above 0", (x) => x > 0),
    optimizer: oneOf("train", "--optimizer", optimizer, optimizerNames),
    seed: integer(given, "seed", 0) ?? 0,
    testShare: number(given, "test-share", "between 0 and 1", (x) => x > 0 && x < 1) ?? 0.2,
    save: given.get("save"),
    plain: given.has("plain") || given.has("no-color"),
  };
}

/** Refuses options that the kind of data at hand doesn't read. */
function refuse(kind: "generated" | "csv", given: Given, what: string): void {
  const rows: Readonly<Record<string, OptionRow>> = commands.train.options;
  for (const name of given.keys()) {
    if (rows[name]?.only !== kind) continue;
    const where = kind === "csv" ? "CSV files" : "generated data sets";
    throw new UsageError(`--${name} is for ${where}, and ${what} is none.`, "train");
  }
}

/** The data sets whose number of classes can be chosen. */
const WITH_CLASSES: readonly DatasetName[] = ["circles", "rings", "gaussians", "spiral"];

function generated(name: DatasetName, given: Given): Source {
  refuse("csv", given, name);
  const classes = integer(given, "classes", 2);
  if (classes !== undefined && !WITH_CLASSES.includes(name)) {
    throw new UsageError(`--classes is for ${WITH_CLASSES.join(", ")}, not for ${name}.`, "train");
  }
  return {
    kind: "generated",
    name,
    samples: integer(given, "samples", 10),
    noise: number(given, "noise", "at least 0", (x) => x >= 0),
    classes,
  };
}

/** Whether a word can only be meant as a file's name. */
function looksLikeFile(word: string): boolean {
  return /[./\\]/.test(word);
}

function csv(path: string, given: Given): Source {
  if (!looksLikeFile(path)) {
    const names = datasetNames.map((it) => it.name);
    const hint = didYouMean(path, names);
    throw new UsageError(
      `there is no data set "${path}", only ${names.join(", ")}; files end in .csv or .csv.gz.${hint}`,
      "train",
    );
  }
  refuse("generated", given, path);
  const header = choice(given, "header", ["auto", "yes", "no"] as const);
  const missing = choice(given, "missing", ["error", "dropRow", "mean"] as const);
  const task = choice(given, "task", ["auto", "classification", "regression"] as const);
  const target = given.get("target");
  const skipRows = integer(given, "skip-rows", 0);
  const delimiter = separator(given);
  return {
    kind: "csv",
    path,
    options: {
      ...(target !== undefined && { target }),
      ...(header !== undefined && { header: header === "auto" ? header : header === "yes" }),
      ...(skipRows !== undefined && { skipRows }),
      ...(delimiter !== undefined && { delimiter }),
      ...(missing !== undefined && { missing }),
      ...(task !== undefined && { task }),
    },
  };
}

function predictCommand(positionals: readonly string[], given: Given): PredictCommand {
  const [folder, path, ...others] = positionals;
  if (folder === undefined || path === undefined || others.length > 0) {
    const required = "the folder of a saved model and one CSV file";
    throw new UsageError(`predict takes ${required}, got ${positionals.length} words.`, "predict");
  }
  return {
    command: "predict",
    folder,
    path,
    out: given.get("out"),
    skipRows: integer(given, "skip-rows", 0, "predict"),
    delimiter: separator(given),
  };
}

/** "8:tanh,8" → two layers, the second with the recipe's activation. "none" → no hidden layer. */
function layerSpecs(text: string | undefined): readonly LayerSpec[] | undefined {
  if (text === undefined) return undefined;
  if (text === "none") return [];
  return text.split(",").map((part) => {
    const [units = "", activation, ...others] = part.trim().split(":");
    if (!/^[1-9]\d{0,5}$/.test(units) || others.length > 0) {
      const required = 'units:activation, as in "8:tanh,8:tanh"';
      throw new UsageError(`--layers: required ${required}, got "${part}".`, "train");
    }
    const known = Object.keys(activations) as ActivationName[];
    return {
      units: Number(units),
      activation:
        activation === undefined ? undefined : oneOf("train", "--layers", activation, known),
    };
  });
}

function separator(given: Given): string | undefined {
  const text = given.get("delimiter");
  return text === "tab" || text === "\\t" ? "\t" : text;
}

function choice<const T extends string>(
  given: Given,
  name: string,
  known: readonly T[],
): T | undefined {
  const text = given.get(name);
  return text === undefined ? undefined : oneOf("train", `--${name}`, text, known);
}

function oneOf<const T extends string>(
  topic: CommandName,
  where: string,
  text: string,
  known: readonly T[],
): T {
  const found = known.find((it) => it === text);
  if (found !== undefined) return found;
  const hint = didYouMean(text, known);
  throw new UsageError(
    `${where}: required one of ${known.join(", ")}; got "${text}".${hint}`,
    topic,
  );
}

function integer(
  given: Given,
  name: string,
  from: number,
  topic: CommandName = "train",
): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= from) return value;
  throw new UsageError(`--${name}: required an integer ≥ ${from}, got "${text}".`, topic);
}

function number(
  given: Given,
  name: string,
  required: string,
  fits: (value: number) => boolean,
): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && fits(value)) return value;
  throw new UsageError(`--${name}: required a number ${required}, got "${text}".`, "train");
}
