// What a run is made of: settings, and the changes made while it trained. With them any step can be
// trained again to the same bits, here or elsewhere. Plain data: it knows neither the worker nor the page.

import type { ActivationName, InitializerName, OptimizerName } from "layerwise";
import type { PageLoss } from "./names.ts";

export const MAX_LAYERS = 8;
export const MAX_UNITS = 64;
export const MAX_CLASSES = 6;
/** Points of a data set: made, drawn, or rows of a table. */
export const MAX_POINTS = 5000;
/** Further than anyone trains, so that no run the page has shown is refused as a link or a file. */
export const MOST_STEPS = 1_000_000_000;

/** The library's data sets of the plane, the empty one to draw on, and a table of the visitor's own. */
export const dataNames = [
  "circles",
  "rings",
  "xor",
  "gaussians",
  "moons",
  "spiral",
  "checkerboard",
  "drawn",
  "plane",
  "hills",
  "sine",
  "table",
] as const;
export type DataName = (typeof dataNames)[number];

/** Which data sets ask for a quantity instead of a class. */
export const regressions: readonly DataName[] = ["plane", "hills", "sine"];

/** The map of points that lie around the origin shows at least so far on each side. */
export const HALF_WINDOW = 3;

/** Classes of points that are drawn by hand. */
export function drawnClassNames(classes: number): readonly string[] {
  return Array.from({ length: classes }, (_, i) => `class ${i + 1}`);
}

/** Inputs that can be made from the two coordinates. */
export const featureNames = ["x", "y", "x²", "y²", "xy", "sin x", "sin y"] as const;
export type FeatureName = (typeof featureNames)[number];

/**
 * A change to the points. Points keep their number: those of the data set come first, in its order; each
 * added one gets the next. Coordinates are those of the map. Added points are dealt out in turn within
 * their class, to train and to test, by `DataSettings.trainShare`; the first one trains.
 */
export type PointEdit =
  | { readonly do: "add"; readonly x: number; readonly y: number; readonly label: number }
  | { readonly do: "move"; readonly point: number; readonly x: number; readonly y: number }
  | { readonly do: "remove"; readonly point: number };

/** A table of the visitor's own, as text. */
export interface TableSettings {
  readonly text: string;
  /** The name of the file, to be shown. */
  readonly name: string;
  /** The column to learn, by position. */
  readonly target: number;
  /** The two columns that span the map, by position; or all, seen along their two main directions. */
  readonly columns: readonly [number, number] | "all";
  readonly task: "classification" | "regression";
}

export interface DataSettings {
  readonly name: DataName;
  readonly samples: number;
  readonly noise: number;
  readonly seed: number;
  /** Classes of circles (2, 3) and gaussians, rings of rings, arms of spiral, classes to draw with: 2 to 6. */
  readonly classes: number;
  /** The share of the points that is trained on; the rest tests. */
  readonly trainShare: number;
  readonly edits: readonly PointEdit[];
  readonly table: TableSettings | undefined;
}

/** The initializers that need no number of their own. */
export type StartingWeights = Exclude<InitializerName, "constant">;

export interface LayerSettings {
  readonly units: number;
  readonly activation: ActivationName;
}

export interface OptimizerSettings {
  readonly name: OptimizerName;
  readonly learningRate: number;
  /** Its other options that differ from their defaults, by the library's names. */
  readonly options: Readonly<Record<string, number | boolean>>;
}

/** How the learning rate goes over the epochs: a factor on {@link OptimizerSettings.learningRate}. */
export type ScheduleSettings =
  | { readonly name: "constant" }
  /** Times `factor` every `every` epochs. */
  | { readonly name: "step"; readonly every: number; readonly factor: number }
  /** Times `factor` each epoch. */
  | { readonly name: "exponential"; readonly factor: number }
  /** Down to 0 along half a cosine in `epochs`, then it stays. */
  | { readonly name: "cosine"; readonly epochs: number }
  /** Up from 0 in `epochs`, then constant. */
  | { readonly name: "warmUp"; readonly epochs: number };

/** What can change while training goes on. */
export interface LiveSettings {
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
}

/** Everything that a run starts with. */
export interface Settings extends LiveSettings {
  readonly data: DataSettings;
  /** Inputs made of the map's two coordinates. Tables with all columns bring their own. */
  readonly features: readonly FeatureName[];
  /** The hidden layers; the output layer follows from the data and the loss. */
  readonly layers: readonly LayerSettings[];
  readonly initializer: StartingWeights;
  /** "auto": cross-entropy for classes, the mean squared error for quantities. */
  readonly loss: PageLoss | "auto";
  /** Initial weights and order of samples. */
  readonly seed: number;
}

/** A change made before step `step` (counted from 0) was trained. All fields hold at once. */
export interface Change {
  readonly step: number;
  readonly set?: Partial<LiveSettings>;
  readonly edits?: readonly PointEdit[];
  /** Other data of the same kind: the same inputs and the same classes. */
  readonly data?: DataSettings;
  readonly weights?: readonly WeightEdit[];
  readonly units?: readonly UnitEdit[];
  /** All numbers of whole parameters, by the library's names: a model that was loaded. */
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
}

/** One number of a parameter, by the library's name and index. */
export interface WeightEdit {
  readonly name: string;
  readonly index: readonly number[];
  readonly value: number;
}

/** One unit of a hidden layer, by the library's name of the layer. */
export interface UnitEdit {
  readonly layer: string;
  readonly unit: number;
  readonly frozen: boolean;
  readonly enabled: boolean;
}

/** A run. Changes are ordered by step. */
export interface Recipe {
  readonly start: Settings;
  readonly changes: readonly Change[];
}

/** Learned in about six seconds at ten epochs a second, whatever the seed, layer after layer. */
export const defaultSettings: Settings = {
  data: {
    name: "circles",
    samples: 500,
    noise: 0.1,
    seed: 1,
    classes: 2,
    trainShare: 0.8,
    edits: [],
    table: undefined,
  },
  features: ["x", "y"],
  layers: [
    { units: 8, activation: "tanh" },
    { units: 6, activation: "tanh" },
    { units: 2, activation: "tanh" },
  ],
  initializer: "glorotUniform",
  loss: "auto",
  seed: 1,
  optimizer: { name: "adam", learningRate: 0.01, options: {} },
  schedule: { name: "constant" },
  batchSize: 10,
  l1: 0,
  l2: 0,
};

/** The settings as they stand before step `step` is trained: the start with the changes up to it. */
export function settingsAt({ start, changes }: Recipe, step: number): Settings {
  let settings = start;
  for (const { set, data = settings.data, edits = [] } of changes.filter((it) => it.step <= step)) {
    settings = { ...settings, ...set, data: { ...data, edits: [...data.edits, ...edits] } };
  }
  return settings;
}

/** A change before step `step`: what came later is forgotten, what came at the same step is joined. */
export function withChange(recipe: Recipe, change: Change): Recipe {
  const before = recipe.changes.filter((it) => it.step < change.step);
  const same = recipe.changes.find((it) => it.step === change.step);
  return { start: recipe.start, changes: [...before, same ? joined(same, change) : change] };
}

function joined(first: Change, second: Change): Change {
  // Other data has edits of its own: those before it are gone.
  const edits = second.data
    ? (second.edits ?? [])
    : [...(first.edits ?? []), ...(second.edits ?? [])];
  const data = second.data ?? first.data;
  const weights = [...(first.weights ?? []), ...(second.weights ?? [])];
  const units = [...(first.units ?? []), ...(second.units ?? [])];
  const parameters = second.parameters ?? first.parameters;
  return {
    step: second.step,
    ...((first.set || second.set) && { set: { ...first.set, ...second.set } }),
    ...(data && { data }),
    ...(edits.length > 0 && { edits }),
    ...(weights.length > 0 && { weights }),
    ...(units.length > 0 && { units }),
    ...(parameters && { parameters }),
  };
}

/** Whether the data of these settings asks for a quantity. */
export function isRegression({ name, table }: DataSettings): boolean {
  return name === "table" ? table?.task === "regression" : regressions.includes(name);
}
