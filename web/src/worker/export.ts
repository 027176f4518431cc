// The points as a CSV text, to be read by others and by the page itself.

import type { RunData } from "./data.ts";

/** A line for each point: its coordinates, its class or value, and whether it trains or tests. */
export function pointsAsCSV({ points }: Pick<RunData, "points">): string {
  const { positions, targets, held, classes, classNames, axes } = points;
  const header = [...axes, classes > 0 ? "class" : "value", "part"];
  const rows = Array.from(targets, (target, i) => [
    shortest(positions[2 * i] ?? Number.NaN),
    shortest(positions[2 * i + 1] ?? Number.NaN),
    classes > 0 ? (classNames[target] ?? "") : shortest(target),
    held[i] === 1 ? "test" : "train",
  ]);
  return [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/** As few digits as give the same f32 again; 9 always do. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

/** RFC 4180. */
function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
