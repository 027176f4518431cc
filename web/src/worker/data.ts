// The data of a run: where its points are, and what the model reads of them.

import { Dataset } from "layerwise";
import type { Points } from "../protocol.ts";
import type { DataSettings, Settings } from "../recipe.ts";
import type { Lift, Scale } from "./features.ts";
import { drawnSource, generatedSource } from "./generated.ts";
import { editedPoints, type Point } from "./points.ts";
import { refuse } from "./refusal.ts";
import type { Source } from "./source.ts";
import type { tableSource } from "./table-source.ts";

export interface RunData {
  readonly points: Points;
  /**
   * As the model reads them: inputs made of the features, targets as the loss wants them. `train` in the
   * library's order of its split, then what was added; `test` is `train` where no point tests.
   */
  readonly train: Dataset;
  readonly test: Dataset;
  /** Every point, in the order of `points`. */
  readonly all: Dataset;
  /** Where the samples of `train` and of `test` stand in `all`. */
  readonly parts: { readonly train: readonly number[]; readonly test: readonly number[] };
  /** The model's input row at a position of the map. */
  readonly lift: Lift;
  /** How quantities of a table were scaled for the model, by (target − shift) / scale. */
  readonly targetScale: Scale | undefined;
  /** Whether the points are those of the nested circles, which make zones. */
  readonly hasZones: boolean;
}

/** Reads tables: loaded with the first one, since most visits need none. */
let tables: typeof tableSource | undefined;

/** To be awaited before {@link makeData} of such settings. */
export async function loadSource({ table }: Pick<DataSettings, "table">): Promise<void> {
  if (table) tables ??= (await import("./table-source.ts")).tableSource;
}

/**
 * The data of settings whose source was loaded.
 * @throws LayerwiseError for settings that can't be learned: it says what is missing, of tables by line
 */
export function makeData(settings: Settings): RunData {
  const { data } = settings;
  const source = sourceOf(settings);
  const points = editedPoints(source, data);
  const parts = partsOf(points, source);
  checkLearnable(
    parts.train.map((i) => points[i]?.target),
    source.classNames.length,
    data.name === "drawn",
  );
  const all = datasetOf(points, source, settings);
  return {
    points: pointsOf(points, source),
    train: all.select(parts.train),
    test: all.select(parts.test),
    all,
    parts,
    lift: source.lift,
    targetScale: source.targetScale,
    hasZones: data.name === "circles",
  };
}

function sourceOf(settings: Settings): Source {
  const { name } = settings.data;
  switch (name) {
    case "table":
      if (settings.data.table === undefined) throw refuse("table", "the text of a table", "none");
      if (tables === undefined) throw new Error("makeData: loadSource() comes first");
      return tables(settings);
    case "drawn":
      return drawnSource(settings);
    default:
      return generatedSource(name, settings);
  }
}

/** Positions in `points`: first those that were dealt out, in that order, then those that were added. */
function partsOf(points: readonly Point[], { deal, targets }: Source): RunData["parts"] {
  const places = new Map(points.map(({ number }, i) => [number, i]));
  const added = points.filter(({ number }) => number >= targets.length);
  const placesOf = (dealt: readonly number[], held: boolean) =>
    [...dealt, ...added.filter((it) => it.held === held).map((it) => it.number)].flatMap(
      (number) => places.get(number) ?? [],
    );
  const [train, test] = [placesOf(deal.train, false), placesOf(deal.test, true)];
  return { train, test: test.length > 0 ? test : train };
}

/** @throws LayerwiseError `invalidArgument` unless there is something to tell apart, or to fit */
function checkLearnable(
  targets: readonly (number | undefined)[],
  classes: number,
  isDrawn: boolean,
): void {
  const trained = "among the points that train";
  if (classes === 0) {
    if (targets.length >= 2) return;
    throw refuse("data", `two points at least ${trained}`, `${targets.length}`, "Add some.");
  }
  const { size } = new Set(targets);
  if (size >= 2) return;
  const got = size === 0 ? "no points" : "points of one class";
  const remedy = isDrawn ? "Draw points of two classes." : "Add points of another class.";
  throw refuse("data", `two classes at least ${trained}`, got, remedy);
}

function datasetOf(points: readonly Point[], source: Source, settings: Settings): Dataset {
  const { lift, rowAt, classNames, inputs, targetScale, normalization, schema } = source;
  const first = source.targets.length;
  const [shift = 0] = targetScale?.shift ?? [];
  const [scale = 1] = targetScale?.scale ?? [];
  const features = new Float32Array(points.length * inputs.length);
  points.forEach(({ number, x, y }, i) => {
    const row = rowAt && number < first ? rowAt(number, x, y) : lift(x, y);
    features.set(row, i * inputs.length);
  });
  const isClasses = classNames.length > 0;
  const all = new Dataset(
    {
      features,
      targets: Float32Array.from(points, ({ target }) => (target - shift) / scale),
      inputShape: [inputs.length],
      task: isClasses ? "classification" : "regression",
      ...(isClasses && { classNames }),
      featureNames: inputs,
      normalization,
      schema,
    },
    "data",
  );
  // Two classes have one output; of more, only this loss reads their numbers.
  const readsNumbers =
    settings.loss === "auto" || settings.loss === "sparseCategoricalCrossentropy";
  return all.classes > 2 && !readsNumbers ? all.oneHot() : all;
}

function pointsOf(points: readonly Point[], source: Source): Points {
  const { classNames, axes, window, inputs } = source;
  const positions = new Float32Array(2 * points.length);
  points.forEach(({ x, y }, i) => {
    positions.set([x, y], 2 * i);
  });
  return {
    positions,
    targets: Float32Array.from(points, ({ target }) => target),
    numbers: Uint32Array.from(points, ({ number }) => number),
    held: Uint8Array.from(points, ({ held }) => (held ? 1 : 0)),
    classes: classNames.length,
    classNames,
    axes,
    window,
    inputs,
  };
}
