// One layer's unit maps, one below the other in an image that is used again, and drawn from there as tiles.

import type { LayerFrame } from "../protocol.ts";
import { fillField } from "./field.ts";
import type { Palette } from "./palette.ts";
import { type Block, tileX, tileY } from "./tiles.ts";
import { rangeOfUnit } from "./unit-range.ts";

export class TileImage {
  readonly #canvas = document.createElement("canvas");
  #image: ImageData | undefined;
  #units: Float32Array | undefined;
  #palette: Palette | undefined;
  #side = 0;

  /** Fills the image anew if the maps or the theme changed. */
  update({ units, width, resolution, activation }: LayerFrame, palette: Palette): void {
    if (this.#units === units && this.#palette === palette) return;
    this.#units = units;
    this.#palette = palette;
    this.#side = resolution;
    const image = this.#sized(resolution, resolution * width);
    const cells = resolution * resolution;
    const pixels = new Uint32Array(image.data.buffer);
    for (let unit = 0; unit < width; unit++) {
      const values = units.subarray(unit * cells, (unit + 1) * cells);
      const out = pixels.subarray(unit * cells, (unit + 1) * cells);
      fillField(out, { values, outputs: 1, resolution }, rangeOfUnit(activation, values), palette);
    }
    this.#canvas.getContext("2d")?.putImageData(image, 0, 0);
  }

  draw(context: CanvasRenderingContext2D, block: Block): void {
    const [side, size] = [this.#side, block.tiling.size];
    for (let unit = 0; unit < block.tiling.units; unit++) {
      const [x, y] = [tileX(block, unit), tileY(block, unit)];
      context.drawImage(this.#canvas, 0, unit * side, side, side, x, y, size, size);
    }
  }

  #sized(width: number, height: number): ImageData {
    if (this.#image?.width === width && this.#image.height === height) return this.#image;
    this.#image = new ImageData(width, height);
    this.#canvas.width = width;
    this.#canvas.height = height;
    return this.#image;
  }
}
