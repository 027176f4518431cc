// Attachments that keep a canvas painted: when something changes that the picture is made of, at most once
// a frame. What is read is read in an effect, so that it is followed; painting waits for the frame.

import type { Attachment } from "svelte/attachments";

/** A canvas in CSS pixels, as sharp as the screen. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** The screen's pixels to each. */
  readonly ratio: number;
  /** Seconds since it was painted before, at most {@link LONGEST}; 0 the first time. */
  readonly elapsed: number;
  /** Asks for another painting at the frame after next: for what moves by itself, slowly. */
  again(): void;
}

/** More pixels than this to a CSS pixel are not seen, but cost. */
const MOST_SHARP = 2;

/** What moves goes on from where it rested. */
const LONGEST = 0.05;

/** Paints a canvas of the size that its style gives it. */
export function drawn<T>(
  read: () => T,
  paint: (sheet: Sheet, what: T) => void,
): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const context = contextOf(canvas);
    let size = $state.raw<{ width: number; height: number; ratio: number }>();
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      // What is not shown is not painted.
      size =
        width > 0 ? { width, height, ratio: Math.min(devicePixelRatio, MOST_SHARP) } : undefined;
    });
    observer.observe(canvas);
    let request = 0;
    let before = 0;
    $effect(() => {
      const what = read();
      if (!size) return;
      const { width, height, ratio } = size;
      const later = () => {
        cancelAnimationFrame(request);
        request = requestAnimationFrame(now);
      };
      const now = (time: number) => {
        const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
        // Setting them clears the canvas and all its state: only when they differ.
        if (canvas.width !== across) canvas.width = across;
        if (canvas.height !== down) canvas.height = down;
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        const elapsed = before === 0 ? 0 : Math.min(LONGEST, (time - before) / 1000);
        before = time;
        const again = () => {
          request = requestAnimationFrame(later);
        };
        paint({ context, width, height, ratio, elapsed, again }, what);
      };
      later();
    });
    return () => {
      cancelAnimationFrame(request);
      observer.disconnect();
    };
  };
}

/** Fills a canvas of `resolution`² pixels, which its style stretches. */
export function filled(
  read: () => { readonly resolution: number; fill(pixels: Uint32Array): void },
): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const context = contextOf(canvas);
    let image: ImageData | undefined;
    let request = 0;
    $effect(() => {
      const { resolution, fill } = read();
      cancelAnimationFrame(request);
      request = requestAnimationFrame(() => {
        if (image?.width !== resolution) {
          image = new ImageData(resolution, resolution);
          canvas.width = resolution;
          canvas.height = resolution;
        }
        fill(new Uint32Array(image.data.buffer));
        context.putImageData(image, 0, 0);
      });
    });
    return () => cancelAnimationFrame(request);
  };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no canvas.");
  return context;
}
