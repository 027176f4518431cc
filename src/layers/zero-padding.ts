// Zeros around sequences and images.

import { checkOptions } from "../options.ts";
import { type EdgesOption, type Ends, edgesOf, endsOf } from "./edges.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitMove } from "./moved.ts";
import { imageSize } from "./pooling.ts";

/** Options of {@link zeroPadding1d}. */
export interface ZeroPadding1dOptions {
  /** Steps before and behind: one number for both, or [before, behind]. Default: 1. */
  readonly padding?: number | Ends;
  readonly name?: string;
}

/** Options of {@link zeroPadding2d}. */
export interface ZeroPadding2dOptions {
  /** Pixels: a number, [above and below, left and right], or [[above, below], [left, right]]. Default: 1. */
  readonly padding?: EdgesOption;
  readonly name?: string;
}

/**
 * Puts steps of zeros before and behind a sequence: [steps, channels] becomes
 * [before + steps + behind, channels]. Masks end here.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function zeroPadding1d(options: ZeroPadding1dOptions = {}): Layer {
  checkOptions("zeroPadding1d", options, ["padding", "name"]);
  const padding = endsOf("zeroPadding1d", "padding", options.padding ?? 1);
  return padded("zeroPadding1d", 1, [[0, 0], padding], { name: options.name, padding });
}

/**
 * Puts pixels of zeros around an image: [height, width, channels] becomes
 * [above + height + below, left + width + right, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function zeroPadding2d(options: ZeroPadding2dOptions = {}): Layer {
  checkOptions("zeroPadding2d", options, ["padding", "name"]);
  const padding = edgesOf("zeroPadding2d", "padding", options.padding ?? 1);
  return padded("zeroPadding2d", 2, padding, { name: options.name, padding });
}

function padded(
  type: string,
  dimensions: 1 | 2,
  [[above, below], [left, right]]: readonly [Ends, Ends],
  { name, padding }: { readonly name: string | undefined; readonly padding: unknown },
): Layer {
  return defineLayer({
    type,
    name,
    config: { padding },
    build(where, inputShape) {
      const [height, width] = imageSize(where, inputShape, dimensions);
      const size = [above + height + below, left + width + right].slice(-dimensions);
      return { outputShape: [...size, inputShape.at(-1) as number], parameters: [] };
    },
    emit(context) {
      const { x } = context;
      const [height, width] = imageSize(context.name, x.shape, dimensions);
      const channels = x.shape.at(-1) as number;
      const [line, longer] = [width * channels, (left + width + right) * channels];
      const toStart = above * longer + left * channels;
      const block = { size: [height, line], from: [line, 1], to: [longer, 1], toStart };
      const cols = (above + height + below) * longer;
      return emitMove(context, { blocks: [block], gaps: true }, cols);
    },
  });
}
