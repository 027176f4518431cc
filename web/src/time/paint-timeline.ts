// Paints the timeline's track: the test loss as an area, the part up to the step shown in another tone.

export interface Track {
  /** From 0 to 1, evenly over the track; NaN where nothing was measured. */
  readonly heights: Float32Array;
  /** The step shown, as a share of the track. */
  readonly at: number;
  /** Where the track begins and ends, in pixels from either side. */
  readonly inset: number;
  readonly past: string;
  readonly future: string;
}

export function paintTrack(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { heights, at, inset, past, future }: Track,
): void {
  const span = width - 2 * inset;
  const base = height - 1;
  const here = inset + at * span;
  const pace = span / Math.max(heights.length - 1, 1);
  context.beginPath();
  let last: number | undefined;
  for (let i = 0; i < heights.length; i++) {
    const value = heights[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const x = inset + i * pace;
    if (last === undefined) context.moveTo(x, base);
    context.lineTo(x, base - value * (height - 4));
    last = x;
  }
  if (last !== undefined) context.lineTo(last, base);
  const part = (from: number, to: number, color: string, alpha: number) => {
    const clip = new Path2D();
    clip.rect(from, 0, to - from, height);
    context.save();
    context.clip(clip);
    context.fillStyle = color;
    context.globalAlpha = alpha;
    context.fill();
    context.globalAlpha = 1;
    context.fillRect(
      Math.max(from, inset),
      base - 1,
      Math.min(to, width - inset) - Math.max(from, inset),
      2,
    );
    context.restore();
  };
  part(here, width, future, 0.22);
  part(0, here, past, 0.3);
}
