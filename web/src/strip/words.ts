// What the strip says in words.

import type { LayerFrame } from "../protocol.ts";

/** A layer's name as people read it. */
export function titleOf(index: number, count: number): string {
  if (index === 0) return "Input";
  return index === count - 1 ? "Output" : `Layer ${index}`;
}

/** What the strip's rows show, for classes or for quantities. */
export function captionsFor(regression: boolean) {
  return {
    boundary: regression
      ? {
          title: "What a straight fit can reach",
          text: "A probe is a straight fit made behind a layer (ridge regression). Drawn back onto the input, it shows how far the layers bend it.",
        }
      : {
          title: "What a straight boundary can tell apart",
          text: "A probe is a straight boundary fitted behind a layer (logistic regression). Drawn back onto the input, it shows how far the layers bend it.",
        },
    units: {
      title: "What each unit responds to",
      text: "Orange where a unit gives much, blue where it gives little. The lines are its weights.",
    },
    space: {
      title: "The data as each layer sees it",
      text: `Points and grid, carried into the layer's own space${regression ? "" : ": there the boundary is straight"}. Slide to watch the fold.`,
    },
  };
}

/** Where a morph slider stands, as a formula: between two stages an arrow to the next. */
export function foldingText(position: number): string {
  const stages = ["x", "x·W", "x·W + b", "f(x·W + b)"];
  const next = stages[Math.ceil(position)] ?? "";
  return Number.isInteger(position) ? next : `→ ${next}`;
}

/** How a layer's space is seen, and what the boundary drawn there is worth. */
export function viewText({ width, space }: LayerFrame): string {
  const hasBoundary = space.lines.length > 0;
  if (width === 1) {
    const line = hasBoundary ? "The line is a threshold. " : "";
    return `One unit, from left to right. ${line}Up and down only keeps points apart.`;
  }
  if (width === 2) {
    return `Two units: the whole space.${hasBoundary ? " The boundary is exact." : ""}`;
  }
  if (!hasBoundary) return `${width} units, seen along two directions.`;
  return space.exact
    ? `${width} units, seen along the boundary: it is exact.`
    : `${width} units, seen along two directions: the boundary is a slice.`;
}
