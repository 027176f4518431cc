// Which part of the input a place of a layer's output depends on: worked out from the windows of the layers
// between. What is not known to look at a part only looks at all.

import { type Padding, type Pair, sizeBefore, zerosBefore } from "../layers/windows.ts";
import type { NetworkPart } from "../model/emit.ts";
import type { PlacedNode } from "../model/network.ts";

/** Places along one axis: from the first up to, not including, the last number. May reach over the edges. */
export type Span = readonly [from: number, to: number];

/** Layers that do nothing where nobody trains. */
const IDLE = /^random|noise|dropout/i;

/** Layers that see, at each place of an output, the same place of their inputs. */
const POINTWISE: ReadonlySet<string> = new Set([
  "activation",
  "activityRegularization",
  "add",
  "average",
  "batchNormalization",
  "concatenate",
  "dense",
  "embedding",
  "layerNormalization",
  "masking",
  "maximum",
  "minimum",
  "multiply",
  "positionEmbedding",
  "prelu",
  "rescaling",
  "rmsNormalization",
  "sinePositionEncoding",
  "sparsity",
  "subtract",
  "timeDistributed",
]);

/**
 * What a place of the part's output sees of the model's input, axis by axis but for the channels. Undefined: all
 * of it, or of several inputs.
 */
export function receptiveField(
  { graph, nodes }: Pick<NetworkPart, "graph" | "nodes">,
  position: readonly number[],
): readonly Span[] | undefined {
  const { inputShapes } = graph;
  if (inputShapes.length !== 1) return undefined;
  const spans = new Map<number, readonly Span[] | "all">();
  const shapeOf = (value: number) =>
    inputShapes[value] ?? nodes.find((it) => it.first === value)?.outputShape ?? [];
  spans.set(
    nodes.at(-1)?.first ?? 0,
    position.map((it): Span => [it, it + 1]),
  );
  for (const node of [...nodes].reverse()) {
    const own = spans.get(node.first);
    if (own === undefined) continue;
    for (const below of node.inputs) {
      const seen = own === "all" ? "all" : seenBelow(node, shapeOf(below), own);
      const before = spans.get(below);
      spans.set(below, before === undefined ? seen : both(before, seen));
    }
  }
  const field = spans.get(0);
  return field === "all" ? undefined : field;
}

/** What contains both. */
function both(a: readonly Span[] | "all", b: readonly Span[] | "all"): readonly Span[] | "all" {
  if (a === "all" || b === "all" || a.length !== b.length) return "all";
  return a.map(([from, to], axis): Span => {
    const [first, end] = b[axis] ?? [from, to];
    return [Math.min(from, first), Math.max(to, end)];
  });
}

/** What a layer sees of an input of that shape, at places of its output. */
function seenBelow(
  { placed: { layer }, outputShape }: PlacedNode,
  shape: readonly number[],
  spans: readonly Span[],
): readonly Span[] | "all" {
  const { type, config } = layer;
  const sizes = shape.slice(0, spans.length);
  if (POINTWISE.has(type) || IDLE.test(type)) {
    // Of a single row of numbers the places are channels: a dense layer sees them all.
    const alike = spans.length > 0 && sizes.every((size, axis) => size === outputShape[axis]);
    return alike && sizes.length === spans.length ? spans : "all";
  }
  const along = (axis: (span: Span, size: number, axis: number) => Span) =>
    spans.map((span, i) => axis(span, sizes[i] ?? 1, i));
  /** An option that is one number for a sequence, and a pair or one for both for an image. */
  const option = (name: string, axis: number, otherwise = 1): number => {
    const it = config[name];
    return Number(Array.isArray(it) ? it[axis] : (it ?? otherwise));
  };
  const window = (axis: number, kernel: string) => ({
    kernel: option(kernel, axis),
    stride: option("strides", axis),
    dilation: option("dilationRate", axis),
    padding: config.padding as Padding,
  });
  /** Numbers before and behind: a pair for a sequence, two for an image. */
  const before = (name: string, axis: number): number => {
    const it = config[name] as Pair | readonly Pair[];
    const own = it[axis];
    return Number(Array.isArray(own) ? own[0] : it[0]);
  };
  switch (type) {
    case "conv1d":
    case "conv2d":
    case "depthwiseConv2d":
    case "separableConv2d":
      return along((span, size, axis) => throughWindow(span, size, window(axis, "kernelSize")));
    case "maxPooling1d":
    case "maxPooling2d":
    case "averagePooling1d":
    case "averagePooling2d":
      return along((span, size, axis) => throughWindow(span, size, window(axis, "poolSize")));
    case "conv1dTranspose":
    case "conv2dTranspose":
      return along((span, size, axis) => backThroughWindow(span, size, window(axis, "kernelSize")));
    case "zeroPadding1d":
    case "zeroPadding2d":
      return along(([from, to], _, axis) => {
        const added = before("padding", axis);
        return [from - added, to - added];
      });
    case "cropping1d":
    case "cropping2d":
      return along(([from, to], _, axis) => {
        const taken = before("cropping", axis);
        return [from + taken, to + taken];
      });
    case "upSampling1d":
    case "upSampling2d":
      return along((span, size, axis) =>
        throughRepeats(span, size, option("size", axis), config.interpolation === "bilinear"),
      );
    default:
      return "all";
  }
}

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

function throughWindow([from, to]: Span, size: number, axis: Axis): Span {
  const first = -zerosBefore(size, axis);
  const { stride, kernel, dilation } = axis;
  return [first + from * stride, first + (to - 1) * stride + (kernel - 1) * dilation + 1];
}

/** Of a transposed convolution: the pixels whose windows reach here; none, maybe, where strides leave gaps. */
function backThroughWindow([from, to]: Span, size: number, axis: Axis): Span {
  const { stride, kernel, dilation } = axis;
  const first = zerosBefore(sizeBefore(size, axis), axis);
  const low = Math.ceil((from + first - (kernel - 1) * dilation) / stride);
  return [low, Math.max(low, Math.floor((to - 1 + first) / stride) + 1)];
}

function throughRepeats([from, to]: Span, size: number, times: number, blended: boolean): Span {
  if (!blended) return [Math.floor(from / times), Math.floor((to - 1) / times) + 1];
  const at = (place: number) => (place + 0.5) / times - 0.5;
  return [Math.max(0, Math.floor(at(from))), Math.min(size, Math.ceil(at(to - 1)) + 1)];
}
