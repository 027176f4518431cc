// The shapes of convolutions, and what the kernel wants to know of them (assembly/conv/windows.ts). Forward, a
// window of the input makes a pixel of the output. The gradient by the input is a convolution again: windows
// of the output, with zeros around it, make pixels of the input; a transposed convolution is that same
// gradient, used forward.

/** Down and across. */
export type Pair = readonly [number, number];

/** What stands around the image: nothing, zeros so that strides alone shrink it, or zeros before it. */
export type Padding = "valid" | "same" | "causal";

/** Shapes of a convolution from `input` to `output`, [height, width, channels] both. */
export interface Geometry {
  readonly input: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  /** Zeros above and left of the input. */
  readonly before: Pair;
  readonly groups: number;
  /** Every channel is a group of its own, of which vectors take four at a time. */
  readonly depthwise: boolean;
}

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

/** From the first to the last place that a window sees. */
const reach = ({ kernel, dilation }: Axis) => (kernel - 1) * dilation + 1;

/** Pixels that a convolution makes of `size`; less than 1 if the window does not fit. */
export function sizeAfter(size: number, axis: Axis): number {
  if (axis.padding !== "valid") return Math.ceil(size / axis.stride);
  return Math.floor((size - reach(axis)) / axis.stride) + 1;
}

/** Pixels that a transposed convolution makes of `size`. */
export function sizeBefore(size: number, axis: Axis): number {
  const more = axis.padding === "valid" ? Math.max(reach(axis) - axis.stride, 0) : 0;
  return size * axis.stride + more;
}

/** Zeros before `size` pixels: "same" puts the smaller half there, as TensorFlow does. */
export function zerosBefore(size: number, axis: Axis): number {
  if (axis.padding === "valid") return 0;
  if (axis.padding === "causal") return reach(axis) - 1;
  const last = (sizeAfter(size, axis) - 1) * axis.stride;
  return Math.max(last + reach(axis) - size, 0) >> 1;
}

/** The kernel's row of integers, in its order, but for the places in scratch. */
export interface Windows {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly framed: number;
  readonly frameHeight: number;
  readonly frameWidth: number;
  readonly top: number;
  readonly left: number;
  readonly spreadH: number;
  readonly spreadW: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly groups: number;
  readonly inGroup: number;
  readonly outGroup: number;
  readonly turned: number;
  readonly fullH: number;
  readonly fullW: number;
  readonly placeH: number;
  readonly placeW: number;
  readonly placeStepH: number;
  readonly placeStepW: number;
  readonly phases: number;
  readonly start: number;
  readonly into: number;
  readonly intoDown: number;
  readonly intoAcross: number;
}

/** Windows of the input, one a pixel of the output. */
export function windows({ input, output, before, groups, depthwise, ...it }: Geometry): Windows {
  const [height, width, channels] = input;
  const [outHeight, outWidth, filters] = output;
  const [top, left] = before;
  const [strideH, strideW] = it.strides;
  const [kernelH, kernelW] = it.kernel;
  const [dilationH, dilationW] = it.dilation;
  const needH = (outHeight - 1) * strideH + (kernelH - 1) * dilationH + 1;
  const needW = (outWidth - 1) * strideW + (kernelW - 1) * dilationW + 1;
  const frameHeight = Math.max(needH, top + height);
  const frameWidth = Math.max(needW, left + width);
  const apart = depthwise && (filters !== channels || channels % 4 !== 0);
  const framed = frameHeight > height || frameWidth > width || apart;
  return {
    height,
    width,
    channels,
    framed: framed ? 1 : 0,
    frameHeight,
    frameWidth,
    top,
    left,
    spreadH: 1,
    spreadW: 1,
    outHeight,
    outWidth,
    strideH,
    strideW,
    kernelH,
    kernelW,
    dilationH,
    dilationW,
    groups,
    inGroup: channels / groups,
    outGroup: filters / groups,
    turned: 0,
    ...whole(it.kernel, outWidth),
  };
}

/** Of windows without phases: all places, all pixels in their order. */
const whole = (kernel: Pair, outWidth: number) => ({
  fullH: kernel[0],
  fullW: kernel[1],
  placeH: 0,
  placeW: 0,
  placeStepH: 1,
  placeStepW: 1,
  phases: 0,
  start: 0,
  into: 0,
  intoDown: outWidth,
  intoAcross: 1,
});

/**
 * Windows of the output, one a pixel of the input: of all places of the output that it went to. Where strides
 * left pixels out, the first record is of the whole and one follows for each phase.
 */
export function turnedWindows(geometry: Geometry): readonly Windows[] {
  const { input, output, strides, kernel, dilation, before, groups, depthwise } = geometry;
  const [height, width, channels] = output;
  const [outHeight, outWidth, filters] = input;
  const axes = [0, 1].map((i) => {
    const [k, s, d] = [kernel[i], strides[i], dilation[i]] as [number, number, number];
    const [size, from] = [input[i], output[i]] as [number, number];
    return { kernel: k, stride: s, dilation: d, size, from, first: (k - 1) * d - (before[i] ?? 0) };
  }) as [TurnedAxis, TurnedAxis];
  const [down, across] = axes;
  const spread = {
    frames: axes.map((it) => it.size + (it.kernel - 1) * it.dilation),
    first: axes.map((it) => it.first),
    spread: strides as readonly number[],
  };
  const count = Math.min(down.stride, down.size) * Math.min(across.stride, across.size);
  const strided = down.stride > 1 || across.stride > 1;
  const inPhases = strided && !depthwise && count <= MOST_PHASES;
  const [phasesH, phasesW] = inPhases ? [phasesOf(down), phasesOf(across)] : [[], []];
  const frame = inPhases ? { ...spread, ...dense(phasesH, phasesW, output) } : spread;
  const [frameHeight = 0, frameWidth = 0] = frame.frames;
  const [top = 0, left = 0] = frame.first;
  const [spreadH = 1, spreadW = 1] = frame.spread;
  const apart = depthwise && channels % 4 !== 0;
  const framed = frameHeight > height || frameWidth > width || spreadH > 1 || spreadW > 1 || apart;
  const all: Windows = {
    height,
    width,
    channels,
    framed: framed ? 1 : 0,
    frameHeight,
    frameWidth,
    top,
    left,
    spreadH,
    spreadW,
    outHeight,
    outWidth,
    strideH: 1,
    strideW: 1,
    kernelH: kernel[0],
    kernelW: kernel[1],
    dilationH: dilation[0],
    dilationW: dilation[1],
    groups,
    inGroup: depthwise ? 1 : channels / groups,
    outGroup: depthwise ? channels / groups : filters / groups,
    turned: 1,
    ...whole(kernel, outWidth),
    phases: phasesH.length * phasesW.length,
  };
  const phases = phasesH.flatMap((y, row) =>
    phasesW.map((x, column) => ({
      ...all,
      outHeight: y.pixels,
      outWidth: x.pixels,
      kernelH: y.places,
      kernelW: x.places,
      dilationH: y.gap,
      dilationW: x.gap,
      placeH: y.place,
      placeW: x.place,
      placeStepH: y.placeStep,
      placeStepW: x.placeStep,
      phases: 0,
      start: (top + y.start) * frameWidth + left + x.start,
      into: row * outWidth + column,
      intoDown: strides[0] * outWidth,
      intoAcross: strides[1],
    })),
  );
  return [all, ...phases];
}

/** With more of them, zeros between pixels take less room. */
const MOST_PHASES = 1024;

interface TurnedAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Pixels that are made, and pixels that they are made of. */
  readonly size: number;
  readonly from: number;
  /** Where the first of the latter stands, counted from the first window's first place. */
  readonly first: number;
}

interface Phase {
  /** How many of the pixels are alike, and how many places of the window led to them. */
  readonly pixels: number;
  readonly places: number;
  /** The first of these places, counted from the window's end, and how far the others lie apart. */
  readonly place: number;
  readonly placeStep: number;
  /** The pixel that the first place of the first window sees, and how far the others lie apart. */
  readonly start: number;
  readonly gap: number;
}

/** Pixels of one axis by which places of the window led to them. */
function phasesOf({ kernel, stride, dilation, size, first }: TurnedAxis): Phase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, phase) => {
    const places = Array.from({ length: kernel }, (_, place) => place).filter(
      (place) => (phase + place * dilation - first) % stride === 0,
    );
    const [place = 0, second = place + stride] = places;
    return {
      pixels: Math.ceil((size - phase) / stride),
      places: places.length,
      place,
      placeStep: second - place,
      start: places.length > 0 ? (phase + place * dilation - first) / stride : 0,
      gap: places.length > 1 ? ((second - place) * dilation) / stride : 1,
    };
  });
}

/** A frame without zeros between its pixels that has room for all phases' windows. */
function dense(
  down: readonly Phase[],
  across: readonly Phase[],
  [height, width]: Geometry["output"],
) {
  const before = [down, across].map((list) => Math.max(0, ...list.map((it) => -it.start)));
  const frames = [down, across].map((list, i) => {
    const ends = list.map((it) => it.start + Math.max(it.places - 1, 0) * it.gap + it.pixels);
    return (before[i] ?? 0) + Math.max(i === 0 ? height : width, ...ends);
  });
  return { frames, first: before, spread: [1, 1] };
}
