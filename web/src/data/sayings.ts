// Places and points of the map in words.

import type { Points } from "../protocol.ts";
import { minus } from "../words.ts";
import { decimalsOf, type Extent, type Place } from "./places.ts";

/** "0.52, −1.20" */
export function sayPlace(extent: Extent, { x, y }: Place): string {
  return `${sayNumber(extent.x, x)}, ${sayNumber(extent.y, y)}`;
}

/** "between at 0.52, −1.20, for testing" */
export function sayPoint(points: Points, i: number): string {
  const { classes, classNames, targets, positions, held, window } = points;
  const target = targets[i] ?? Number.NaN;
  const what = classes > 0 ? classNames[target] : `value ${sayValue(target)}`;
  const place = sayPlace(window, { x: positions[2 * i] ?? 0, y: positions[2 * i + 1] ?? 0 });
  return `${what} at ${place}, for ${held[i] === 1 ? "testing" : "training"}`;
}

/** Three digits of a quantity of any size. */
export function sayValue(value: number): string {
  return minus(String(Number(value.toPrecision(3))));
}

function sayNumber(range: Extent["x"], value: number): string {
  const text = value.toFixed(decimalsOf(range));
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}
