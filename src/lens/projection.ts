// A layer's space in two dimensions.

import { STREAM_PROBE } from "../../assembly/abi.ts";
import { initialize } from "../initializers/index.ts";
import { RandomStream } from "../random.ts";
import type { Activations, Probe, ProbeTask } from "./probe.ts";

/**
 * The plane that a layer of `width` units is shown in, [width × 2]. The identity for one unit and two. Else
 * two orthonormal directions: those of the probe as far as there are any, the rest from a pair that depends
 * on the width alone.
 */
export function axesFor(width: number, probeDirections: readonly Direction[] = []): Float32Array {
  if (width === 1) return Float32Array.of(1, 0);
  if (width === 2) return Float32Array.of(1, 0, 0, 1);
  const random = new RandomStream(width, STREAM_PROBE);
  const fixed = initialize({ name: "orthogonal", gain: 1 }, [width, 2], random);
  const own = probeDirections.filter((it) => it.some((x) => x !== 0));
  if (own.length === 0) return fixed;
  const [first, second] = [0, 1].map((axis) => column(fixed, 2, axis)) as [Direction, Direction];
  // The fixed axes behind: one of them at least is not along the first of the probe's.
  const [a, b] = orthonormal([...own, second, first]);
  return Float32Array.from(fixed, (_, i) => (i % 2 ? b : a)?.[i >> 1] ?? Number.NaN);
}

/** A direction in a layer's space, of any length. */
export type Direction = Float64Array;

/**
 * Where a probe rises, [width × outputs]: towards class 1 of two, towards classes 1 and 2 from class 0 of
 * more, with the first two fitted values. In their plane the probe's lines between these are exact.
 */
export function directionsOf(
  { weight, outputs }: Pick<Probe, "weight" | "outputs">,
  { classes }: Pick<ProbeTask, "classes">,
): readonly Direction[] {
  const columns = Array.from({ length: Math.min(outputs, 3) }, (_, j) =>
    column(weight, outputs, j),
  );
  if (classes < 3) return columns.slice(0, 2);
  const [zero, ...others] = columns;
  return others.map((it) => it.map((x, i) => x - (zero?.[i] ?? 0)));
}

function column(matrix: Float32Array, cols: number, index: number): Direction {
  return Float64Array.from(
    { length: matrix.length / cols },
    (_, i) => matrix[i * cols + index] ?? 0,
  );
}

/** Gram–Schmidt; what depends on the directions before it is left out. */
function orthonormal(directions: readonly Direction[]): readonly Direction[] {
  const basis: Direction[] = [];
  for (const direction of directions) {
    let rest = scaled(direction, 1 / (norm(direction) || 1));
    for (const unit of basis) {
      const share = dot(rest, unit);
      rest = rest.map((x, i) => x - share * (unit[i] ?? 0));
    }
    if (norm(rest) > 1e-5) basis.push(scaled(rest, 1 / norm(rest)));
  }
  return basis;
}

const dot = (a: Direction, b: Direction) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const norm = (a: Direction) => Math.sqrt(dot(a, a));
const scaled = (a: Direction, factor: number) => a.map((x) => x * factor);

/** [rows × width] · [width × 2] */
export function project({ data, rows, width }: Activations, axes: Float32Array): Float32Array {
  const out = new Float32Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    let x = 0;
    let y = 0;
    for (let j = 0; j < width; j++) {
      const value = data[i * width + j] ?? 0;
      x += value * (axes[2 * j] ?? 0);
      y += value * (axes[2 * j + 1] ?? 0);
    }
    out[2 * i] = x;
    out[2 * i + 1] = y;
  }
  return out;
}

/** [rows × width] → [width × rows] */
export function transpose({ data, rows, width }: Activations): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) out[j * rows + i] = data[i * width + j] ?? 0;
  }
  return out;
}
