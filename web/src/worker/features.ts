// Model inputs that are made of a point's two coordinates. The same bits in every engine.

import { type FeatureName, featureNames } from "../recipe.ts";
import { sin } from "../sine.ts";
import { refuse } from "./refusal.ts";

/** The model's input row at a position of the map. */
export type Lift = (x: number, y: number) => readonly number[];

const features: Readonly<Record<FeatureName, (x: number, y: number) => number>> = {
  x: (x) => x,
  y: (_, y) => y,
  "x²": (x) => x * x,
  "y²": (_, y) => y * y,
  xy: (x, y) => x * y,
  "sin x": (x) => sin(x),
  "sin y": (_, y) => sin(y),
};

/** How coordinates are brought to a common range before features are made of them: (x − shift) / scale. */
export interface Scale {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/** @throws LayerwiseError `invalidArgument` unless there is a feature, each of them known and named once */
export function liftOf(names: readonly FeatureName[], by?: Scale): Lift {
  const known = names.filter((it) => featureNames.includes(it));
  if (known.length === 0 || known.length < names.length || new Set(names).size < names.length) {
    const required = `one input at least, of ${featureNames.join(", ")}, none of them twice`;
    throw refuse("features", required, names.join(", ") || "none");
  }
  const makers = names.map((it) => features[it]);
  if (by === undefined) return (x, y) => makers.map((make) => make(x, y));
  const [shiftX = 0, shiftY = 0] = by.shift;
  const [scaleX = 1, scaleY = 1] = by.scale;
  return (x, y) => makers.map((make) => make((x - shiftX) / scaleX, (y - shiftY) / scaleY));
}
