// Decision boundaries as text, side by side: colored half blocks, two pixels to a cell, or one
// character to a cell. Pure: from numbers to lines, for a terminal of a given size.

import {
  type ColorLevel,
  classColor,
  colorCode,
  dotColor,
  mix,
  type Rgb,
  regionColor,
  scaleColor,
  styled,
  twoClassColor,
} from "./color.ts";
import { cut, flow, harmless, padEnd, padStart, widthOf } from "./text.ts";

/** One layer's boundary. */
export interface MapView {
  readonly name: string;
  /** "99.5 %" */
  readonly score: string;
  /** [size × size × outputs], first row on top: see `LayerLens.boundary`. */
  readonly values: Float32Array;
}

/** A data point: how far right and how far down it lies, 0…1, and its class. */
export interface Dot {
  readonly right: number;
  readonly down: number;
  readonly label: number;
}

/** Everything that maps show. */
export interface Picture {
  /** From the input to the output. */
  readonly maps: readonly MapView[];
  /** 2 or more, or 0: a quantity. */
  readonly classNames: readonly string[];
  /** What a quantity's colors go from and to. */
  readonly range: readonly [from: number, to: number];
  readonly dots: readonly Dot[];
}

/** Where maps go. */
export interface Arrangement {
  /** Pixels along each side: columns, and twice the lines. Even. */
  readonly size: number;
  readonly perRow: number;
  /** Numbers of the maps that are shown. Where one is left out, "…" stands. */
  readonly shown: readonly number[];
}

const GAP = 3;
const LARGEST = 32;
/** Sizes to be content with: better fewer maps than smaller ones, better small ones than none. */
const LEAST = [12, 8] as const;
/** Lines of a map's title, and one below it. */
const FRAME = 3;

/**
 * As many maps as fit, in as few rows as leave them a size to look at. If there are too many, some of
 * those in the middle are left out. Undefined if not even two fit.
 */
export function arrange(count: number, columns: number, rows: number): Arrangement | undefined {
  for (const least of LEAST) {
    for (let kept = count; kept >= 2; kept--) {
      for (let perRow = kept; perRow >= 1; perRow--) {
        const lines = Math.floor(rows / Math.ceil(kept / perRow)) - FRAME;
        const size = Math.min(sizeFor(perRow, columns), 2 * lines);
        if (size >= least) return { size, perRow, shown: choose(count, kept) };
      }
    }
  }
  return undefined;
}

/** `kept` of `count` layers: the input, the output, and evenly among the others, the last of them too. */
function choose(count: number, kept: number): number[] {
  const steps = Math.max(1, kept - 2);
  const others = Array.from({ length: kept - 1 }, (_, i) => Math.round((i * (count - 2)) / steps));
  return [...others, count - 1];
}

function sizeFor(perRow: number, columns: number): number {
  return Math.min(LARGEST, even((columns - GAP * (perRow - 1)) / perRow));
}

function even(size: number): number {
  return 2 * Math.floor(size / 2);
}

/** The maps under their titles, and a legend. */
export function renderMaps(
  picture: Picture,
  { size, perRow, shown }: Arrangement,
  columns: number,
  color: ColorLevel,
): string[] {
  const paint = color === "none" ? characters : halfBlocks;
  const lines: string[] = [];
  for (let first = 0; first < shown.length; first += perRow) {
    const row = shown.slice(first, first + perRow);
    const views = row.flatMap((index) => picture.maps[index] ?? []);
    const titles = titlesOf(views, size, color);
    const bodies = views.map((view) => paint(picture, view, size, color));
    const height = titles[0]?.length ?? 0;
    for (let line = 0; line < height + size / 2; line++) {
      const cells = bodies.map((map, i) => {
        const cell = (line < height ? titles[i]?.[line] : map[line - height]) ?? "";
        return i === 0 ? cell : joint(row, i, line - height, size) + cell;
      });
      lines.push(cells.join("").trimEnd());
    }
    lines.push("");
  }
  return [...lines, ...legend(picture, columns, color)];
}

/** What stands between two maps: an arrow halfway down, or "…" where maps are left out. */
function joint(row: readonly number[], i: number, line: number, size: number): string {
  if (line !== Math.floor(size / 4)) return " ".repeat(GAP);
  return (row[i] ?? 0) - (row[i - 1] ?? 0) === 1 ? " → " : " … ";
}

/** Name and score: in one line where every map has room for that, else in two. */
function titlesOf(views: readonly MapView[], size: number, color: ColorLevel): string[][] {
  const names = views.map(({ name }) => harmless(name));
  const oneLine = views.every(
    ({ score }, i) => widthOf(names[i] ?? "") + 1 + widthOf(score) <= size,
  );
  return views.map(({ score }, i) => {
    const name = names[i] ?? "";
    if (oneLine) return [styled(name, "bold", color) + padStart(score, size - widthOf(name))];
    return [padEnd(styled(cut(name, size), "bold", color), size), padEnd(cut(score, size), size)];
  });
}

/** Two pixels to a cell: the upper one in the letter's color, the lower one in the ground's. */
function halfBlocks(picture: Picture, view: MapView, size: number, color: ColorLevel): string[] {
  const dots = dotsByCell(picture.dots, size);
  const pixels = colorsOf(picture, view, size);
  return Array.from({ length: size / 2 }, (_, line) => {
    let text = "";
    let before = "";
    for (let column = 0; column < size; column++) {
      const upper = pixels[2 * line * size + column] as Rgb;
      const lower = pixels[(2 * line + 1) * size + column] as Rgb;
      const label = dots.get(line * size + column);
      const [letter, front, back] =
        label === undefined ? ["▀", upper, lower] : ["•", dotColor(label), mix(upper, lower, 0.5)];
      const codes = `${colorCode(front as Rgb, color, "text")};${colorCode(back as Rgb, color, "background")}`;
      text += codes === before ? letter : `\u001b[${codes}m${letter}`;
      before = codes;
    }
    return `${text}\u001b[0m`;
  });
}

/** At most one dot to a cell, and no more than leave the map visible. */
function dotsByCell(dots: readonly Dot[], size: number): Map<number, number> {
  const most = Math.floor((size * size) / 2 / 7);
  const cells = new Map<number, number>();
  for (const { right, down, label } of dots) {
    if (cells.size >= most) break;
    const column = Math.floor(right * size);
    const line = Math.floor((down * size) / 2);
    if (column < 0 || column >= size || line < 0 || line >= size / 2) continue;
    if (!cells.has(line * size + column)) cells.set(line * size + column, label);
  }
  return cells;
}

/** A color for each pixel. */
function colorsOf(picture: Picture, { values }: MapView, size: number): Rgb[] {
  const classes = picture.classNames.length;
  return Array.from({ length: size * size }, (_, i) => {
    if (classes <= 2) {
      const t = share(picture, values[i] ?? Number.NaN);
      return classes === 2 ? twoClassColor(t) : scaleColor(t);
    }
    const { label, value } = largest(values, i, classes);
    return regionColor(label, (value - 1 / classes) / (1 - 1 / classes));
  });
}

/** A probability as it is, a quantity by where it lies in its range. */
function share({ classNames, range: [from, to] }: Picture, value: number): number {
  const t = classNames.length === 2 ? value : (value - from) / (to - from || 1);
  return Math.min(1, Math.max(0, t));
}

function largest(values: Float32Array, i: number, classes: number) {
  let label = 0;
  let value = values[i * classes] ?? 0;
  for (let j = 1; j < classes; j++) {
    const other = values[i * classes + j] ?? 0;
    if (other > value) [label, value] = [j, other];
  }
  return { label, value };
}

const CLASS_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
/** From certainly the first class to certainly the second; less certain in the middle. */
const TWO_CLASSES = ".:+#";
/** From low to high. */
const SHADES = " .:-=+*#%@";

/** One character to a cell, from the mean of its two pixels. */
function characters(picture: Picture, { values }: MapView, size: number): string[] {
  const classes = picture.classNames.length;
  const outputs = Math.max(1, classes === 2 ? 1 : classes);
  return Array.from({ length: size / 2 }, (_, line) => {
    const cells = Array.from({ length: size }, (_, column) => {
      const upper = 2 * line * size + column;
      const mean = Float32Array.from({ length: outputs }, (_, j) => {
        const at = (pixel: number) => values[pixel * outputs + j] ?? 0;
        return (at(upper) + at(upper + size)) / 2;
      });
      if (classes > 2) return CLASS_LETTERS[largest(mean, 0, classes).label % 36] ?? "?";
      const shades = classes === 2 ? TWO_CLASSES : SHADES;
      const t = share(picture, mean[0] ?? 0);
      return shades[Math.min(shades.length - 1, Math.floor(t * shades.length))] ?? "?";
    });
    return cells.join("");
  });
}

/** Which color or character means what. */
function legend({ classNames, range }: Picture, columns: number, color: ColorLevel): string[] {
  const names = classNames.map((name) => cut(harmless(name), 24));
  if (color === "none") {
    const letters = names.length === 2 ? [". :", "# +"] : [...CLASS_LETTERS];
    const [from, to] = range;
    const pieces =
      names.length === 0
        ? [`blank ${from.toPrecision(3)}`, `${SHADES.at(-1)} ${to.toPrecision(3)}`]
        : names.map((name, i) => `${letters[i % letters.length]} ${name}`);
    return flow(pieces, columns, "   ");
  }
  const pieces =
    names.length === 0
      ? range.map((value, i) => `${block(classColor(i), color)} ${value.toPrecision(3)}`)
      : names.map((name, i) => `${block(classColor(i), color)} ${name}`);
  return flow(pieces, columns, "   ");
}

function block(rgb: Rgb, color: ColorLevel): string {
  return `\u001b[${colorCode(rgb, color, "text")}m■\u001b[39m`;
}

/** How a layer stands, where there is no plane to draw: a bar for each. */
export function renderBars(
  layers: readonly { readonly name: string; readonly share: number; readonly score: string }[],
  columns: number,
  color: ColorLevel,
): string[] {
  const names = layers.map(({ name }) => cut(harmless(name), 16));
  const nameWidth = Math.max(...names.map(widthOf));
  const scoreWidth = Math.max(...layers.map(({ score }) => widthOf(score)));
  const room = Math.min(50, columns - nameWidth - scoreWidth - 4);
  return layers.map(({ share, score }, i) => {
    const head = `${padEnd(names[i] ?? "", nameWidth)}  ${padStart(score, scoreWidth)}`;
    return room < 5 ? cut(head, columns) : `${head}  ${bar(share, room, color)}`;
  });
}

/** A bar of `columns`, filled up to a share. */
export function bar(share: number, columns: number, color: ColorLevel): string {
  const full = Math.round(Math.min(1, Math.max(0, share || 0)) * columns);
  if (color === "none") return "#".repeat(full) + ".".repeat(columns - full);
  const front = `\u001b[${colorCode(classColor(0), color, "text")}m${"━".repeat(full)}\u001b[39m`;
  return front + styled("─".repeat(columns - full), "dim", color);
}
