// Floats that a plan puts into memory when it is made: what an op reads beyond its record.

import { fixedTensor, type Tensor } from "../plan/tensor.ts";

/** A constant row. */
export function constantRow(name: string, values: ArrayLike<number>): Tensor {
  return { ...fixedTensor(name, 1, values.length, -1), values: Float32Array.from(values) };
}
