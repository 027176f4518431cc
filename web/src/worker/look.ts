// What is to be seen of a model where its training stands. All of it comes from one call of the library's
// lens, so that what the page shows is what the lens gives anywhere for the same weights.
//
// The model must stand still meanwhile. Arrays are plain copies that nobody else keeps, to be transferred;
// neighbouring layers share the points and lines of the space between them.

import type { LayerLens, Lens, Sequential } from "layerwise";
import type { LargeMap, LayerFrame, Look, MapAddress } from "../protocol.ts";
import { borders } from "./contour.ts";
import type { RunData } from "./data.ts";
import { unscale } from "./quantity.ts";
import { refuse } from "./refusal.ts";
import { spaceOf } from "./space.ts";
import { unitStates } from "./unit-states.ts";

/** Lines of the input plane along each axis, to be carried through the layers. */
const LINES = 13;

/** The columns of the strip, the input first. */
export async function look(
  model: Sequential,
  data: RunData,
  { resolution, projection }: Pick<Look, "resolution" | "projection">,
): Promise<readonly LayerFrame[]> {
  const lens = await through(model, data, { resolution, lines: LINES, projection });
  const weights = model.getWeights();
  const { classes, held } = data.points;
  return lens.layers.map((layer, index) => {
    const { name, width } = layer;
    const placed = model.layers.find((it) => it.name === name);
    return {
      name,
      width,
      activation: placed?.activation,
      score: classes > 0 ? layer.accuracy : layer.r2,
      ...boundaryOf(layer, data, resolution),
      units: layer.units?.data ?? new Float32Array(0),
      unitStates: unitStates(model, placed, { activations: layer.activations.data, width, held }),
      weight: weights[`${name}.weight`]?.data ?? new Float32Array(0),
      bias: weights[`${name}.bias`]?.data ?? new Float32Array(0),
      space: spaceOf(layer, { below: lens.layers[index - 1], projection, classes }),
    };
  });
}

/** One map in a resolution of its own. @throws LayerwiseError for a map that isn't there */
export async function enlarge(
  model: Sequential,
  data: RunData,
  { layer: index, unit }: MapAddress,
  resolution: number,
): Promise<Omit<LargeMap, "step">> {
  const lens = await through(model, data, { resolution, lines: 0, projection: "fixed" });
  const layer = lens.layers[index];
  if (layer === undefined) {
    throw refuse("enlarge", `a layer from 0 to ${lens.layers.length - 1}`, `${index}`);
  }
  if (unit === "probe") {
    const { boundary: values, ...rest } = boundaryOf(layer, data, resolution);
    return { values, ...rest };
  }
  if (!(Number.isInteger(unit) && unit >= 0 && unit < layer.width)) {
    throw refuse("enlarge", `a unit from 0 to ${layer.width - 1} of ${layer.name}`, `${unit}`);
  }
  const cells = resolution * resolution;
  const values = layer.units?.data.slice(unit * cells, (unit + 1) * cells) ?? new Float32Array(0);
  return { values, outputs: 1, resolution, contour: [] };
}

/** The probe pulled back to the plane, and where it changes its mind. */
function boundaryOf(layer: LayerLens, data: RunData, resolution: number) {
  const boundary = unscale(layer.boundary?.data ?? new Float32Array(0), data);
  const [outputs = 1] = layer.probe.bias.shape;
  const contour = data.points.classes > 0 ? borders(boundary, outputs, resolution) : [];
  return { boundary, outputs, resolution, contour };
}

interface View {
  readonly resolution: number;
  readonly lines: number;
  readonly projection: "probe" | "fixed";
}

/** Scores are those of the test points; what is shown are all points. */
function through(model: Sequential, data: RunData, view: View): Promise<Lens> {
  const { train, test, all, lift, points } = data;
  const plane = { lift, x: points.window.x, y: points.window.y };
  return model.lens(test, { train, show: all, plane, ...view });
}
