// One layer's space as a picture: the plane's grid and the points where the layer carries them, and the
// probe's straight line, at any stage of the way from the layer below. It keeps where the picture looks.

import type { LayerFrame, Points } from "../protocol.ts";
import { drawMarks, type MarkGroup, markRadius } from "./marks.ts";
import type { Sheet } from "./painted.svelte.ts";
import type { Palette } from "./palette.ts";
import { halfOf, type Line, place, Room, type Scene, sceneAt, spread, stageAt } from "./space.ts";
import { eased, settled, type View, viewAround } from "./viewport.ts";

export interface SpacePicture {
  readonly layer: LayerFrame;
  readonly below: LayerFrame | undefined;
  readonly points: Points;
  readonly groups: readonly MarkGroup[];
  readonly palette: Palette;
  /** From 0, the layer below, to the last of the layer's stages. */
  readonly position: number;
  /** Whether the picture follows at once. */
  readonly still: boolean;
}

/** How much of the picture points are spread over that share one number. */
const SPREAD = 0.7;

export class SpacePainter {
  #aim: View | undefined;
  #view: View | undefined;
  readonly #room = new Room();

  paint({ context, width: size, elapsed, again }: Sheet, picture: SpacePicture): void {
    const { layer, below, position, palette, still } = picture;
    const { stages } = layer.space;
    const scene = sceneAt(stages, position, this.#room);
    if (!scene) return;
    this.#aim = settled(this.#aim, viewAround(scene.points, scene.lines));
    this.#view = still ? this.#aim : eased(this.#view, this.#aim, elapsed);
    if (this.#view !== this.#aim) again();
    const view = this.#view;

    // A probe's line belongs to its own layer's space: it fades as one leaves it.
    const left = stages.length - 1 - position;
    const own = { lines: layer.space.lines, strength: Math.max(0, 1 - left) };
    const others = { lines: below?.space.lines ?? [], strength: Math.max(0, 1 - position) };
    const shown = own.strength > 0 || !below ? own : others;
    if (shown.lines.length === 1) tint(context, size, view, shown, picture);
    this.#drawGrid(context, size, view, scene, palette);
    this.#drawPoints(context, size, view, scene, picture);
    for (const line of shown.lines) drawLine(context, size, view, line, shown.strength, palette);
  }

  #drawGrid(
    context: CanvasRenderingContext2D,
    size: number,
    view: View,
    { lines, linePoints }: Scene,
    { faint }: Palette,
  ): void {
    const places = this.#room.of("placed lines", lines.length);
    place({ view, size }, lines, places);
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      const [x, y] = [places[i] ?? 0, places[i + 1] ?? 0];
      if (i % (2 * linePoints) === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.globalAlpha = 0.4;
    context.lineWidth = 1;
    context.lineJoin = "bevel";
    context.strokeStyle = faint;
    context.stroke();
    context.globalAlpha = 1;
  }

  #drawPoints(
    context: CanvasRenderingContext2D,
    size: number,
    view: View,
    scene: Scene,
    { layer, below, points, groups, palette, position }: SpacePicture,
  ): void {
    // Points that have just changed: the next frame has theirs.
    if (scene.points.length !== 2 * points.numbers.length) return;
    const places = this.#room.of("placed points", scene.points.length);
    place({ view, size }, scene.points, places);
    const flat = flatness(layer, below, position);
    if (flat > 0) spread(places, points.numbers, SPREAD * flat * size);
    drawMarks(context, groups, places, markRadius(size, points.numbers.length), palette);
  }
}

/** How far a scene has only one number to each point: 1 on all stages of a layer of one unit. */
function flatness(layer: LayerFrame, below: LayerFrame | undefined, position: number): number {
  const { index, share } = stageAt(position, layer.space.stages.length);
  const of = (stage: number) => {
    const owner = stage === 0 && layer.space.stages.length > 1 ? below : layer;
    return owner?.width === 1 ? 1 : 0;
  };
  return of(index) * (1 - share) + (share > 0 ? of(index + 1) * share : 0);
}

interface Shown {
  readonly lines: readonly Line[];
  readonly strength: number;
}

/** Both sides of one line in the colors of its two classes. */
function tint(
  context: CanvasRenderingContext2D,
  size: number,
  view: View,
  { lines, strength }: Shown,
  { palette }: SpacePicture,
): void {
  const [line] = lines;
  if (!line) return;
  const sides = [line.map((it) => -it), line] as unknown as readonly [Line, Line];
  sides.forEach((side, label) => {
    const { corners } = halfOf(view, side);
    if (corners.length === 0) return;
    tracePairs(context, size, view, corners);
    context.globalAlpha = 0.16 * strength;
    context.fillStyle = palette.marks[label] ?? palette.ink;
    context.fill();
  });
  context.globalAlpha = 1;
}

function drawLine(
  context: CanvasRenderingContext2D,
  size: number,
  view: View,
  line: Line,
  strength: number,
  { ink, halo }: Palette,
): void {
  const { edge } = halfOf(view, line);
  if (edge.length === 0) return;
  tracePairs(context, size, view, edge);
  context.globalAlpha = strength;
  context.lineWidth = 3.5;
  context.strokeStyle = halo;
  context.stroke();
  context.lineWidth = 1.6;
  context.strokeStyle = ink;
  context.stroke();
  context.globalAlpha = 1;
}

function tracePairs(
  context: CanvasRenderingContext2D,
  size: number,
  view: View,
  pairs: readonly number[],
): void {
  const places = Float32Array.from(pairs);
  place({ view, size }, places, places);
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) context.lineTo(places[i] ?? 0, places[i + 1] ?? 0);
}
