// What is drawn over a map: iso-lines, points, and the two circles of the default data.

import type { Points } from "../protocol.ts";
import { drawMarks, type MarkGroup, markRadius } from "./marks.ts";
import type { Palette } from "./palette.ts";

/** Where a map's window puts positions, in pixels of a square picture. */
export function placePoints(
  { positions, window }: Points,
  size: number,
  out = new Float32Array(positions.length),
): Float32Array {
  const across = size / (window.x[1] - window.x[0]);
  const down = size / (window.y[1] - window.y[0]);
  for (let i = 0; i < positions.length; i += 2) {
    out[i] = ((positions[i] ?? 0) - window.x[0]) * across;
    out[i + 1] = (window.y[1] - (positions[i + 1] ?? 0)) * down;
  }
  return out;
}

/** Lines given as x, y pairs from 0 to 1. */
export function drawContour(
  context: CanvasRenderingContext2D,
  contour: readonly Float32Array[],
  size: number,
  { ink }: Palette,
): void {
  context.beginPath();
  for (const line of contour) {
    context.moveTo((line[0] ?? 0) * size, (line[1] ?? 0) * size);
    for (let i = 2; i < line.length; i += 2) {
      context.lineTo((line[i] ?? 0) * size, (line[i + 1] ?? 0) * size);
    }
  }
  context.lineWidth = 1.8;
  context.strokeStyle = ink;
  context.stroke();
}

/** The points, and for the default data the red and the orange circle, of radius 1 and 2. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  points: Points,
  groups: readonly MarkGroup[],
  size: number,
  palette: Palette,
  circles: boolean,
): void {
  if (circles) drawCircles(context, points, size, palette);
  const radius = markRadius(size, points.numbers.length);
  drawMarks(context, groups, placePoints(points, size), radius, palette);
}

function drawCircles(
  context: CanvasRenderingContext2D,
  { window }: Points,
  size: number,
  palette: Palette,
): void {
  const across = size / (window.x[1] - window.x[0]);
  const [x, y] = [-window.x[0] * across, (window.y[1] * size) / (window.y[1] - window.y[0])];
  for (const [radius, color] of [
    [1, palette.redCircle],
    [2, palette.orangeCircle],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius * across, 0, 2 * Math.PI);
    context.lineWidth = 3;
    context.strokeStyle = palette.halo;
    context.stroke();
    context.lineWidth = 1.4;
    context.strokeStyle = color;
    context.stroke();
  }
}
