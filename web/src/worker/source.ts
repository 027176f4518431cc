// Where a run's points come from, before any of them was changed by hand.

import type { Normalization, TableSchema } from "layerwise";
import type { Points } from "../protocol.ts";
import type { Deal } from "./deal.ts";
import type { Lift, Scale } from "./features.ts";

export interface Source extends Pick<Points, "classNames" | "axes" | "window" | "inputs"> {
  /** [n × 2], in the map's coordinates. */
  readonly positions: Float32Array;
  /** [n]: class or value. */
  readonly targets: Float32Array;
  readonly deal: Deal;
  readonly lift: Lift;
  /** The model's input row of one of these points, moved to x, y. Default: the lift of that position. */
  readonly rowAt?: (point: number, x: number, y: number) => readonly number[];
  /** How quantities are scaled for the model: (target − shift) / scale. Default: not at all. */
  readonly targetScale?: Scale;
  /** Where the inputs are columns of a table: how they are read, so that the saved model can read others. */
  readonly normalization?: Normalization;
  readonly schema?: TableSchema;
}

/** A square around the origin. */
export function squareWindow(half: number): Points["window"] {
  return { x: [-half, half], y: [-half, half] };
}
