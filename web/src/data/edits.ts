// What edits make of points: on the way to the worker, in a set that can't be learned yet, and when the
// points before them become more or fewer.

import type { Points } from "../protocol.ts";
import { type DataSettings, drawnClassNames, HALF_WINDOW, type PointEdit } from "../recipe.ts";
import { UNNUMBERED } from "./places.ts";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly target: number;
  readonly number: number;
  readonly held: number;
}

/** Points as they will be once the worker has made these edits. `next`: the next added point's number. */
export function withEdits(
  points: Points,
  edits: readonly PointEdit[],
  next: number = UNNUMBERED,
): Points {
  if (edits.length === 0) return points;
  const all = new Map<number | string, Point>();
  points.numbers.forEach((number, i) => {
    all.set(number, {
      x: points.positions[2 * i] ?? 0,
      y: points.positions[2 * i + 1] ?? 0,
      target: points.targets[i] ?? 0,
      number,
      held: points.held[i] ?? 0,
    });
  });
  let number = next;
  edits.forEach((edit, i) => {
    if (edit.do === "add") {
      const { x, y, label: target } = edit;
      all.set(number === UNNUMBERED ? `new ${i}` : number, { x, y, target, number, held: 0 });
      if (number !== UNNUMBERED) number++;
      return;
    }
    const point = all.get(edit.point);
    if (!point) return;
    if (edit.do === "remove") all.delete(edit.point);
    else all.set(edit.point, { ...point, x: edit.x, y: edit.y });
  });
  const list = [...all.values()];
  return {
    ...points,
    positions: Float32Array.from(list.flatMap(({ x, y }) => [x, y])),
    targets: Float32Array.from(list, (it) => it.target),
    numbers: Uint32Array.from(list, (it) => it.number),
    held: Uint8Array.from(list, (it) => it.held),
  };
}

/** Drawn points that the worker has not taken: too few to learn from, or not yet. */
export function drawnPoints({ classes, edits }: DataSettings): Points {
  const empty: Points = {
    positions: new Float32Array(0),
    targets: new Float32Array(0),
    numbers: new Uint32Array(0),
    held: new Uint8Array(0),
    classes,
    classNames: drawnClassNames(classes),
    axes: ["x", "y"],
    window: { x: [-HALF_WINDOW, HALF_WINDOW], y: [-HALF_WINDOW, HALF_WINDOW] },
    inputs: [],
  };
  return withEdits(empty, edits, 0);
}

/** Whether there is something to tell apart. */
export function hasTwoClasses({ targets }: Points): boolean {
  return targets.some((it) => it !== targets[0]);
}

/**
 * The same edits when a generated set has `to` points of its own instead of `from`: added points have
 * other numbers then, and what was done to points that are gone is gone.
 */
export function renumbered(
  edits: readonly PointEdit[],
  from: number,
  to: number,
): readonly PointEdit[] {
  return edits.flatMap((edit): PointEdit[] => {
    if (edit.do === "add") return [edit];
    if (edit.point >= from) return [{ ...edit, point: edit.point - from + to }];
    return edit.point < to ? [edit] : [];
  });
}

/** A stroke of edits: so many, which were the last ones when there were `upTo`. */
export interface Stroke {
  readonly upTo: number;
  readonly count: number;
}

/**
 * What is left when the last stroke is taken back. Edits that no known stroke made (from a link, or after
 * a leap in time) go one by one.
 */
export function undone(
  edits: readonly PointEdit[],
  strokes: readonly Stroke[],
): { readonly edits: readonly PointEdit[]; readonly strokes: readonly Stroke[] } {
  const known = strokes.filter((it) => it.upTo <= edits.length);
  const last = known.at(-1);
  const isLast = last?.upTo === edits.length;
  return {
    edits: edits.slice(0, edits.length - (isLast ? last.count : 1)),
    strokes: isLast ? known.slice(0, -1) : known,
  };
}
