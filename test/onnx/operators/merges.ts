// One value of several, broadcast as numpy does it.

import {
  activation,
  add,
  average,
  concatenate,
  type Layer,
  maximum,
  minimum,
  multiply,
  rescaling,
  reshape,
  type SymbolicTensor,
  subtract,
  upSampling2d,
} from "../../../src/index.ts";
import { elementCount } from "../../../src/shape.ts";
import { type Convert, predictOne, Skip } from "../call.ts";
import { broadcastShape, shaped } from "../floats.ts";

/** All of x `times` times, one behind the other along an axis: its rows from there on, as an image's pixels. */
export function repeated(x: SymbolicTensor, axis: number, times: number): SymbolicTensor {
  if (times === 1) return x;
  const before = elementCount(x.shape.slice(0, axis));
  const pixels = reshape({ targetShape: [before, 1, elementCount(x.shape) / before] }).apply(x);
  const targetShape = x.shape.map((size, i) => (i === axis ? size * times : size));
  return reshape({ targetShape }).apply(upSampling2d({ size: [1, times] }).apply(pixels));
}

/** x with the sizes of `shape` where its own are 1 or missing. */
export function broadcast(x: SymbolicTensor, shape: readonly number[]): SymbolicTensor {
  if (`${x.shape}` === `${shape}`) return x;
  const missing = Array<number>(shape.length - x.shape.length).fill(1);
  const sizes = [...missing, ...x.shape];
  const start = reshape({ targetShape: sizes }).apply(x);
  return shape.reduce(
    (wide, size, axis) => repeated(wide, axis, sizes[axis] === 1 ? size : 1),
    start,
  );
}

const merge =
  (layer: () => Layer): Convert =>
  async (call) => {
    const all = call.all();
    const shape = all.map((it) => it.shape).reduce(broadcastShape);
    const [y] = await predictOne(all, (...values) => {
      const wide = values.map((it) => broadcast(it, shape.length > 0 ? shape : [1]));
      const [only] = wide;
      return wide.length === 1 && only ? activation("linear").apply(only) : layer().apply(wide);
    });
    return [shaped(y, shape)];
  };

export const merges: Readonly<Record<string, Convert>> = {
  Add: merge(add),
  Sum: merge(add),
  Sub: merge(subtract),
  Mul: merge(multiply),
  Max: merge(maximum),
  Min: merge(minimum),
  Mean: merge(average),
  async Div(call) {
    const [x, divisor] = [call.floats(0), call.floats(1)];
    if (divisor.data.length > 1) throw new Skip("a divisor of more than one number");
    const scale = 1 / (divisor.data[0] as number);
    const [y] = await predictOne([x], (it) => rescaling({ scale }).apply(it));
    return [shaped(y, broadcastShape(x.shape, divisor.shape))];
  },
  async Concat(call) {
    const all = call.all();
    const axis = call.axis(call.integer("axis", 0), all[0]?.shape.length ?? 0);
    // Axis 0 is the batch's, and there is one sample.
    return predictOne(all, (...x) => concatenate({ axis: axis + 1 }).apply(x));
  },
};
