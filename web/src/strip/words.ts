// What the strip says in words, and how it writes numbers.

import type { LayerFrame } from "../protocol.ts";
import { percent as exactPercent } from "../time/words.ts";

/** A layer's name as people read it. */
export function titleOf(index: number, count: number): string {
  if (index === 0) return "Input";
  return index === count - 1 ? "Output" : `Layer ${index}`;
}

/** A share as whole percent; 100 % only where nothing is missing. */
export function percent(share: number): string {
  return exactPercent(share, 0);
}

/** Where a morph slider stands, as a formula: between two stages an arrow to the next. */
export function foldingText(position: number): string {
  const stages = ["x", "x·W", "x·W + b", "f(x·W + b)"];
  const next = stages[Math.ceil(position)] ?? "";
  return Number.isInteger(position) ? next : `→ ${next}`;
}

/** How a layer's space is seen, and what its line is worth. */
export function viewText({ width, space }: LayerFrame): string {
  const hasLine = space.lines.length > 0;
  if (width === 1) {
    const line = hasLine ? "The line is its threshold. " : "";
    return `One unit, from left to right. ${line}Up and down only keeps points apart.`;
  }
  if (width === 2) return `Two units: the whole space.${hasLine ? " The line is exact." : ""}`;
  if (!hasLine) return `${width} units, seen from a fixed side.`;
  return space.exact
    ? `${width} units, seen along the boundary: the line is exact.`
    : `${width} units, seen from a fixed side: the line is a slice.`;
}
