// The nested circles: a red one of radius 1 inside an orange one of radius 2, and points in the three
// zones that they make.

import type { Dataset } from "../dataset.ts";
import { classified, countOption, type GeneratorOptions, polar, radiusBetween } from "./points.ts";

/** Radii of the red and the orange circle, around the origin. */
export const RED_RADIUS = 1;
export const ORANGE_RADIUS = 2;

/** 0: inside the red circle. 1: between red and orange. 2: outside the orange circle. */
export type CircleZone = 0 | 1 | 2;

/** Radii between which the points of a zone lie, a quarter away from the circles. */
const BANDS = [
  [0, RED_RADIUS - 0.25],
  [RED_RADIUS + 0.25, ORANGE_RADIUS - 0.25],
  [ORANGE_RADIUS + 0.25, ORANGE_RADIUS + 0.75],
] as const;

const TWO_CLASSES: readonly CircleZone[] = [1, 0, 1, 2];
const THREE_CLASSES: readonly CircleZone[] = [0, 1, 2];

/** The zone of a point: which circles it is inside of. */
export function circleZone(x: number, y: number): CircleZone {
  const square = x * x + y * y;
  return square < RED_RADIUS * RED_RADIUS ? 0 : square < ORANGE_RADIUS * ORANGE_RADIUS ? 1 : 2;
}

/**
 * Points inside the red circle (radius up to 0.75), between red and orange (1.25 to 1.75) and outside
 * orange (2.25 to 2.75), uniform by area. Two classes: 1 is "between", half of the points; 0 is "inside
 * or outside", a quarter each. Three classes: one zone each, in equal parts.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function circles(options: GeneratorOptions & { readonly classes?: 2 | 3 } = {}): Dataset {
  const classes = countOption("circles", options, "classes", 3);
  const turns = classes === 2 ? TWO_CLASSES : THREE_CLASSES;
  const names = classes === 2 ? ["inside or outside", "between"] : ["inside", "between", "outside"];
  return classified("circles", options, names, (i, u, v) => {
    const zone = turns[i % turns.length] as CircleZone;
    const [inner, outer] = BANDS[zone];
    return polar(radiusBetween(inner, outer, u), v, classes === 2 ? zone & 1 : zone);
  });
}
