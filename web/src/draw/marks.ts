// Points as marks: each class has a shape and a color; what trains is filled, what tests is hollow.

import type { Points } from "../protocol.ts";
import { type Range, rangeOf } from "./field.ts";
import { colorAt, type Palette } from "./palette.ts";

/** Shapes by class number. */
export const shapes = ["circle", "square", "triangle", "diamond", "cross", "plus"] as const;
export type Shape = (typeof shapes)[number];

/** Corners as x, y pairs, y down, for a radius of 1; about as large as a circle of that radius. */
const corners: Readonly<Record<Exclude<Shape, "circle">, readonly number[]>> = {
  square: [-0.88, -0.88, 0.88, -0.88, 0.88, 0.88, -0.88, 0.88],
  triangle: [0, -1.25, 1.15, 0.8, -1.15, 0.8],
  diamond: [0, -1.3, 1.15, 0, 0, 1.3, -1.15, 0],
  cross: turned(arms(1.35, 0.42)),
  plus: arms(1.35, 0.42),
};

/** Two bars across each other. */
function arms(length: number, half: number): readonly number[] {
  const [l, h] = [length, half];
  return [-h, -l, h, -l, h, -h, l, -h, l, h, h, h, h, l, -h, l, -h, h, -l, h, -l, -h, -h, -h];
}

/** By an eighth of a turn. */
function turned(points: readonly number[]): readonly number[] {
  const at = (i: number) => points[i] ?? 0;
  return points.map((_, i) =>
    i % 2 === 0 ? (at(i) - at(i + 1)) * Math.SQRT1_2 : (at(i - 1) + at(i)) * Math.SQRT1_2,
  );
}

export function shapeOf(label: number): Shape {
  return shapes[label % shapes.length] ?? "circle";
}

/** What is needed of a canvas, or of a Path2D, to trace a mark. */
export type Tracer = Pick<CanvasPath, "moveTo" | "lineTo" | "arc" | "closePath">;

/** Adds a mark to the path at hand. */
export function traceMark(path: Tracer, shape: Shape, x: number, y: number, radius: number): void {
  if (shape === "circle") {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const points = corners[shape];
  for (let i = 0; i < points.length; i += 2) {
    const u = x + (points[i] ?? 0) * radius;
    const v = y + (points[i + 1] ?? 0) * radius;
    if (i === 0) path.moveTo(u, v);
    else path.lineTo(u, v);
  }
  path.closePath();
}

/** The same mark around 0, 0 as the path of an SVG. */
export function markPath(shape: Shape, radius: number): string {
  if (shape === "circle") {
    return `M${radius} 0A${radius} ${radius} 0 1 1 ${-radius} 0A${radius} ${radius} 0 1 1 ${radius} 0z`;
  }
  const pairs = corners[shape].map((it) => (it * radius).toFixed(2)).join(" ");
  return `M${pairs}z`;
}

/** Points that look alike: they are drawn by one path. */
export interface MarkGroup {
  readonly shape: Shape;
  readonly color: string;
  /** What sets the mark off from what is behind it. */
  readonly seam: string;
  readonly held: boolean;
  /** Which of the points. */
  readonly members: Uint32Array;
}

/** Tones that marks of quantities are divided into. */
const TONES = 12;

/** The points by look: few groups, made once for a set of points. */
export function groupMarks(points: Points, palette: Palette): readonly MarkGroup[] {
  const { classes, targets, held } = points;
  const range = rangeOf(points);
  const groups = new Map<string, { look: Omit<MarkGroup, "members">; members: number[] }>();
  targets.forEach((target, i) => {
    const tone = classes > 0 ? target : toneOf(target, range);
    const look = {
      shape: classes > 0 ? shapeOf(target) : ("circle" as const),
      color:
        classes > 0 ? (palette.marks[target] ?? palette.ink) : colorAt(palette, tone / (TONES - 1)),
      // Quantities have pale tones too.
      seam: classes > 0 ? palette.halo : palette.faint,
      held: held[i] === 1,
    };
    const key = `${tone} ${look.held}`;
    const group = groups.get(key);
    if (group) group.members.push(i);
    else groups.set(key, { look, members: [i] });
  });
  return [...groups.values()].map(({ look, members }) => ({
    ...look,
    members: Uint32Array.from(members),
  }));
}

function toneOf(value: number, { low, high }: Range): number {
  return Math.min(TONES - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * TONES)));
}

/** As large as the picture and the number of points allow. */
export function markRadius(size: number, count: number): number {
  const crowd = Math.min(1, Math.sqrt(400 / Math.max(1, count)));
  return Math.max(1.5, Math.min(5, (size / 75) * crowd));
}

/** Draws marks at `places` [n × 2], in pixels: of each group first what sets it off, then itself. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  groups: readonly MarkGroup[],
  places: Float32Array,
  radius: number,
  { halo }: Palette,
): void {
  const line = Math.max(1, radius / 2.2);
  for (const { shape, color, seam, held, members } of groups) {
    context.beginPath();
    for (const i of members) {
      traceMark(context, shape, places[2 * i] ?? 0, places[2 * i + 1] ?? 0, radius);
    }
    context.lineWidth = held ? line + 1 : line;
    context.strokeStyle = seam;
    context.stroke();
    context.fillStyle = held ? halo : color;
    context.fill();
    if (!held) continue;
    context.lineWidth = line;
    context.strokeStyle = color;
    context.stroke();
  }
}
