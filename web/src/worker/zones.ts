// The two questions that make up "between the circles": which layer, which unit has an answer to "inside
// the red circle?" and to "outside the orange one?". What the model was trained for plays no part: the
// points are asked about by where they are.

import { Dataset, datasets, type LayerLens, type Sequential } from "layerwise";
import type { ZonesFrame } from "../protocol.ts";
import type { RunData } from "./data.ts";
import { bestThreshold, shareRight } from "./threshold.ts";

/** Undefined unless the points are those of the nested circles. */
export async function zones(model: Sequential, data: RunData): Promise<ZonesFrame | undefined> {
  if (!data.hasZones) return undefined;
  const red = await ask(model, data, (x, y) => datasets.circleZone(x, y) === 0);
  const orange = await ask(model, data, (x, y) => datasets.circleZone(x, y) === 2);
  return {
    layers: red.layers.map(({ name, score, units }, i) => ({
      name,
      insideRed: score,
      outsideOrange: orange.layers[i]?.score ?? Number.NaN,
      units: units.map((insideRed, unit) => ({
        insideRed,
        outsideOrange: orange.layers[i]?.units[unit] ?? Number.NaN,
      })),
    })),
    chance: { insideRed: red.chance, outsideOrange: orange.chance },
  };
}

/** How well a question about positions is answered: by probes of layers, by units, by one answer to all. */
async function ask(
  model: Sequential,
  { all, parts, points }: RunData,
  isYes: (x: number, y: number) => boolean,
) {
  const { positions } = points;
  const yes = Uint8Array.from(points.targets, (_, i) =>
    isYes(positions[2 * i] ?? 0, positions[2 * i + 1] ?? 0) ? 1 : 0,
  );
  const targets = Float32Array.from(yes);
  const asked = new Dataset({
    ...all,
    targets,
    task: "classification",
    classes: 2,
    classNames: undefined,
  });
  const lens = await model.lens(asked.select(parts.test), {
    train: asked.select(parts.train),
    show: asked,
    resolution: 0,
    lines: 0,
  });
  const pick = (values: ArrayLike<number>, part: readonly number[]) =>
    part.map((i) => values[i] ?? Number.NaN);
  const [trainYes, testYes] = [pick(yes, parts.train), pick(yes, parts.test)];
  const unitScore = ({ activations, width }: LayerLens, unit: number) => {
    const values = pick(column(activations.data, width, unit), parts.train);
    const threshold = bestThreshold(values, trainYes);
    return shareRight(threshold, pick(column(activations.data, width, unit), parts.test), testYes);
  };
  const share = testYes.filter((it) => it === 1).length / testYes.length;
  return {
    layers: lens.layers.map((layer) => ({
      name: layer.name,
      score: layer.accuracy,
      units: Array.from({ length: layer.width }, (_, unit) => unitScore(layer, unit)),
    })),
    chance: Math.max(share, 1 - share),
  };
}

function column(rows: Float32Array, width: number, index: number): Float32Array {
  return Float32Array.from({ length: rows.length / width }, (_, i) => rows[i * width + index] ?? 0);
}
