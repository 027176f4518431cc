// What the library hands out: plain numbers with a shape, in ordinary memory. Nothing to dispose.

import { formatShape } from "../shape.ts";

/** Numbers with a shape, row-major; a copy that belongs to the caller. */
export class NdArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];

  constructor(data: Float32Array, shape: readonly number[]) {
    this.data = data;
    this.shape = shape;
  }

  /** The first dimension's entries, each as a plain array of its numbers. */
  rows(): number[][] {
    const [count = 0] = this.shape;
    const width = count === 0 ? 0 : this.data.length / count;
    return Array.from({ length: count }, (_, i) =>
      Array.from(this.data.subarray(i * width, (i + 1) * width)),
    );
  }

  /** For each row, the index of its largest number (the first one, if several are). */
  argMax(): number[] {
    return this.rows().map((row) =>
      row.reduce((best, value, i) => (value > (row[best] ?? 0) ? i : best), 0),
    );
  }

  toString(): string {
    return `NdArray ${formatShape(this.shape)}`;
  }
}
