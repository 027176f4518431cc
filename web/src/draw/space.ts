// A layer's space as places in a picture: between two stages of the way there, straight lines cut to it,
// and how points that share one number are spread so that they can be seen. Pure; typed arrays used again.

import type { Stage } from "../protocol.ts";
import type { View } from "./viewport.ts";

/** A stage, or what lies between two. */
export interface Scene {
  readonly points: Float32Array;
  readonly lines: Float32Array;
  readonly linePoints: number;
}

/** The whole number below a morph position, and how far beyond it one is. */
export function stageAt(position: number, count: number): { index: number; share: number } {
  const at = Math.min(Math.max(position, 0), count - 1);
  const index = Math.min(Math.floor(at), Math.max(0, count - 2));
  return { index, share: at - index };
}

/** What a morph position shows: the stage itself, or into `room` the way between two. */
export function sceneAt(stages: readonly Stage[], position: number, room: Room): Scene | undefined {
  const { index, share } = stageAt(position, stages.length);
  const [from, to] = [stages[index], stages[index + 1]];
  if (!from || !to || share === 0) return from;
  if (share === 1) return to;
  return {
    points: between(from.points, to.points, share, room.of("points", from.points.length)),
    lines: between(from.lines, to.lines, share, room.of("lines", from.lines.length)),
    linePoints: to.linePoints,
  };
}

function between(from: Float32Array, to: Float32Array, share: number, out: Float32Array) {
  for (let i = 0; i < out.length; i++) {
    const start = from[i] ?? 0;
    out[i] = start + ((to[i] ?? 0) - start) * share;
  }
  return out;
}

/** Arrays that are used again from frame to frame, by name. */
export class Room {
  readonly #arrays = new Map<string, Float32Array>();

  of(name: string, length: number): Float32Array {
    const kept = this.#arrays.get(name);
    if (kept?.length === length) return kept;
    const made = new Float32Array(length);
    this.#arrays.set(name, made);
    return made;
  }
}

/** A square picture of a view. */
export interface Picture {
  readonly view: View;
  readonly size: number;
}

/** From a space to pixels, y up to y down. */
export function place({ view, size }: Picture, pairs: Float32Array, out: Float32Array): void {
  const { x, y } = view;
  const across = size / (2 * x.half);
  const up = size / (2 * y.half);
  for (let i = 0; i < pairs.length; i += 2) {
    out[i] = ((pairs[i] ?? 0) - x.middle + x.half) * across;
    out[i + 1] = (y.middle + y.half - (pairs[i + 1] ?? 0)) * up;
  }
}

/** Moves placed points up and down, each by a fixed part of `height` that follows from its number. */
export function spread(places: Float32Array, numbers: Uint32Array, height: number): void {
  for (let i = 0; i < numbers.length; i++) {
    places[2 * i + 1] = (places[2 * i + 1] ?? 0) + (scattered(numbers[i] ?? 0) - 0.5) * height;
  }
}

/** A number from 0 to 1 that looks random, always the same for the same `number`. */
export function scattered(number: number): number {
  let it = Math.imul(number + 1, 0x9e3779b1);
  it = Math.imul(it ^ (it >>> 15), 0x85ebca6b);
  it = Math.imul(it ^ (it >>> 13), 0xc2b2ae35);
  return ((it ^ (it >>> 16)) >>> 0) / 2 ** 32;
}

/** a·x + b·y + c = 0 */
export type Line = readonly [a: number, b: number, c: number];

/** Corners of an area without dents, as x, y pairs. */
export type Area = readonly number[];

/**
 * What of a view belongs to each class, from the probe's lines: of one line the side above 0 is class 1; of
 * more there is one for each pair of classes, (0, 1), (0, 2), …, above 0 where the first has more.
 */
export function areasOf(view: View, lines: readonly Line[]): readonly Area[] {
  const whole = surroundings(view);
  const [only] = lines;
  if (!only) return [];
  if (lines.length === 1) return [cut(whole, reversed(only)), cut(whole, only)];
  const classes = (1 + Math.sqrt(1 + 8 * lines.length)) / 2;
  const pair = (i: number, j: number) => (i * (2 * classes - i - 1)) / 2 + (j - i - 1);
  return Array.from({ length: classes }, (_, own) => {
    let area: Area = whole;
    for (let other = 0; other < classes; other++) {
      const line = lines[pair(Math.min(own, other), Math.max(own, other))];
      if (other !== own && line) area = cut(area, own < other ? line : reversed(line));
    }
    return area;
  });
}

/** A little more than the view, so that only the borders between areas are to be seen. */
function surroundings({ x, y }: View): Area {
  const [left, right] = [x.middle - 1.1 * x.half, x.middle + 1.1 * x.half];
  const [bottom, top] = [y.middle - 1.1 * y.half, y.middle + 1.1 * y.half];
  return [left, bottom, right, bottom, right, top, left, top];
}

function reversed([a, b, c]: Line): Line {
  return [-a, -b, -c];
}

/** What of an area lies where the line is above 0. */
function cut(area: Area, [a, b, c]: Line): Area {
  const left: number[] = [];
  for (let i = 0; i < area.length; i += 2) {
    const [x, y] = [area[i] ?? 0, area[i + 1] ?? 0];
    const [u, v] = [area[(i + 2) % area.length] ?? 0, area[(i + 3) % area.length] ?? 0];
    const here = a * x + b * y + c;
    const there = a * u + b * v + c;
    if (here > 0) left.push(x, y);
    if (here > 0 === there > 0) continue;
    const share = here / (here - there);
    left.push(x + (u - x) * share, y + (v - y) * share);
  }
  return left;
}
