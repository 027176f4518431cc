// Editing points by pointer and keys: what each tool does on the map, and what is said about it. It knows
// no canvas: places are those of the map, reaches are shares of its width.

import { rangeOf } from "../draw/field.ts";
import type { Points } from "../protocol.ts";
import type { PointEdit } from "../recipe.ts";
import { counted } from "../words.ts";
import type { Board } from "./board.svelte.ts";
import { withEdits } from "./edits.ts";
import { allNear, brush, crossMoved, nearest, type Place, placeAt } from "./places.ts";
import { sayPlace, sayPoint, sayValue } from "./sayings.ts";

export const tools = ["look", "add", "move", "delete"] as const;
export type Tool = (typeof tools)[number];

/** What a tool is for, while there is nothing else to say. */
export const hints: Readonly<Record<Tool, string>> = {
  look: "Point at the map to read it.",
  add: "Press the map, or draw on it.",
  move: "Drag a point to another place.",
  delete: "Press a point, or sweep over several.",
};

/** Between points that a brush leaves. */
const SPACING = 0.055;
/** How far from the cross a key finds a point. */
const KEY_REACH = 0.08;

export class Editor {
  readonly board: Board;
  /** Where the keys are; undefined until one was used. */
  cross = $state.raw<Place>();
  /** What happened last, in words. */
  said = $state.raw("");
  /** Whether it happened by keys: then it is read out. */
  byKeys = $state.raw(false);
  /** Where the pointer is, and how far it reaches. */
  pointer = $state.raw<{ readonly place: Place; readonly reach: number }>();
  #tool = $state.raw<Tool>("look");
  #label = $state.raw(0);
  #value = $state.raw<number>();
  #carried = $state.raw<{ readonly point: number; readonly place: Place }>();
  /** Of the pressed pointer: where it did something last, whether it has moved, to how many points. */
  #stroke: { readonly at: Place; readonly moved: boolean; readonly made: number } | undefined;

  /** The points as they stand; one that is carried is where it is carried to. */
  readonly points: Points | undefined = $derived.by(() => {
    const { points } = this.board;
    const carried = this.#carried;
    return points && carried
      ? withEdits(points, [{ do: "move", point: carried.point, ...carried.place }])
      : points;
  });
  /** The point that a press would mean, by its position in `points`. */
  readonly near = $derived.by(() => {
    const { points, pointer } = this;
    if (!points) return undefined;
    if (this.#carried) return points.numbers.indexOf(this.#carried.point);
    if (!pointer || this.#tool === "add") return undefined;
    return nearest(points, pointer.place, pointer.reach);
  });
  /** What Add adds: a class, or a quantity. */
  readonly target = $derived.by(() => {
    const { points } = this;
    if (!points) return 0;
    if (points.classes > 0) return Math.min(this.#label, points.classes - 1);
    const { low, high } = rangeOf(points);
    return Number(Math.min(high, Math.max(low, this.#value ?? high)).toPrecision(4));
  });

  constructor(board: Board) {
    this.board = board;
  }

  get tool(): Tool {
    return this.#tool;
  }
  set tool(tool: Tool) {
    this.cancel();
    this.#tool = tool;
    this.said = "";
  }

  /** The class or the quantity that Add adds from now on. */
  choose(target: number): void {
    if (this.points?.classes === 0) this.#value = target;
    else this.#label = target;
  }

  hover(place: Place, reach: number): void {
    this.pointer = { place, reach };
    const { points, near } = this;
    if (this.#tool !== "look" || !points) return;
    this.byKeys = false;
    this.said = near === undefined ? sayPlace(points.window, place) : sayPoint(points, near);
  }

  press(place: Place, reach: number): void {
    this.hover(place, reach);
    this.byKeys = false;
    this.#stroke = { at: place, moved: false, made: 0 };
    if (this.#tool === "move" && this.near !== undefined) this.#take(this.near);
  }

  drag(place: Place, reach: number): void {
    const { points } = this;
    if (!points || !this.#stroke) return;
    this.pointer = { place, reach };
    if (this.#carried) {
      this.#carried = { ...this.#carried, place };
      return;
    }
    const { at, moved, made } = this.#stroke;
    const spots = brush(points.window, at, place, SPACING);
    const last = spots.at(-1);
    if (!last) return;
    const all = moved ? spots : [at, ...spots];
    const more =
      this.#tool === "add"
        ? this.#add(all)
        : this.#tool === "delete"
          ? this.#remove(all.flatMap((it) => allNear(points, it, reach)))
          : 0;
    this.#stroke = { at: last, moved: true, made: made + more };
    if (made > 0)
      this.said = `${this.#tool === "add" ? "Added" : "Deleted"}: ${made + more} points.`;
  }

  release(): void {
    const { points, near } = this;
    if (!points || !this.#stroke) return;
    const { at, moved } = this.#stroke;
    if (this.#carried) this.#drop();
    else if (!moved && this.#tool === "add") this.#add([at]);
    else if (!moved && this.#tool === "delete") this.#remove(near === undefined ? [] : [near]);
    this.#stroke = undefined;
    this.board.endStroke();
  }

  leave(): void {
    this.pointer = undefined;
  }

  /** Nothing is carried any more, and a press comes to nothing. */
  cancel(): void {
    this.#carried = undefined;
    this.#stroke = undefined;
    this.board.endStroke();
  }

  /** The keys have come to the map. */
  enter(): void {
    const { points } = this;
    if (!points) return;
    this.cross ??= placeAt(points.window, 0.5, 0.5);
  }

  /** Whether the key means something here. */
  key(event: Pick<KeyboardEvent, "key" | "shiftKey">): boolean {
    const { points } = this;
    if (!points) return false;
    this.enter();
    const cross = this.cross ?? placeAt(points.window, 0.5, 0.5);
    const moved = crossMoved(points.window, cross, event);
    const said = this.said;
    this.byKeys = true;
    if (moved) this.#moveCross(moved, points);
    else if (event.key === "Enter" || event.key === " ") this.#act(cross, points);
    else if (event.key === "Delete" || event.key === "Backspace") this.#removeAt(cross, points);
    else if (event.key === "Escape" && this.#carried) this.#putBack();
    else return false;
    if (this.said === said) this.byKeys = false;
    this.board.endStroke();
    return true;
  }

  #moveCross(place: Place, points: Points): void {
    this.cross = place;
    if (this.#carried) this.#carried = { ...this.#carried, place };
    const near = nearest(points, place, KEY_REACH);
    const there = this.#carried || near === undefined ? "" : `. Near: ${sayPoint(points, near)}`;
    this.said = `${sayPlace(points.window, place)}${there}`;
  }

  #act(cross: Place, points: Points): void {
    const near = nearest(points, cross, KEY_REACH);
    if (this.#carried) this.#drop();
    else if (this.#tool === "add") this.#add([cross]);
    else if (this.#tool === "delete") this.#removeAt(cross, points);
    else if (near === undefined) this.said = "No point is near the cross.";
    else if (this.#tool === "look") this.said = sayPoint(points, near);
    else this.#take(near);
  }

  #take(i: number): void {
    const { points } = this;
    const point = points?.numbers[i];
    if (!points || point === undefined) return;
    const place = { x: points.positions[2 * i] ?? 0, y: points.positions[2 * i + 1] ?? 0 };
    if (this.byKeys) this.cross = place;
    this.said = `Carrying ${sayPoint(points, i)}. Enter drops it, Escape puts it back.`;
    this.#carried = { point, place };
  }

  #drop(): void {
    const { points } = this;
    const carried = this.#carried;
    this.#carried = undefined;
    if (!points || !carried) return;
    this.board.put([{ do: "move", point: carried.point, ...carried.place }]);
    this.said = `Moved to ${sayPlace(points.window, carried.place)}.`;
  }

  #putBack(): void {
    this.#carried = undefined;
    this.said = "Put back.";
  }

  /** How many. */
  #add(places: readonly Place[]): number {
    const { points, target: label } = this;
    const [place] = places;
    if (!points || !place) return 0;
    this.board.put(places.map((it): PointEdit => ({ do: "add", ...it, label })));
    const what = points.classes > 0 ? points.classNames[label] : `value ${sayValue(label)}`;
    const where =
      places.length === 1
        ? `at ${sayPlace(points.window, place)}`
        : `in ${counted(places.length, "place")}`;
    this.said = `Added: ${what} ${where}.`;
    return places.length;
  }

  #removeAt(cross: Place, points: Points): void {
    const near = nearest(points, cross, KEY_REACH);
    if (near === undefined) this.said = "No point is near the cross.";
    else this.#remove([near]);
  }

  /** By positions in `points`. How many. */
  #remove(which: readonly number[]): number {
    const { points } = this;
    const [first] = which;
    if (!points || first === undefined) return 0;
    const numbers = new Set(which.flatMap((i) => points.numbers[i] ?? []));
    this.said =
      numbers.size === 1
        ? `Deleted: ${sayPoint(points, first)}.`
        : `Deleted: ${numbers.size} points.`;
    this.board.put([...numbers].map((point): PointEdit => ({ do: "remove", point })));
    return numbers.size;
  }
}
