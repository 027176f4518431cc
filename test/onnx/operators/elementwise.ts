// Functions of each number alone, and softmax: activations, and small graphs of them.

import {
  type Activation,
  type ActivationName,
  activation,
  add,
  dropout,
  elu,
  leakyRelu,
  maximum,
  minimum,
  multiply,
  prelu,
  rescaling,
  type SymbolicTensor,
  subtract,
} from "../../../src/index.ts";
import { elementCount } from "../../../src/shape.ts";
import { type Call, type Convert, predict, predictOne, Skip } from "../call.ts";
import { axesLast, inverse, shaped, transpose } from "../floats.ts";

/** y of x's shape, whose first axis is the batch if there is another one. */
const each =
  (draw: (x: SymbolicTensor, call: Call) => SymbolicTensor): Convert =>
  async (call) => {
    const x = call.floats(0);
    const run = x.shape.length > 1 ? predict : predictOne;
    const [y] = await run([x], (it) => draw(it, call));
    return [shaped(y, x.shape)];
  };

const by = (f: ActivationName | Activation) => (x: SymbolicTensor) => activation(f).apply(x);
const scaled = (x: SymbolicTensor, scale: number, offset = 0) =>
  rescaling({ scale, offset }).apply(x);

/** The single number of an input that bounds values. */
const bound = (call: Call, index: number) => call.optional(index)?.data[0];

export const elementwise: Readonly<Record<string, Convert>> = {
  Identity: each(by("linear")),
  Relu: each(by("relu")),
  Sigmoid: each(by("sigmoid")),
  Tanh: each(by("tanh")),
  Softplus: each(by("softplus")),
  Softsign: each(by("softsign")),
  Sin: each(by("sine")),
  Exp: each(by("exponential")),
  LeakyRelu: each((x, call) => by(leakyRelu({ negativeSlope: call.number("alpha", 0.01) }))(x)),
  Elu: each((x, call) => by(elu({ alpha: call.number("alpha", 1) }))(x)),
  Selu: each((x, call) => {
    const [alpha, gamma] = [call.number("alpha", 0), call.number("gamma", 0)];
    // Without attributes its constants are ours.
    return alpha === 0 ? by("selu")(x) : scaled(by(elu({ alpha }))(x), gamma);
  }),
  // α·elu(x / α)
  Celu: each((x, call) => {
    const alpha = call.number("alpha", 1);
    return scaled(by("elu")(scaled(x, 1 / alpha)), alpha);
  }),
  // Ours has the slope 1/6; theirs is any: relu6(6αx + 6β) / 6.
  HardSigmoid: each((x, call) => {
    const [alpha, beta] = [call.number("alpha", 0.2), call.number("beta", 0.5)];
    return scaled(by("relu6")(scaled(x, 6 * alpha, 6 * beta)), 1 / 6);
  }),
  HardSwish: each((x) => multiply().apply(x, by("hardSigmoid")(x))),
  // x · (x > α)
  ThresholdedRelu: each((x, call) =>
    multiply().apply(x, by("step")(scaled(x, 1, -call.number("alpha", 1)))),
  ),
  // (x > λ) · (x − b) + (−x > λ) · (x + b)
  Shrink: each((x, call) => {
    const [bias, lambda] = [call.number("bias", 0), call.number("lambd", 0.5)];
    const side = (sign: number) =>
      multiply().apply(by("step")(scaled(x, sign, -lambda)), scaled(x, 1, -sign * bias));
    return add().apply(side(1), side(-1));
  }),
  Neg: each((x) => scaled(x, -1)),
  Abs: each((x) => maximum().apply(x, scaled(x, -1))),
  Sign: each((x) => subtract().apply(by("step")(x), by("step")(scaled(x, -1)))),
  // Bounds are x times 0, plus the bound.
  Clip: each((x, call) => {
    const old = (name: string) => (call.has(name) ? call.number(name, 0) : undefined);
    const [least, most] = [bound(call, 1) ?? old("min"), bound(call, 2) ?? old("max")];
    const above = least === undefined ? x : maximum().apply(x, scaled(x, 0, least));
    const within = most === undefined ? above : minimum().apply(above, scaled(x, 0, most));
    return by("linear")(within);
  }),
  Dropout: each((x, call) => {
    if (call.integers(2)?.[0]) {
      throw new Skip("in training: predict drops nothing, and the random numbers would be others");
    }
    return dropout(bound(call, 1) ?? call.number("ratio", 0.5)).apply(x);
  }),
  // Slopes are a parameter of the shape of one sample, here all of x, or 1 along axes that share them.
  async PRelu(call) {
    const [x, slope] = [call.floats(0), call.floats(1)];
    const ones = (count: number) => Array<number>(count).fill(1);
    const free = x.shape.length - slope.shape.length;
    // Before opset 7 one slope a channel, or one for all.
    const sizes =
      call.opset < 7 ? [1, ...slope.shape, ...ones(free - 1)] : [...ones(free), ...slope.shape];
    const sharedAxes = sizes.flatMap((size, i) => (size === 1 && x.shape[i] !== 1 ? [i + 1] : []));
    const layer = prelu({ sharedAxes, name: "it" });
    return predictOne([x], (it) => layer.apply(it), { "it.alpha": slope.data });
  },
  async Softmax(call) {
    const x = call.floats(0);
    const rank = x.shape.length;
    const axis = call.axis(call.integer("axis", call.opset < 13 ? 1 : -1), rank);
    if (call.opset < 13) {
      // Over that axis and all behind it.
      const columns = elementCount(x.shape.slice(axis));
      const [y] = await predict([shaped(x, [x.data.length / columns, columns])], by("softmax"));
      return [shaped(y, x.shape)];
    }
    const order = axesLast(rank, [axis]);
    const [y] = await predict([transpose(x, order)], by("softmax"));
    return [transpose(y, inverse(order))];
  },
};
