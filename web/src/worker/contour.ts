// Iso-lines of a field over the plane, cut where they leave it. Coordinates from 0 to 1, y down.
//
// Values stand in the middles of cells; the plane's border is half a cell farther out. So the field is
// continued straight to its border by a frame of values: then lines reach the border too.

import { contours } from "d3-contour";

export type Line = Float32Array;

/** What a boundary says: of one output, which class of two; of more, the class with the largest. */
export function borders(
  values: Float32Array,
  outputs: number,
  resolution: number,
): readonly Line[] {
  if (outputs === 1) return isolines(values, resolution, 0.5);
  // What stands between the last class and another one is the other's border too.
  return Array.from({ length: outputs - 1 }, (_, output) =>
    isolines(lead(values, outputs, output), resolution, 0),
  ).flat();
}

/** By how much one output is larger than the largest of the others, cell by cell. */
function lead(values: Float32Array, outputs: number, output: number): Float32Array {
  const result = new Float32Array(values.length / outputs);
  for (let cell = 0; cell < result.length; cell++) {
    let other = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < outputs; i++) {
      if (i !== output) other = Math.max(other, values[cell * outputs + i] ?? other);
    }
    result[cell] = (values[cell * outputs + output] ?? other) - other;
  }
  return result;
}

/** The lines where a field [resolution × resolution], row by row, has the value `level`. */
export function isolines(field: Float32Array, resolution: number, level: number): readonly Line[] {
  const side = resolution + 2;
  const area = contours().size([side, side]).contour(framed(field, resolution), level);
  return area.coordinates.flat().flatMap((ring) => openLines(ring, resolution));
}

/** The field with a frame of one cell, half as far out: [(resolution + 2)²]. */
function framed(field: Float32Array, resolution: number): number[] {
  const side = resolution + 2;
  const last = side - 1;
  const result = new Array<number>(side * side).fill(0);
  const at = (row: number, column: number) => result[row * side + column] ?? 0;
  for (let row = 1; row < last; row++) {
    for (let column = 1; column < last; column++) {
      result[row * side + column] = field[(row - 1) * resolution + column - 1] ?? 0;
    }
    result[row * side] = outward(at(row, 1), at(row, Math.min(2, resolution)));
    result[row * side + last] = outward(at(row, last - 1), at(row, Math.max(last - 2, 1)));
  }
  for (let column = 0; column < side; column++) {
    result[column] = outward(at(1, column), at(Math.min(2, resolution), column));
    result[last * side + column] = outward(at(last - 1, column), at(Math.max(last - 2, 1), column));
  }
  return result;
}

/** Half a cell beyond `edge`, in the direction from `inner`. */
function outward(edge: number, inner: number): number {
  return edge + (edge - inner) / 2;
}

/** A ring around an area, without the parts that run outside along its frame. */
function openLines(ring: readonly (readonly number[])[], resolution: number): Line[] {
  const side = resolution + 2;
  const isOutside = ([x = 0, y = 0]: readonly number[]) =>
    x === 0 || y === 0 || x === side || y === side;
  // The last point is the first one again.
  const points = ring.slice(0, -1);
  const start = points.findIndex(isOutside);
  if (start < 0) return [toLine(ring, resolution)];
  const lines: Line[] = [];
  let line: (readonly number[])[] = [];
  for (const point of [...points.slice(start), ...points.slice(0, start + 1)]) {
    if (!isOutside(point)) line.push(point);
    else if (line.length > 0) {
      if (line.length > 1) lines.push(toLine(line, resolution));
      line = [];
    }
  }
  return lines;
}

function toLine(points: readonly (readonly number[])[], resolution: number): Line {
  return Float32Array.from(points.flat(), (it) => alongPlane(it, resolution) / resolution);
}

/** From the framed grid, value i at i + ½, to cells of the plane: the frame's cells are half as far out. */
function alongPlane(coordinate: number, resolution: number): number {
  const i = coordinate - 0.5;
  if (i < 1) return i / 2;
  return i > resolution ? resolution - (resolution + 1 - i) / 2 : i - 0.5;
}
