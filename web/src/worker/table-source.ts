// Points of the visitor's own table: two columns in their own units, or all columns, standardized and seen
// along their two main directions. What is learned from the data (means, deviations, directions) comes from
// the samples that train and were there from the start: edits move none of it.

import { Dataset, fromCSV, type Normalization } from "layerwise";
import type { Points } from "../protocol.ts";
import {
  MAX_CLASSES,
  MAX_POINTS,
  MAX_UNITS,
  type Settings,
  type TableSettings,
} from "../recipe.ts";
import { type Deal, deal } from "./deal.ts";
import { liftOf, type Scale } from "./features.ts";
import { principalPlane } from "./principal.ts";
import { refuse } from "./refusal.ts";
import { type Source, squareWindow } from "./source.ts";

/** Of the data's extent, on each side. */
const MARGIN = 0.1;

/**
 * @throws LayerwiseError for text that is no table, with its line; for choices that can't be learned
 */
export function tableSource(settings: Settings): Source {
  const { table } = settings.data;
  if (table === undefined) throw refuse("table", "the text of a table", "none");
  const data = read(table);
  const dealt = deal(data, settings.data);
  return {
    targets: data.targets ?? new Float32Array(0),
    classNames: data.classNames ?? [],
    deal: dealt,
    ...(data.task === "regression" && { targetScale: targetScale(data, dealt) }),
    ...(table.columns === "all" ? allColumns(data, dealt) : twoColumns(data, dealt, settings)),
  };
}

function read({ text, target, task, columns }: TableSettings): Dataset {
  const data = fromCSV(text, { target, task, ...(columns !== "all" && { columns }) });
  if (data.samples > MAX_POINTS) {
    throw refuse("table", `at most ${MAX_POINTS} rows`, `${data.samples}`, "Choose fewer of them.");
  }
  if (data.classes > MAX_CLASSES) {
    throw refuse(
      "table: target",
      `at most ${MAX_CLASSES} classes`,
      `${data.classes}`,
      "Choose another column, or learn it as a quantity.",
    );
  }
  for (const column of columns === "all" ? [] : (data.schema?.columns ?? [])) {
    if (column.kind === "numeric") continue;
    const where = `table: column ${JSON.stringify(column.name)}`;
    const got = `${column.categories.length} different texts`;
    throw refuse(where, "numbers, to span the map", got, "Choose another column, or all of them.");
  }
  if (data.featureCount > MAX_UNITS) {
    throw refuse(
      "table",
      `at most ${MAX_UNITS} inputs`,
      `${data.featureCount}, of its columns and their categories`,
      "Choose two columns.",
    );
  }
  return data;
}

type Inputs = Pick<
  Source,
  "positions" | "lift" | "rowAt" | "axes" | "inputs" | "window" | "normalization" | "schema"
>;

function twoColumns(data: Dataset, { train }: Deal, { features }: Settings): Inputs {
  const normalization = standard(data.select(train));
  const [first = "x", second = "y"] = data.featureNames ?? [];
  const { schema } = data;
  const isPlain = features.length === 2 && features[0] === "x" && features[1] === "y";
  return {
    positions: data.features,
    lift: liftOf(features, normalization),
    axes: [first, second],
    inputs: features.map((it) => (it === "x" ? first : it === "y" ? second : it)),
    window: { x: withMargin(extent(data.features, 0)), y: withMargin(extent(data.features, 1)) },
    ...(isPlain && { normalization, ...(schema && { schema }) }),
  };
}

function allColumns(data: Dataset, { train }: Deal): Inputs {
  const { featureCount: width, featureNames: inputs = [], schema } = data;
  const normalization = standard(data.select(train));
  const standardized = data.normalize(normalization);
  const [first, second] = principalPlane(standardized.select(train).features, width);
  const rowOf = (point: number) =>
    standardized.features.subarray(point * width, (point + 1) * width);
  const along = (row: Float32Array, direction: Float64Array) =>
    row.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
  const positions = new Float32Array(2 * data.samples);
  for (let point = 0; point < data.samples; point++) {
    const row = rowOf(point);
    positions.set([along(row, first), along(row, second)], 2 * point);
  }
  // Standardized columns have the mean 0: the plane goes through it.
  const lift = (x: number, y: number) =>
    Array.from(first, (direction, i) => x * direction + y * (second[i] ?? 0));
  return {
    positions,
    lift,
    rowAt: (point, x, y) => {
      // What lies off the plane stays.
      const moved = lift(
        x - (positions[2 * point] ?? Number.NaN),
        y - (positions[2 * point + 1] ?? Number.NaN),
      );
      return Array.from(rowOf(point), (value, i) => value + (moved[i] ?? Number.NaN));
    },
    axes: ["main direction", "second direction"],
    inputs,
    window: around(positions),
    normalization,
    ...(schema && { schema }),
  };
}

/** Quantities can have any size: what the model learns has the mean 0 and the deviation 1. */
function targetScale({ targets }: Dataset, { train }: Deal): Scale {
  const features = Float32Array.from(train, (i) => targets?.[i] ?? Number.NaN);
  return standard(new Dataset({ features, inputShape: [1], task: "regression" }));
}

function standard(data: Dataset): Normalization {
  const { normalization } = data.normalize();
  if (normalization === undefined) throw new Error("a normalized data set knows how");
  return normalization;
}

/** One directions' unit is the other's: a true square. */
function around(positions: Float32Array): Points["window"] {
  const [x, y] = [extent(positions, 0), extent(positions, 1)];
  const half = Math.max(x[1] - x[0], y[1] - y[0]) / 2 || 1;
  const { x: square } = squareWindow(half * (1 + 2 * MARGIN));
  const about = ([from, to]: Extent): Extent => {
    const middle = (from + to) / 2;
    return [middle + square[0], middle + square[1]];
  };
  return { x: about(x), y: about(y) };
}

type Extent = readonly [from: number, to: number];

function withMargin([from, to]: Extent): Extent {
  const margin = (to - from) * MARGIN || 1;
  return [from - margin, to + margin];
}

function extent(positions: Float32Array, axis: 0 | 1): Extent {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i: number = axis; i < positions.length; i += 2) {
    from = Math.min(from, positions[i] ?? from);
    to = Math.max(to, positions[i] ?? to);
  }
  return [from, to];
}
