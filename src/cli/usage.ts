// How the terminal is told what to do: the commands, their options with a line about each, and the
// error for what can't be understood. Knows nothing of models; `args.ts` reads by it, `help.ts` prints it.

/** A command line that can't be understood: exit code 2. Everything else that fails is exit code 1. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The command whose help would have said it. */
  readonly topic: CommandName | undefined;

  constructor(message: string, topic?: CommandName) {
    super(message);
    this.topic = topic;
  }
}

/** One option of a command. */
export interface OptionRow {
  /** What stands for its value in the help; without one it is a flag. */
  readonly value?: string;
  /** For generated data only, or for CSV files only. Default: both. */
  readonly only?: "generated" | "csv";
  readonly about: string;
}

const csvOptions = {
  "skip-rows": { value: "n", only: "csv", about: "lines to leave out at the top of the file" },
  delimiter: {
    value: "c",
    only: "csv",
    about: 'the character between cells, "tab" too; found out by default',
  },
} as const satisfies Readonly<Record<string, OptionRow>>;

export const trainOptions = {
  target: {
    value: "column",
    only: "csv",
    about: "the column to predict: name, or position from 0; default: the last",
  },
  layers: {
    value: "list",
    about: 'hidden layers as units:activation, "8:tanh,8:tanh"; "none": no hidden layer',
  },
  epochs: { value: "n", about: "how often to go through the data" },
  "batch-size": { value: "n", about: "samples per step" },
  "learning-rate": { value: "x", about: "the optimizer's learning rate" },
  optimizer: {
    value: "name",
    about: "sgd, adagrad, adadelta, rmsprop, adam (default), adamW, adamax, nadam or lion",
  },
  seed: {
    value: "n",
    about: "fixes data, split, weights and order; default 0",
  },
  "test-share": { value: "x", about: "share of the data that is held out; default 0.2" },
  save: { value: "folder", about: "where to write the trained model" },
  samples: { value: "n", only: "generated", about: "how many points; default 1000" },
  noise: {
    value: "x",
    only: "generated",
    about: "standard deviation of the noise; default 0.1, checkerboard 0.05",
  },
  classes: {
    value: "n",
    only: "generated",
    about: "circles (2 or 3), rings, gaussians, spiral: how many",
  },
  header: {
    value: "auto|yes|no",
    only: "csv",
    about: "whether the first line holds names; auto knows scikit-learn's first line too",
  },
  ...csvOptions,
  missing: {
    value: "rule",
    only: "csv",
    about: "missing values: error (default), dropRow or mean",
  },
  task: {
    value: "kind",
    only: "csv",
    about: "auto (default), classification or regression",
  },
  plain: { about: "plain text: no color, nothing redrawn" },
  "no-color": { about: "the same; so does NO_COLOR in the environment" },
} as const satisfies Readonly<Record<string, OptionRow>>;

export const predictOptions = {
  out: { value: "file", about: "where to write; default: standard output" },
  ...csvOptions,
} as const satisfies Readonly<Record<string, OptionRow>>;

/** What a command is called, takes, and does. */
export interface CommandRow {
  readonly usage: string;
  readonly about: string;
  readonly options: Readonly<Record<string, OptionRow>>;
}

export const commands = {
  train: {
    usage: "layerwise train [data set | file.csv | file.csv.gz] [options]",
    about: "train a network and show what each layer has learned; default data: circles",
    options: trainOptions,
  },
  predict: {
    usage: "layerwise predict <folder> <file.csv> [options]",
    about: "apply a saved model to the rows of a file; writes CSV",
    options: predictOptions,
  },
  help: { usage: "layerwise help [command]", about: "say what there is", options: {} },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type CommandName = keyof typeof commands;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
