// A layer's space as the page draws it: the way there from the space below, and the probe's straight lines.

import type { LayerLens, NdArray } from "layerwise";
import type { Space, Stage } from "../protocol.ts";

export interface SpaceOptions {
  readonly below: LayerLens | undefined;
  readonly projection: "probe" | "fixed";
  /** 0: quantities, which have no line. */
  readonly classes: number;
}

export function spaceOf(layer: LayerLens, { below, projection, classes }: SpaceOptions): Space {
  const { representation: here } = layer;
  const stages =
    here.folding && below
      ? [below.representation, here.folding.weighted, here.folding.shifted, here]
      : [here];
  return {
    stages: stages.map(stage),
    lines: classes > 0 ? probeLines(layer) : [],
    // Wider spaces are seen along two directions, which hold the probe's own up to three classes.
    exact: layer.width <= 2 || (projection === "probe" && classes <= 3),
  };
}

function stage({ points, lines }: { points: NdArray; lines: NdArray | undefined }): Stage {
  return {
    points: points.data,
    lines: lines?.data ?? new Float32Array(0),
    linePoints: lines?.shape[1] ?? 0,
  };
}

/**
 * Where the probe of a layer changes its mind, along the layer's axes: of two classes one line, of more one
 * for each pair. Where the axes don't hold the probe's direction it is the cut through the points' mean.
 */
function probeLines(layer: LayerLens): readonly (readonly [number, number, number])[] {
  const { probe, width } = layer;
  const axes = layer.representation.axes.data;
  const [outputs = 1] = probe.bias.shape;
  const weight = (unit: number, output: number) => probe.weight.data[unit * outputs + output] ?? 0;
  const bias = (output: number) => probe.bias.data[output] ?? 0;
  const mean = meanOf(layer);
  const line = (rise: (unit: number) => number, offset: number) => {
    let [a, b, c] = [0, 0, offset];
    for (let unit = 0; unit < width; unit++) {
      a += rise(unit) * (axes[2 * unit] ?? 0);
      b += rise(unit) * (axes[2 * unit + 1] ?? 0);
    }
    for (let unit = 0; unit < width; unit++) {
      const along = a * (axes[2 * unit] ?? 0) + b * (axes[2 * unit + 1] ?? 0);
      c += (rise(unit) - along) * (mean[unit] ?? 0);
    }
    return [a, b, c] as const;
  };
  if (outputs === 1) return [line((unit) => weight(unit, 0), bias(0))];
  const pairs = Array.from({ length: outputs }, (_, i) =>
    Array.from({ length: outputs - 1 - i }, (_, j) => [i, i + 1 + j] as const),
  ).flat();
  return pairs.map(([i, j]) =>
    line((unit) => weight(unit, i) - weight(unit, j), bias(i) - bias(j)),
  );
}

/** The points' mean in a layer's space. */
function meanOf({ activations, width }: LayerLens): Float64Array {
  const mean = new Float64Array(width);
  const { data } = activations;
  for (let i = 0; i < data.length; ) {
    for (let unit = 0; unit < width; unit++, i++) mean[unit] = (mean[unit] ?? 0) + (data[i] ?? 0);
  }
  return mean.map((sum) => (sum * width) / data.length);
}
