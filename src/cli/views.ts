// From what the lens measured to what is shown.

import type { Dataset, LayerLens, Lens, Plane } from "../index.ts";
import type { Parts, TargetScale } from "./data.ts";
import type { Dot, MapView, Picture } from "./maps.ts";
import { scoreText } from "./progress.ts";
import type { LayerScore } from "./report.ts";

/** How the measure of a task is called. */
export function measureOf(data: Dataset): "accuracy" | "R²" {
  return data.task === "regression" ? "R²" : "accuracy";
}

export function scoreOf(layer: LayerLens, data: Dataset): number {
  return data.task === "regression" ? layer.r2 : layer.accuracy;
}

export function layerScores(lens: Lens, data: Dataset): LayerScore[] {
  return lens.layers.map((it) => ({ name: it.name, units: it.width, score: scoreOf(it, data) }));
}

/** Data of two features has maps: one for each layer, over the plane of the input. */
export function hasMaps(data: Dataset): boolean {
  return data.featureCount === 2 && data.targetWidth === 1;
}

/** A window on the input plane that holds all points, with a margin. */
export function windowOn(parts: readonly Dataset[]): Plane {
  const extent = (axis: number): [number, number] => {
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { features } of parts) {
      for (let i = axis; i < features.length; i += 2) {
        from = Math.min(from, features[i] ?? from);
        to = Math.max(to, features[i] ?? to);
      }
    }
    const margin = (to - from) * 0.06 || 1;
    return [from - margin, to + margin];
  };
  return { features: [0, 1], x: extent(0), y: extent(1) };
}

/** The names of the classes; none for a quantity. */
export function classNamesOf({ classes, classNames }: Dataset): readonly string[] {
  return Array.from({ length: classes }, (_, i) => classNames?.[i] ?? String(i));
}

/** The layers' boundaries, the held-out points over them. */
export function pictureOf(lens: Lens, parts: Parts, dots: readonly Dot[]): Picture {
  const { all } = parts;
  const measure = measureOf(all);
  const maps = lens.layers.map(
    (layer): MapView => ({
      name: layer.name,
      score: scoreText(measure, scoreOf(layer, all)),
      values: unscaled(layer.boundary?.data ?? new Float32Array(0), parts.scale),
    }),
  );
  return { maps, classNames: classNamesOf(all), range: rangeOf(all), dots };
}

function unscaled(values: Float32Array, scale: TargetScale | undefined): Float32Array {
  return scale ? values.map((it) => it * scale.deviation + scale.mean) : values;
}

function rangeOf({ task, targets = new Float32Array(0) }: Dataset): readonly [number, number] {
  if (task === "classification") return [0, 1];
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of targets) {
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  return [from, to];
}

/** Where the points of a data set lie in a window. A quantity's are those below and above the middle. */
export function dotsOf(data: Dataset, { x, y }: Plane): Dot[] {
  const { samples, features, targets } = data;
  const labels = data.task === "classification" ? data.labels() : undefined;
  return Array.from({ length: samples }, (_, i) => ({
    right: ((features[2 * i] ?? 0) - x[0]) / (x[1] - x[0]),
    down: 1 - ((features[2 * i + 1] ?? 0) - y[0]) / (y[1] - y[0]),
    label: labels ? (labels[i] ?? 0) : (targets?.[i] ?? 0) > 0 ? 1 : 0,
  }));
}
