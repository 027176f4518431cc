// The data's map as two pictures: the points; and over them the point that is meant and the cross of the keys.

import { type MarkGroup, markRadius } from "../draw/marks.ts";
import type { Sheet } from "../draw/painted.svelte.ts";
import type { Palette } from "../draw/palette.ts";
import { drawPoints } from "../draw/plane.ts";
import type { Points } from "../protocol.ts";
import { type Extent, type Place, sharesAt } from "./places.ts";

/** A square. */
type Canvas = Pick<Sheet, "context" | "width">;

export interface PointsPicture {
  readonly points: Points;
  readonly groups: readonly MarkGroup[];
  readonly palette: Palette;
  /** Whether the nested circles are shown. */
  readonly circles: boolean;
}

export function paintPoints({ context, width }: Canvas, picture: PointsPicture): void {
  const { points, groups, palette, circles } = picture;
  traceLines(context, width, pixelsOf(points.window, { x: 0, y: 0 }, width));
  context.globalAlpha = 0.35;
  stroke(context, palette.faint, 1);
  context.globalAlpha = 1;
  drawPoints(context, points, groups, width, palette, circles);
}

export interface CursorPicture {
  readonly points: Points;
  readonly palette: Palette;
  /** The point that is meant, by its position in `points`. */
  readonly near: number | undefined;
  readonly cross: Place | undefined;
}

export function paintCursor({ context, width }: Canvas, picture: CursorPicture): void {
  const { points, palette, near, cross } = picture;
  const { window: extent, positions } = points;
  if (near !== undefined && near >= 0) {
    const place = { x: positions[2 * near] ?? 0, y: positions[2 * near + 1] ?? 0 };
    const { x, y } = pixelsOf(extent, place, width);
    context.beginPath();
    context.arc(x, y, markRadius(width, points.numbers.length) + 5, 0, 2 * Math.PI);
    stroke(context, palette.ink, 1.5);
  }
  if (cross) {
    traceLines(context, width, pixelsOf(extent, cross, width));
    // Set off from whatever is below it.
    stroke(context, palette.halo, 3);
    stroke(context, palette.ink, 1);
  }
}

function pixelsOf(extent: Extent, place: Place, size: number): Place {
  const { across, down } = sharesAt(extent, place);
  return { x: across * size, y: down * size };
}

/** Through a place, in whole pixels: thin lines stay sharp. */
function traceLines(context: CanvasRenderingContext2D, size: number, { x, y }: Place): void {
  const [column, row] = [Math.floor(x) + 0.5, Math.floor(y) + 0.5];
  context.beginPath();
  context.moveTo(column, 0);
  context.lineTo(column, size);
  context.moveTo(0, row);
  context.lineTo(size, row);
}

function stroke(context: CanvasRenderingContext2D, color: string, width: number): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}
