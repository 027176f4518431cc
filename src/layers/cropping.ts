// Edges of sequences and images taken away.

import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { formatShape } from "../shape.ts";
import { type EdgesOption, type Ends, edgesOf, endsOf } from "./edges.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitMove } from "./moved.ts";
import { imageSize } from "./pooling.ts";

/** Options of {@link cropping1d}. */
export interface Cropping1dOptions {
  /** Steps at the start and at the end: one number for both, or [start, end]. Default: 1. */
  readonly cropping?: number | Ends;
  readonly name?: string;
}

/** Options of {@link cropping2d}. */
export interface Cropping2dOptions {
  /** Pixels: a number, [above and below, left and right], or [[above, below], [left, right]]. Default: 0. */
  readonly cropping?: EdgesOption;
  readonly name?: string;
}

/**
 * Takes steps away at both ends of a sequence: [steps, channels] becomes [steps − start − end, channels].
 * Masks end here.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function cropping1d(options: Cropping1dOptions = {}): Layer {
  checkOptions("cropping1d", options, ["cropping", "name"]);
  const cropping = endsOf("cropping1d", "cropping", options.cropping ?? 1);
  return cropped("cropping1d", 1, [[0, 0], cropping], { name: options.name, cropping });
}

/**
 * Takes pixels away at the edges of an image: [height, width, channels] becomes
 * [height − above − below, width − left − right, channels].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function cropping2d(options: Cropping2dOptions = {}): Layer {
  checkOptions("cropping2d", options, ["cropping", "name"]);
  const cropping = edgesOf("cropping2d", "cropping", options.cropping ?? 0);
  return cropped("cropping2d", 2, cropping, { name: options.name, cropping });
}

function cropped(
  type: string,
  dimensions: 1 | 2,
  [[above, below], [left, right]]: readonly [Ends, Ends],
  { name, cropping }: { readonly name: string | undefined; readonly cropping: unknown },
): Layer {
  const sizeOf = (where: string, inputShape: readonly number[]) => {
    const [height, width] = imageSize(where, inputShape, dimensions);
    const size = [height - above - below, width - left - right] as const;
    if (size[0] < 1 || size[1] < 1) {
      const least = [above + below + 1, left + right + 1].slice(-dimensions);
      throw fail("shapeMismatch", {
        where,
        expected: `an input of at least ${formatShape(least)}, so that something is left`,
        got: formatShape(inputShape),
        remedy: "Crop less.",
      });
    }
    return { size, width };
  };
  return defineLayer({
    type,
    name,
    config: { cropping },
    build(where, inputShape) {
      const { size } = sizeOf(where, inputShape);
      const channels = inputShape.at(-1) as number;
      return { outputShape: [...size.slice(-dimensions), channels], parameters: [] };
    },
    emit(context) {
      const { shape } = context.x;
      const { size, width } = sizeOf(context.name, shape);
      const channels = shape.at(-1) as number;
      const [line, shorter] = [width * channels, size[1] * channels];
      const fromStart = above * line + left * channels;
      const block = { size: [size[0], shorter], from: [line, 1], to: [shorter, 1], fromStart };
      return emitMove(context, { blocks: [block], uneven: true }, size[0] * shorter);
    },
  });
}
