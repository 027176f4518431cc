// Convolutions 3 × 3 with ReLU and max-pooling 2 × 2 in plain JavaScript. A convolution is a product: windows
// are laid out as rows, sample by sample, so that they are still in the cache when they are multiplied.
// ReLU and pooling are one loop, which notes where each maximum was.

import type { Arithmetic } from "./arithmetic.ts";
import type { Body, BoundBody } from "./deep.ts";
import { KERNEL, POOL, type Shape, spreadMaxima, turn, visitMaxima } from "./maxima.ts";
import { columnSums } from "./rows.ts";

export interface ConvnetOptions {
  readonly arithmetic: Arithmetic;
  readonly side: number;
  readonly filters: readonly number[];
  readonly batchSize: number;
  /**
   * On the way back visit only the maxima that pooling let through, instead of multiplying matrices that are
   * zero but for every eighth number.
   */
  readonly maximaOnly: boolean;
}

/** The convolutions, for {@link PureJsDeep}; gives the last pooled image, flat. */
export function convnet(options: ConvnetOptions): Body {
  const { side, filters, batchSize } = options;
  const shapes: Shape[] = [];
  for (const count of filters) {
    const { pooled: size, filters: channels } = shapes.at(-1) ?? { pooled: side, filters: 1 };
    const convolved = size - KERNEL + 1;
    shapes.push({
      side: size,
      channels,
      filters: count,
      convolved,
      pooled: Math.floor(convolved / POOL),
      pixels: convolved * convolved,
      window: KERNEL * KERNEL * channels,
    });
  }
  const last = shapes.at(-1) as Shape;
  return {
    inputs: side * side,
    shapes: shapes.flatMap(({ window, filters }) => [[window, filters] as const, [0, filters]]),
    outputs: last.pooled ** 2 * last.filters,
    bind(parameters, gradients) {
      const layers = shapes.map((shape, i) =>
        convolution(
          options,
          shape,
          parameters.slice(2 * i, 2 * i + 2) as Pair,
          gradients.slice(2 * i, 2 * i + 2) as Pair,
        ),
      );
      return chain(layers, shapes, batchSize);
    },
  };
}

/** Weight [window×filters] and bias [filters], or their gradients. */
type Pair = [Float32Array, Float32Array];

interface Convolution {
  readonly forward: (x: Float32Array, rows: number, y: Float32Array) => void;
  /** dx, of the pooled image before it, if wanted. */
  readonly backward: (dy: Float32Array, rows: number, dx?: Float32Array) => void;
}

function chain(layers: readonly Convolution[], shapes: readonly Shape[], batch: number): BoundBody {
  const between = () =>
    shapes.slice(0, -1).map((it) => new Float32Array(batch * it.pooled ** 2 * it.filters));
  const outputs = between();
  const deltas = between();
  return {
    forward(x, rows, y) {
      layers.forEach((layer, i) => {
        layer.forward(outputs[i - 1] ?? x, rows, outputs[i] ?? y);
      });
    },
    backward(dy, rows) {
      for (let i = layers.length - 1; i >= 0; i--) {
        layers[i]?.backward(deltas[i] ?? dy, rows, deltas[i - 1]);
      }
    },
  };
}

function convolution(
  { arithmetic: { gemm }, batchSize: batch, maximaOnly }: ConvnetOptions,
  shape: Shape,
  [weight, bias]: Pair,
  [dweight, dbias]: Pair,
): Convolution {
  const { pixels, window, filters, pooled, side, channels } = shape;
  const size = pixels * filters;
  const image = side * side * channels;
  const out = pooled * pooled * filters;
  const windows = new Float32Array(batch * pixels * window);
  const rowsOf = (row: number) => windows.subarray(row * pixels * window);
  const windowsOf = Array.from({ length: batch }, (_, row) => rowsOf(row));
  /** One sample's convolved image, and the gradients of all. */
  const y = new Float32Array(size);
  const dys = new Float32Array(batch * size);
  const dysOf = Array.from({ length: batch }, (_, row) => dys.subarray(row * size));
  /** Where each maximum was within its sample; −1 if the ReLU let nothing through. */
  const places = new Int32Array(batch * out);
  const dwindows = new Float32Array(pixels * window);
  const turned = new Float64Array(window * filters);
  const dturned = new Float64Array(window * filters);
  return {
    forward(x, rows, pools) {
      for (let row = 0; row < rows; row++) {
        const own = windowsOf[row] as Float32Array;
        layOut(x, row * image, own, shape);
        gemm("nn", pixels, filters, window, own, weight, y, bias);
        pool(y, pools, places, row * out, shape);
      }
    },
    backward(dpools, rows, dx) {
      if (maximaOnly) {
        dturned.fill(0);
        dbias.fill(0);
        dx?.fill(0, 0, rows * image);
        turn(weight, turned, window, filters);
        visitMaxima(dpools, places, rows, shape, { windows, dturned, dbias });
        turn(dturned, dweight, filters, window);
        if (dx !== undefined) spreadMaxima(dpools, places, rows, shape, turned, dx);
        return;
      }
      dys.fill(0, 0, rows * size);
      for (let row = 0; row < rows; row++) {
        const base = row * size;
        for (let i = row * out; i < (row + 1) * out; i++) {
          const place = places[i] as number;
          if (place >= 0) dys[base + place] = dpools[i] as number;
        }
      }
      gemm("tn", window, filters, rows * pixels, windows, dys, dweight);
      columnSums(dys, rows * pixels, filters, dbias);
      if (dx === undefined) return;
      dx.fill(0, 0, rows * image);
      for (let row = 0; row < rows; row++) {
        gemm("nt", pixels, window, filters, dysOf[row] as Float32Array, weight, dwindows);
        addBack(dwindows, dx, row * image, shape);
      }
    },
  };
}

/** windows[pixels×window] ← each pixel's window of the image that begins at `from`. */
function layOut(x: Float32Array, from: number, windows: Float32Array, shape: Shape): void {
  const { side, channels, convolved } = shape;
  const run = KERNEL * channels;
  const line = side * channels;
  let to = 0;
  for (let i = 0; i < convolved; i++) {
    for (let j = 0; j < convolved; j++) {
      let at = from + i * line + j * channels;
      for (let k = 0; k < KERNEL; k++) {
        for (let c = 0; c < run; c++) windows[(to + c) | 0] = x[(at + c) | 0] as number;
        to = (to + run) | 0;
        at = (at + line) | 0;
      }
    }
  }
}

/** The way back of {@link layOut}: windows overlap, so gradients add up. */
function addBack(windows: Float32Array, dx: Float32Array, from: number, shape: Shape): void {
  const { side, channels, convolved } = shape;
  const run = KERNEL * channels;
  const line = side * channels;
  let at = 0;
  for (let i = 0; i < convolved; i++) {
    for (let j = 0; j < convolved; j++) {
      let to = from + i * line + j * channels;
      for (let k = 0; k < KERNEL; k++) {
        for (let c = 0; c < run; c++) {
          dx[(to + c) | 0] = (dx[(to + c) | 0] as number) + (windows[(at + c) | 0] as number);
        }
        at = (at + run) | 0;
        to = (to + line) | 0;
      }
    }
  }
}

/** out ← the largest of each 2 × 2 of y, or 0 if none is above; places ← where it was. */
function pool(
  y: Float32Array,
  out: Float32Array,
  places: Int32Array,
  from: number,
  { convolved, pooled, filters }: Shape,
): void {
  const line = convolved * filters;
  let to = from;
  for (let i = 0; i < pooled; i++) {
    for (let j = 0; j < pooled; j++) {
      let at = POOL * (i * line + j * filters);
      for (let f = 0; f < filters; f++) {
        let most = 0;
        let place = -1;
        const v00 = y[at] as number;
        const v01 = y[(at + filters) | 0] as number;
        const v10 = y[(at + line) | 0] as number;
        const v11 = y[(at + line + filters) | 0] as number;
        if (v00 > most) {
          most = v00;
          place = at;
        }
        if (v01 > most) {
          most = v01;
          place = (at + filters) | 0;
        }
        if (v10 > most) {
          most = v10;
          place = (at + line) | 0;
        }
        if (v11 > most) {
          most = v11;
          place = (at + line + filters) | 0;
        }
        out[to] = most;
        places[to] = place;
        at = (at + 1) | 0;
        to = (to + 1) | 0;
      }
    }
  }
}
