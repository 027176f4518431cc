// Marks as stamps, made once for each look and size.

import { drawMarks, type MarkGroup } from "./marks.ts";
import type { Palette } from "./palette.ts";
import { PHASES, type Stamp, stampFrom } from "./raster.ts";

const made = new Map<string, Stamp>();
/** Few are in use at a time; sizes that a window went through need not be kept. */
const MOST = 200;

/** The look of a group as a stamp; `radius` in pixels of the screen. */
export function stampOf(group: MarkGroup, radius: number, palette: Palette): Stamp {
  const rounded = Math.round(radius * 8) / 8;
  const key = [group.shape, group.color, group.seam, group.held, palette.halo, rounded].join();
  const kept = made.get(key);
  if (kept) return kept;
  if (made.size >= MOST) made.clear();
  const stamp = make(group, rounded, palette);
  made.set(key, stamp);
  return stamp;
}

function make(group: MarkGroup, radius: number, palette: Palette): Stamp {
  // Corners reach out farther than a circle does; then the seam, and the last place within a pixel.
  const reach = group.shape === "circle" || group.shape === "square" ? 1 : 1.4;
  const side = 2 * Math.ceil(radius * reach + radius / 4 + 1.75);
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side * PHASES * PHASES;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser draws no canvas.");
  const places = new Float32Array(2 * PHASES * PHASES);
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    places[2 * phase] = side / 2 + (phase % PHASES) / PHASES;
    places[2 * phase + 1] = (phase + 0.5) * side + Math.floor(phase / PHASES) / PHASES;
  }
  const members = Uint32Array.from({ length: PHASES * PHASES }, (_, i) => i);
  drawMarks(context, [{ ...group, members }], places, radius, palette);
  return stampFrom(context.getImageData(0, 0, canvas.width, canvas.height).data, side);
}
