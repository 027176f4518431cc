// A function as the path of an SVG. Pure.

export interface PlotFrame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export function plotX({ x: [low, high], width }: PlotFrame, x: number): number {
  return ((x - low) / (high - low)) * width;
}
export function plotY({ y: [low, high], height }: PlotFrame, y: number): number {
  return ((high - y) / (high - low)) * height;
}

/** How near to a kink it is looked at on both sides: so near that it is drawn sharp. */
const BESIDE = 1e-6;
const SAMPLES = 96;

/** The curve of f over the frame, in pixels; sharp at its kinks. It may leave the frame, but not far. */
export function plotPath(
  f: (x: number) => number,
  kinks: readonly number[],
  frame: PlotFrame,
): string {
  const [low, high] = frame.x;
  const even = Array.from({ length: SAMPLES + 1 }, (_, i) => low + ((high - low) * i) / SAMPLES);
  const sharp = kinks
    .filter((it) => it > low && it < high)
    .flatMap((it) => [it - BESIDE, it, it + BESIDE]);
  const margin = frame.y[1] - frame.y[0];
  const points = [...even, ...sharp]
    .sort((a, b) => a - b)
    .map((x) => {
      const y = Math.min(Math.max(f(x), frame.y[0] - margin), frame.y[1] + margin);
      return `${rounded(plotX(frame, x))} ${rounded(plotY(frame, y))}`;
    });
  return `M${points.join("L")}`;
}

function rounded(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
