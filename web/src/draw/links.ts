// The weights between two layers as lines: which ones are drawn, in what style, along what curve, and
// which one is under the pointer. Pure; nothing is allocated per line.

import { type Block, tileX, tileY } from "./tiles.ts";

/** The lines between two neighboring blocks. */
export interface Gap {
  readonly from: Block;
  readonly to: Block;
  /** [from's units × to's units] */
  readonly weight: Float32Array;
}

/** One of the lines: the layer that it leads to, the unit there, and the one it comes from. */
export interface LinkAddress {
  readonly layer: number;
  readonly source: number;
  readonly target: number;
}

/** Of wide networks only the strongest lines are drawn: more would be a gray area, and slow. */
const ALL_LINKS = 900;

/** How many lines are drawn between two layers, of so many neighbors. */
export function mostLinks(gaps: number): number {
  return Math.floor(ALL_LINKS / Math.max(1, gaps));
}

/** A style is a width, for weights above 0 and again for those below. */
const WIDTHS = 16;
export const LINK_STYLES = 2 * WIDTHS;
/** From here on, lines get no thicker. */
const THICKEST = 4;

/** 0 … WIDTHS − 1 for a weight from 0 up, WIDTHS … below 0. */
export function linkStyle(weight: number): number {
  const size = Math.min(Math.floor((Math.abs(weight) / THICKEST) * WIDTHS), WIDTHS - 1);
  return weight < 0 ? WIDTHS + size : size;
}

export function isNegative(style: number): boolean {
  return style >= WIDTHS;
}

/** In pixels: the weight's size on one scale for the whole network. */
export function linkWidth(style: number): number {
  return 0.6 + (style % WIDTHS) * 0.4;
}

/** Lines that are nearly 0 are faint. */
export function linkOpacity(style: number): number {
  return Math.min(0.4 + (style % WIDTHS) * 0.12, 1);
}

/** The lines that are drawn. */
export interface Links {
  /** How many of the entries hold. */
  count: number;
  /** Their positions in the weight. */
  readonly positions: Int32Array;
  readonly styles: Uint8Array;
}

export function makeLinks(): Links {
  return { count: 0, positions: new Int32Array(ALL_LINKS), styles: new Uint8Array(ALL_LINKS) };
}

/** Writes the strongest lines into `links`, at most `most`; a NaN is no line. */
export function chooseLinks(weight: Float32Array, most: number, links: Links): void {
  const floor = weight.length > most ? strongest(weight, most) : 0;
  links.count = 0;
  for (let i = 0; i < weight.length && links.count < most; i++) {
    const w = weight[i] ?? 0;
    if (!(Math.abs(w) >= floor)) continue;
    links.positions[links.count] = i;
    links.styles[links.count] = linkStyle(w);
    links.count++;
  }
}

const BINS = 512;
const bins = new Int32Array(BINS);

/** A size that no more than `most` weights reach, to within a bin. */
function strongest(weight: Float32Array, most: number): number {
  let largest = 0;
  for (let i = 0; i < weight.length; i++) {
    const size = Math.abs(weight[i] ?? 0);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  if (largest === 0) return 0;
  const scale = (BINS - 1) / largest;
  bins.fill(0);
  for (let i = 0; i < weight.length; i++) {
    const bin = Math.min(Math.floor(Math.abs(weight[i] ?? 0) * scale), BINS - 1);
    if (bin >= 0) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  let count = 0;
  let bin = BINS;
  while (bin > 0 && count + (bins[bin - 1] ?? 0) <= most) {
    bin--;
    count += bins[bin] ?? 0;
  }
  // Where the top bin alone is too much: any of its lines.
  return Math.min(bin, BINS - 1) / scale;
}

/** Above and below: the units that a line joins. */
export function sourceOf({ to }: Gap, position: number): number {
  return Math.floor(position / to.tiling.units);
}
export function targetOf({ to }: Gap, position: number): number {
  return position % to.tiling.units;
}

/** The line's ends: the middle of the source's right side, and of the target's left side. */
export function startX({ from }: Gap, source: number): number {
  return tileX(from, source) + from.tiling.size;
}
export function startY({ from }: Gap, source: number): number {
  return tileY(from, source) + from.tiling.size / 2;
}
export function endX({ to }: Gap, target: number): number {
  return tileX(to, target);
}
export function endY({ to }: Gap, target: number): number {
  return tileY(to, target) + to.tiling.size / 2;
}

/** Adds a line to a path: a curve that leaves and arrives level. */
export function traceLink(
  path: Pick<Path2D, "moveTo" | "bezierCurveTo">,
  gap: Gap,
  position: number,
): void {
  const source = sourceOf(gap, position);
  const target = targetOf(gap, position);
  const x = startX(gap, source);
  const y = startY(gap, source);
  const endAtX = endX(gap, target);
  const endAtY = endY(gap, target);
  const middle = (x + endAtX) / 2;
  path.moveTo(x, y);
  path.bezierCurveTo(middle, y, middle, endAtY, endAtX, endAtY);
}

/** How far a point is from a line, to first order: by the height above it and its slope there. */
export function distanceToLink(gap: Gap, position: number, x: number, y: number): number {
  const source = sourceOf(gap, position);
  const target = targetOf(gap, position);
  const x0 = startX(gap, source);
  const y0 = startY(gap, source);
  const width = endX(gap, target) - x0;
  const height = endY(gap, target) - y0;
  const across = (x - x0) / width;
  if (!(across >= 0 && across <= 1)) return Number.POSITIVE_INFINITY;
  // Along the curve, across = 1.5 t − 1.5 t² + t³ (it rises everywhere) and up = 3 t² − 2 t³.
  let t = across;
  for (let i = 0; i < 4; i++) {
    t -= (1.5 * t - 1.5 * t * t + t * t * t - across) / (1.5 - 3 * t + 3 * t * t);
  }
  const slope = (height * (6 * t - 6 * t * t)) / (width * (1.5 - 3 * t + 3 * t * t));
  return Math.abs(y - y0 - height * t * t * (3 - 2 * t)) / Math.hypot(1, slope);
}

/** The position of the drawn line next to a point, at most `reach` away. */
export function nearestLink(
  gap: Gap,
  { count, positions }: Links,
  { x, y, reach }: { readonly x: number; readonly y: number; readonly reach: number },
): number | undefined {
  let nearest: number | undefined;
  let least = reach;
  for (let i = 0; i < count; i++) {
    const position = positions[i] ?? 0;
    const distance = distanceToLink(gap, position, x, y);
    if (distance <= least) {
      least = distance;
      nearest = position;
    }
  }
  return nearest;
}
