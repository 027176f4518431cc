// The strip as a picture to keep: every layer's boundary, score, units and space, drawn by what draws the page.

import { fillField, rangeOf } from "../draw/field.ts";
import { groupMarks } from "../draw/marks.ts";
import { palettes } from "../draw/palette.ts";
import { drawContour, drawPoints } from "../draw/plane.ts";
import { SpacePainter } from "../draw/space-painter.ts";
import { TileImage } from "../draw/tile-image.ts";
import { TILE_GAP, type Tiling } from "../draw/tiles.ts";
import type { Frame, LayerFrame, Points } from "../protocol.ts";
import { titleOf } from "../strip/words.ts";
import type { ThemeName } from "../theme.svelte.ts";
import { metric, scoredOn } from "../words.ts";

const SIDE = 200;
const GAP = 28;
const MARGIN = 32;
const TILE = 36;
/** Twice as many pixels, for print and beamers. */
const SCALE = 2;

const papers = {
  light: { paper: "#fbfaf7", ink: "#1b1e24", quiet: "#666a72" },
  dark: { paper: "#101318", ink: "#eef0f3", quiet: "#98a0ab" },
} as const;

export interface PictureOptions {
  readonly theme: ThemeName;
  /** Whether to draw the red and the orange circle. */
  readonly circles: boolean;
}

/** The strip as a PNG. */
export async function stripPicture(
  frame: Frame,
  points: Points,
  { theme, circles }: PictureOptions,
): Promise<Blob> {
  const { layers } = frame;
  const palette = palettes[theme];
  const { paper, ink, quiet } = papers[theme];
  const tilings = layers.map(({ width }) => tilingOf(width));
  const tilesHeight = Math.max(...tilings.map((it) => it.down * (it.size + TILE_GAP)));
  const tops = { map: MARGIN + 28, score: MARGIN + 28 + SIDE + 30, units: 0, space: 0, end: 0 };
  tops.units = tops.score + 20;
  tops.space = tops.units + tilesHeight + 16;
  tops.end = tops.space + SIDE + 44;
  const width = 2 * MARGIN + layers.length * SIDE + (layers.length - 1) * GAP;
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = tops.end * SCALE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no canvas.");
  context.scale(SCALE, SCALE);
  context.fillStyle = paper;
  context.fillRect(0, 0, width, tops.end);

  const groups = groupMarks(points, palette);
  const text = (value: string, x: number, y: number, font: string, color: string) => {
    context.font = `${font} system-ui, sans-serif`;
    context.fillStyle = color;
    context.fillText(value, x, y);
  };
  const answer = (value: number) =>
    points.classes > 0 ? metric(value, false, 0) : `R² ${metric(value, true)}`;
  layers.forEach((layer, index) => {
    const x = MARGIN + index * (SIDE + GAP);
    const title = titleOf(index, layers.length);
    const kind = index === 0 ? "" : ` · ${layer.width} ${layer.activation ?? ""}`;
    text(`${title}${kind}`, x, MARGIN + 14, "600 14px", ink);
    within(context, x, tops.map, () => {
      drawMap(context, layer);
      drawContour(context, layer.contour, SIDE, palette);
      drawPoints(context, points, groups, SIDE, palette, circles);
    });
    const score = answer(layer.score);
    text(score, x, tops.score, "700 24px", ink);
    const tiles = new TileImage();
    tiles.update(layer, palette);
    tiles.draw(context, { x, y: tops.units, tiling: tilingOf(layer.width) });
    context.save();
    context.translate(x, tops.space);
    context.beginPath();
    context.rect(0, 0, SIDE, SIDE);
    context.clip();
    new SpacePainter().paint(
      { context, width: SIDE, height: SIDE, ratio: SCALE, elapsed: 0, again() {} },
      {
        layer,
        below: layers[index - 1],
        points,
        groups,
        palette,
        position: layer.space.stages.length - 1,
        still: true,
      },
    );
    context.restore();
    context.strokeStyle = quiet;
    context.globalAlpha = 0.4;
    context.strokeRect(x + 0.5, tops.space + 0.5, SIDE - 1, SIDE - 1);
    context.globalAlpha = 1;
  });
  const tested = answer(frame.test.metric);
  const line = `Layerwise · epoch ${frame.epoch}, step ${frame.step} · the network itself: ${tested} ${scoredOn(points)}`;
  text(line, MARGIN, tops.end - 16, "400 12px", quiet);

  function drawMap(target: CanvasRenderingContext2D, layer: LayerFrame): void {
    const { boundary: values, outputs, resolution } = layer;
    const image = new ImageData(resolution, resolution);
    const pixels = new Uint32Array(image.data.buffer);
    fillField(pixels, { values, outputs, resolution }, rangeOf(points), palette);
    const small = document.createElement("canvas");
    small.width = resolution;
    small.height = resolution;
    small.getContext("2d")?.putImageData(image, 0, 0);
    target.imageSmoothingQuality = "high";
    target.drawImage(small, 0, 0, SIDE, SIDE);
  }

  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error("The picture could not be made.")),
    ),
  );
}

/** Side by side, as many as fit under the map. */
function tilingOf(units: number): Tiling {
  const across = Math.floor((SIDE + TILE_GAP) / (TILE + TILE_GAP));
  return { units, size: TILE, across: Math.min(units, across), down: Math.ceil(units / across) };
}

function within(context: CanvasRenderingContext2D, x: number, y: number, draw: () => void): void {
  context.save();
  context.translate(x, y);
  context.beginPath();
  context.rect(0, 0, SIDE, SIDE);
  context.clip();
  draw();
  context.restore();
}
