// Axes that become one number: pools as wide as the axis, one axis after the other.

import {
  activation,
  averagePooling2d,
  type Layer,
  maximum,
  maxPooling2d,
  multiply,
  rescaling,
  reshape,
  type SymbolicTensor,
} from "../../../src/index.ts";
import { elementCount } from "../../../src/shape.ts";
import { type Convert, predictOne } from "../call.ts";
import { shaped } from "../floats.ts";

type Change = (x: SymbolicTensor, factor: number) => SymbolicTensor;

/** The pool over an axis: all of it is a window. */
function pooled(x: SymbolicTensor, axis: number, pool: (size: number) => Layer): SymbolicTensor {
  const size = x.shape[axis] as number;
  const rows = elementCount(x.shape.slice(0, axis));
  const targetShape = [rows, size, elementCount(x.shape) / rows / size];
  const image = pool(size).apply(reshape({ targetShape }).apply(x));
  return reshape({ targetShape: x.shape.map((it, i) => (i === axis ? 1 : it)) }).apply(image);
}

const largest = (size: number) => maxPooling2d({ poolSize: [1, size] });
const mean = (size: number) => averagePooling2d({ poolSize: [1, size] });
const as: Change = (x) => activation("linear").apply(x);
const times: Change = (x, factor) => rescaling({ scale: factor }).apply(x);
const negative: Change = (x) => times(x, -1);

/** `before` is applied in front; `after` behind, with the number of values that became one. */
const reduce =
  (pool: (size: number) => Layer, before: Change, after: Change): Convert =>
  async (call) => {
    const x = call.floats(0);
    const rank = x.shape.length;
    const given = call.list("axes") ?? call.integers(1) ?? [];
    const all = call.integer("noop_with_empty_axes", 0) ? [] : x.shape.map((_, i) => i);
    const axes = (given.length > 0 ? given : all).map((it) => call.axis(it, rank));
    const count = elementCount(axes.map((axis) => x.shape[axis] as number));
    const [y] = await predictOne([x], (it) => {
      const values = axes.reduce((left, axis) => pooled(left, axis, pool), before(it, 1));
      return after(values, count);
    });
    if (call.integer("keepdims", 1)) return [y];
    return [
      shaped(
        y,
        x.shape.filter((_, axis) => !axes.includes(axis)),
      ),
    ];
  };

export const reductions: Readonly<Record<string, Convert>> = {
  ReduceMean: reduce(mean, as, as),
  ReduceMax: reduce(largest, as, as),
  ReduceMin: reduce(largest, negative, negative),
  ReduceSum: reduce(mean, as, times),
  ReduceL1: reduce(mean, (x) => maximum().apply(x, negative(x, 1)), times),
  ReduceSumSquare: reduce(mean, (x) => multiply().apply(x, x), times),
};
