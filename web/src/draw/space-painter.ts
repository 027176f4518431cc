// One layer's space as a picture: the plane's grid and the points where the layer carries them, and the
// probe's straight line, at any stage of the way from the layer below. It keeps where the picture looks.

import type { LayerFrame, Points } from "../protocol.ts";
import { type MarkGroup, markRadius } from "./marks.ts";
import type { Sheet } from "./painted.svelte.ts";
import { mixed, type Palette, rgb } from "./palette.ts";
import { drawHairs, drawStamps, fillArea, fillGround, type Raster, rasterOf } from "./raster.ts";
import {
  type Area,
  areasOf,
  type Line,
  type Picture,
  place,
  Room,
  type Scene,
  sceneAt,
  spread,
  stageAt,
} from "./space.ts";
import { stampOf } from "./stamps.ts";
import { eased, settled, type View, viewAround } from "./viewport.ts";

export interface SpaceScene {
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
const GRID = 0.45;
const TINT = 0.16;

export class SpacePainter {
  #aim: View | undefined;
  #view: View | undefined;
  #sheet:
    | {
        readonly context: CanvasRenderingContext2D;
        readonly image: ImageData;
        readonly raster: Raster;
      }
    | undefined;
  readonly #room = new Room();

  paint({ context, width, ratio, elapsed, again }: Sheet, what: SpaceScene): void {
    const { layer, position, palette, still } = what;
    const scene = sceneAt(layer.space.stages, position, this.#room);
    if (!scene) return;
    this.#aim = settled(this.#aim, viewAround(scene.points, scene.lines));
    this.#view = still ? this.#aim : eased(this.#view, this.#aim, elapsed);
    if (this.#view !== this.#aim) again();

    const size = Math.round(width * ratio);
    const sheet = this.#sheetOf(size);
    const { raster } = sheet;
    const picture: Picture = { view: this.#view, size };
    const probe = probeAt(what);
    fillGround(raster, rgb(palette.surface));
    const areas = probe.strength > 0 ? areasOf(picture.view, probe.lines) : [];
    tintAreas(raster, picture, areas, probe.strength, palette);
    const lines = this.#room.of("placed lines", scene.lines.length);
    place(picture, scene.lines, lines);
    drawHairs(raster, lines, scene.linePoints, rgb(palette.faint), GRID);
    this.#drawPoints(
      raster,
      picture,
      scene,
      what,
      markRadius(width, what.points.numbers.length) * ratio,
    );
    sheet.context.putImageData(sheet.image, 0, 0);
    context.drawImage(sheet.context.canvas, 0, 0, width, width);
    context.globalAlpha = probe.strength;
    drawBorders(context, { view: this.#view, size: width }, areas, palette);
    context.globalAlpha = 1;
  }

  /** Pixels that are used again. A canvas of their own: put into another they would heed no transform. */
  #sheetOf(size: number) {
    if (this.#sheet?.image.width === size) return this.#sheet;
    const canvas = document.createElement("canvas");
    canvas.width = size;
    canvas.height = size;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser draws no canvas.");
    const image = new ImageData(size, size);
    this.#sheet = { context, image, raster: rasterOf(image.data, size) };
    return this.#sheet;
  }

  #drawPoints(
    raster: Raster,
    picture: Picture,
    scene: Scene,
    { layer, below, points, groups, palette, position }: SpaceScene,
    radius: number,
  ): void {
    // Points that have just changed: the next frame has theirs.
    if (scene.points.length !== 2 * points.numbers.length) return;
    const places = this.#room.of("placed points", scene.points.length);
    place(picture, scene.points, places);
    const flat = flatness(layer, below, position);
    if (flat > 0) spread(places, points.numbers, SPREAD * flat * picture.size);
    for (const group of groups) {
      drawStamps(raster, stampOf(group, radius, palette), places, group.members);
    }
  }
}

interface Probe {
  readonly lines: readonly Line[];
  readonly strength: number;
}

/** A probe's line belongs to its own layer's space: it fades as one leaves it. */
function probeAt({ layer, below, position }: SpaceScene): Probe {
  const left = layer.space.stages.length - 1 - position;
  if (left < 1 || !below) return { lines: layer.space.lines, strength: Math.max(0, 1 - left) };
  return { lines: below.space.lines, strength: Math.max(0, 1 - position) };
}

function tintAreas(
  raster: Raster,
  picture: Picture,
  areas: readonly Area[],
  strength: number,
  palette: Palette,
): void {
  const ground = rgb(palette.surface);
  areas.forEach((area, label) => {
    const color = rgb(palette.marks[label] ?? palette.ink);
    fillArea(raster, placed(picture, area), mixed(ground, color, TINT * strength));
  });
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

function drawBorders(
  context: CanvasRenderingContext2D,
  picture: Picture,
  areas: readonly Area[],
  { ink, halo }: Palette,
): void {
  context.beginPath();
  for (const area of areas) {
    const places = placed(picture, area);
    for (let i = 0; i < places.length; i += 2) {
      if (i === 0) context.moveTo(places[0] ?? 0, places[1] ?? 0);
      else context.lineTo(places[i] ?? 0, places[i + 1] ?? 0);
    }
    if (places.length > 0) context.closePath();
  }
  context.lineWidth = 3.5;
  context.strokeStyle = halo;
  context.stroke();
  context.lineWidth = 1.6;
  context.strokeStyle = ink;
  context.stroke();
}

function placed(picture: Picture, area: Area): Float32Array {
  const places = Float32Array.from(area);
  place(picture, places, places);
  return places;
}
