// Paints the network: every unit's map as a tile, and the weights between them as lines, on one canvas.
// It keeps what it can use again: each layer's tiles as one image, and which lines were drawn.

import type { LayerFrame } from "../protocol.ts";
import {
  chooseLinks,
  endX,
  endY,
  type Gap,
  isNegative,
  LINK_STYLES,
  type LinkAddress,
  type Links,
  linkOpacity,
  linkStyle,
  linkWidth,
  makeLinks,
  mostLinks,
  nearestLink,
  sourceOf,
  startX,
  startY,
  targetOf,
  traceLink,
} from "./links.ts";
import type { Sheet } from "./painted.svelte.ts";
import type { Palette } from "./palette.ts";
import { TileImage } from "./tile-image.ts";
import type { Block, UnitAddress } from "./tiles.ts";

/** A unit with all its lines, or a single line. */
export type Highlight = UnitAddress | LinkAddress;

export interface UnitsPicture {
  readonly layers: readonly LayerFrame[];
  /** One for each layer. */
  readonly blocks: readonly Block[];
  readonly highlight: Highlight | undefined;
  readonly palette: Palette;
  /** Numbers as they are written at lines. */
  readonly write: (weight: number) => string;
}

interface Drawn {
  readonly layer: number;
  readonly gap: Gap;
  readonly links: Links;
}

/** Of lines that are not meant while another one is. */
const DIMMED = 0.2;
/** How near the pointer has to come to a line. */
const REACH = 6;

export class UnitsPainter {
  readonly #images: TileImage[] = [];
  readonly #links: Links[] = [];
  #drawn: readonly Drawn[] = [];

  paint({ context }: Pick<Sheet, "context">, picture: UnitsPicture): void {
    const { layers, blocks, highlight, palette } = picture;
    this.#drawn = this.#choose(layers, blocks);
    drawLines(context, this.#drawn, palette, highlight === undefined ? 1 : DIMMED);
    if (highlight) drawHighlight(context, this.#drawn, highlight, palette);
    for (const [i, layer] of layers.entries()) {
      const block = blocks[i];
      if (!block) continue;
      const image = this.#images[i] ?? new TileImage();
      this.#images[i] = image;
      image.update(layer, palette);
      image.draw(context, block);
    }
    if (highlight) drawNumbers(context, this.#drawn, picture, highlight);
  }

  /** The line at a place of the canvas. */
  linkAt(x: number, y: number): LinkAddress | undefined {
    for (const { layer, gap, links } of this.#drawn) {
      const position = nearestLink(gap, links, { x, y, reach: REACH });
      if (position === undefined) continue;
      return { layer, source: sourceOf(gap, position), target: targetOf(gap, position) };
    }
    return undefined;
  }

  #choose(layers: readonly LayerFrame[], blocks: readonly Block[]): readonly Drawn[] {
    const drawn: Drawn[] = [];
    for (let layer = 1; layer < layers.length; layer++) {
      const [from, to, weight] = [blocks[layer - 1], blocks[layer], layers[layer]?.weight];
      if (!from || !to || !weight) continue;
      const links = this.#links[layer] ?? makeLinks();
      this.#links[layer] = links;
      chooseLinks(weight, mostLinks(layers.length - 1), links);
      drawn.push({ layer, gap: { from, to, weight }, links });
    }
    return drawn;
  }
}

/** Style by style, each line a path of its own: where many cross, one path for all of them costs far more. */
function drawLines(
  context: CanvasRenderingContext2D,
  drawn: readonly Drawn[],
  palette: Palette,
  opacity: number,
): void {
  for (let style = 0; style < LINK_STYLES; style++) {
    let isSet = false;
    for (const { gap, links } of drawn) {
      for (let i = 0; i < links.count; i++) {
        if (links.styles[i] !== style) continue;
        if (!isSet) {
          isSet = true;
          setStyle(context, style, palette);
          context.globalAlpha = linkOpacity(style) * opacity;
        }
        context.beginPath();
        traceLink(context, gap, links.positions[i] ?? 0);
        context.stroke();
      }
    }
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function setStyle(context: CanvasRenderingContext2D, style: number, palette: Palette): void {
  const negative = isNegative(style);
  const width = linkWidth(style);
  context.strokeStyle = lineColor(palette, negative);
  context.lineWidth = width;
  context.setLineDash(negative ? [4 + 1.2 * width, 3 + 0.6 * width] : []);
}

/** As in the maps: below 0 blue, above 0 orange. */
function lineColor({ marks, ink }: Palette, negative: boolean): string {
  return marks[negative ? 0 : 1] ?? ink;
}

/** The lines of a gap that are meant: also those that are too weak to be drawn otherwise. */
function meant({ layer, gap }: Drawn, highlight: Highlight): readonly number[] {
  const [sources, targets] = [gap.from.tiling.units, gap.to.tiling.units];
  if ("source" in highlight) {
    return highlight.layer === layer ? [highlight.source * targets + highlight.target] : [];
  }
  const { unit } = highlight;
  if (highlight.layer === layer) {
    return Array.from({ length: sources }, (_, i) => i * targets + unit);
  }
  if (highlight.layer === layer - 1) {
    return Array.from({ length: targets }, (_, i) => unit * targets + i);
  }
  return [];
}

function drawHighlight(
  context: CanvasRenderingContext2D,
  drawn: readonly Drawn[],
  highlight: Highlight,
  palette: Palette,
): void {
  for (const it of drawn) {
    for (const position of meant(it, highlight)) {
      const style = linkStyle(it.gap.weight[position] ?? 0);
      context.beginPath();
      traceLink(context, it.gap, position);
      context.setLineDash([]);
      context.strokeStyle = palette.halo;
      context.lineWidth = linkWidth(style) + 3;
      context.stroke();
      setStyle(context, style, palette);
      context.lineWidth = linkWidth(style) + 0.6;
      context.stroke();
    }
  }
  context.setLineDash([]);
}

/** The weights at the far ends of a unit's lines, where tiles leave room; of a single line in its middle. */
function drawNumbers(
  context: CanvasRenderingContext2D,
  drawn: readonly Drawn[],
  { palette, write }: UnitsPicture,
  highlight: Highlight,
): void {
  context.font = `600 12px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const it of drawn) {
    const { gap } = it;
    for (const position of meant(it, highlight)) {
      const text = write(gap.weight[position] ?? Number.NaN);
      const [source, target] = [sourceOf(gap, position), targetOf(gap, position)];
      const [x0, y0] = [startX(gap, source), startY(gap, source)];
      const [x1, y1] = [endX(gap, target), endY(gap, target)];
      if ("source" in highlight) number(text, (x0 + x1) / 2, (y0 + y1) / 2, "center");
      else if (highlight.layer !== it.layer && gap.to.tiling.across === 1) {
        number(text, x1 - 8, y1, "right");
      } else if (highlight.layer === it.layer && gap.from.tiling.across === 1) {
        number(text, x0 + 8, y0, "left");
      }
    }
  }

  function number(text: string, x: number, y: number, align: CanvasTextAlign): void {
    context.textAlign = align;
    context.strokeStyle = palette.halo;
    context.lineWidth = 4;
    context.strokeText(text, x, y);
    context.fillStyle = palette.ink;
    context.fillText(text, x, y);
  }
}
