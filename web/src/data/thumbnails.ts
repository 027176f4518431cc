// The data sets as pictograms: for each class the path of its dots, in a box from −10 to 10, y down.
// Decoration: simple formulas, not the data itself.

import type { DataName } from "../recipe.ts";

export interface Thumbnail {
  /** Paths of class 0 and class 1, or of low and high. */
  readonly areas: readonly [string, string];
  /** A line beside them. */
  readonly line?: string;
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly label: 0 | 1;
}

type Pictured = Exclude<DataName, "table">;

const makers: Readonly<Record<Pictured, () => Thumbnail>> = {
  circles: () =>
    dotted([
      { x: 0, y: 0, label: 0 },
      ...round(5, 2.4, 0),
      ...round(12, 5.4, 1),
      ...round(18, 8.6, 0),
    ]),
  rings: () => dotted([...round(9, 3.6, 0), ...round(18, 8.2, 1)]),
  xor: () =>
    dotted(grid(6).flatMap(({ x, y }) => ({ x, y, label: x > 0 !== y > 0 ? 1 : 0 }) satisfies Dot)),
  gaussians: () => dotted([...blob(4.4, -4.4, 0), ...blob(-4.4, 4.4, 1)]),
  moons: () => dotted(times(11, (i) => moon(i / 10)).flat()),
  spiral: () => dotted(times(15, (i) => arms(i / 14)).flat()),
  checkerboard: () => squared(4, 4.4, (x, y) => ((x + y) % 2 === 0 ? -1 : 1)),
  plane: () => squared(7, 2.7, (x, y) => (x - y) / 6),
  hills: () =>
    squared(
      7,
      2.7,
      (x, y) => Math.sin(((x + 0.5) / 7) * 3 * Math.PI) * (y > 3 ? 1 : -1) * ridge(y),
    ),
  sine: () => squared(8, 2.5, (x) => Math.sin(((x + 0.5) / 8) * 4 * Math.PI)),
  drawn: () => ({
    ...dotted([
      { x: -7, y: -5, label: 0 },
      { x: -3, y: -7.5, label: 0 },
      { x: -6.5, y: 0.5, label: 0 },
      { x: 0, y: 7, label: 1 },
      { x: 4.5, y: 7.5, label: 1 },
    ]),
    line: "M-2 3L6 -6.5L8.5 -4L0.5 5.5L-3 6.5Z",
  }),
};

export function thumbnailOf(name: Pictured): Thumbnail {
  return makers[name]();
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function round(count: number, radius: number, label: 0 | 1): Dot[] {
  return times(count, (i) => turned(i / count, radius, label));
}

function turned(turns: number, radius: number, label: 0 | 1): Dot {
  const angle = 2 * Math.PI * turns;
  return { x: radius * Math.cos(angle), y: -radius * Math.sin(angle), label };
}

/** Seeds of a sunflower. */
function blob(x: number, y: number, label: 0 | 1): Dot[] {
  return times(10, (i) => {
    const dot = turned(i * 0.382, 1.55 * Math.sqrt(i), label);
    return { ...dot, x: x + dot.x, y: y + dot.y };
  });
}

function moon(share: number): [Dot, Dot] {
  const { x, y } = turned(share / 2, 5.6, 0);
  return [
    { x: x - 2.8, y: y + 1.6, label: 0 },
    { x: 2.8 - x, y: -1.6 - y, label: 1 },
  ];
}

function arms(share: number): [Dot, Dot] {
  const { x, y } = turned(1.4 * share, 1 + 7.8 * share, 0);
  return [
    { x, y, label: 0 },
    { x: -x, y: -y, label: 1 },
  ];
}

function grid(side: number): { x: number; y: number }[] {
  const at = (i: number) => ((i + 0.5) / side) * 18 - 9;
  return times(side * side, (i) => ({ x: at(i % side), y: at(Math.floor(i / side)) }));
}

function ridge(row: number): number {
  return [0.45, 1, 0.45, 0, 0.45, 1, 0.45][row] ?? 0;
}

function dotted(dots: readonly Dot[]): Thumbnail {
  const path = (label: 0 | 1) =>
    dots
      .filter((it) => it.label === label)
      .map(({ x, y }) => `M${short(x)} ${short(y - RADIUS)}a${RADIUS} ${RADIUS} 0 1 1-.01 0z`)
      .join("");
  return { areas: [path(0), path(1)] };
}
const RADIUS = 1.1;

/** Squares as large as the value: negative ones in the first area, positive ones in the second. */
function squared(
  side: number,
  largest: number,
  value: (x: number, y: number) => number,
): Thumbnail {
  const path = (sign: 1 | -1) =>
    grid(side)
      .map(({ x, y }, i) => {
        const size = largest * Math.sqrt(Math.max(0, sign * value(i % side, Math.floor(i / side))));
        if (size < 0.3) return "";
        return `M${short(x - size / 2)} ${short(y - size / 2)}h${short(size)}v${short(size)}h${short(-size)}z`;
      })
      .join("");
  return { areas: [path(-1), path(1)] };
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
