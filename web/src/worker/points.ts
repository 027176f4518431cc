// The points of a run as they stand after all edits. Each keeps its number and its part: those of the data
// set come first, in its order; each added one gets the next number, those removed leave theirs empty.

import type { DataSettings } from "../recipe.ts";
import { trains } from "./deal.ts";
import { refuse } from "./refusal.ts";
import type { Source } from "./source.ts";

export interface Point {
  readonly number: number;
  /** In f32, as the model and the page read them. */
  readonly x: number;
  readonly y: number;
  /** Class or value. */
  readonly target: number;
  /** Whether it tests. */
  readonly held: boolean;
}

/**
 * By rising number.
 * @throws LayerwiseError `invalidArgument` for an edit of a point that is not there, for a class that is none
 */
export function editedPoints(
  source: Source,
  { edits, trainShare }: Pick<DataSettings, "edits" | "trainShare">,
): readonly Point[] {
  const points: (Point | undefined)[] = firstPoints(source);
  // Dealt out within each class: else a class drawn in turn with another could lack in one part.
  const added = new Map<number, number>();
  for (const edit of edits) {
    if (edit.do === "add") {
      const { classNames } = source;
      const isClass = edit.label >= 0 && Number.isInteger(edit.label);
      if (classNames.length > 0 && !(isClass && edit.label < classNames.length)) {
        throw refuse("edits", `a class from 0 to ${classNames.length - 1}`, `${edit.label}`);
      }
      const kind = classNames.length > 0 ? edit.label : 0;
      const index = added.get(kind) ?? 0;
      added.set(kind, index + 1);
      const target = Math.fround(edit.label);
      const held = !trains(index, trainShare);
      points.push({ number: points.length, ...position(edit), target, held });
      continue;
    }
    const point = points[edit.point];
    if (point === undefined) throw refuse("edits", "a point that is there", `${edit.point}`);
    points[edit.point] = edit.do === "move" ? { ...point, ...position(edit) } : undefined;
  }
  return points.filter((it) => it !== undefined);
}

function firstPoints({ positions, targets, deal }: Source): Point[] {
  const held = new Set(deal.test);
  return Array.from(targets, (target, number) => ({
    number,
    x: positions[2 * number] ?? Number.NaN,
    y: positions[2 * number + 1] ?? Number.NaN,
    target,
    held: held.has(number),
  }));
}

function position({ x, y }: { readonly x: number; readonly y: number }) {
  return { x: Math.fround(x), y: Math.fround(y) };
}
