// What a layer's space looks like in two dimensions, and how a dense layer carries the space below it there.

import { NdArray } from "../model/nd-array.ts";
import type { LayerActivations } from "./activations.ts";
import type { Activations } from "./probe.ts";
import { project } from "./projection.ts";

/** What is carried into a layer's space, seen along its axes. */
export interface Carried {
  /** The data, [samples × 2]. */
  readonly points: NdArray;
  /** The input plane's lines, [2 · lines × points × 2]: vertical ones first. */
  readonly lines: NdArray | undefined;
}

/** A layer's space in two dimensions: its two units, or a projection (`LensOptions.projection`). */
export interface Representation extends Carried {
  /** [width × 2], orthonormal; the identity for two units. */
  readonly axes: NdArray;
  /**
   * The way here from the space below, for a dense layer: x·W, then + b, along this layer's axes. Then f
   * makes `points` and `lines` of it. A unit that is switched off stays at 0 all the way.
   */
  readonly folding: { readonly weighted: Carried; readonly shifted: Carried } | undefined;
}

/** A layer's values at the samples and along the lines of the input plane. */
export interface Space {
  readonly points: Activations;
  readonly lines: Activations;
}

/** Points on each line of the input grid: enough to look curved. */
export const LINE_POINTS = 33;

/** A layer's representation along `axes` [width × 2]. */
export function represent(
  space: Space,
  axes: Float32Array,
  way?: { readonly below: Space; readonly dense: NonNullable<LayerActivations["dense"]> },
): Representation {
  const width = axes.length / 2;
  const here = carried(space, axes);
  if (way === undefined)
    return { axes: new NdArray(axes, [width, 2]), ...here, folding: undefined };
  const { weight, bias } = way.dense;
  // x·W seen along the axes is x·(W·axes): two columns instead of all units.
  const seen = project({ data: weight, rows: weight.length / width, width }, axes);
  const shift = project({ data: bias, rows: 1, width }, axes);
  const weighted = carried(way.below, seen);
  const shifted = carried(way.below, seen, shift);
  return { axes: new NdArray(axes, [width, 2]), ...here, folding: { weighted, shifted } };
}

function carried({ points, lines }: Space, axes: Float32Array, shift?: Float32Array): Carried {
  return {
    points: new NdArray(project(points, axes, shift), [points.rows, 2]),
    lines:
      lines.rows > 0
        ? new NdArray(project(lines, axes, shift), [lines.rows / LINE_POINTS, LINE_POINTS, 2])
        : undefined,
  };
}
