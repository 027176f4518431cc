// A step of the LSTM by hand, on TensorFlow.js' wasm backend: no tape, a matrix for each gate, so that nothing is
// split, and weights' gradients as one product over all steps.

import type { LstmWorkload } from "../../workloads.ts";
import type { DeepTf, Tensor } from "./tfjs-api.ts";
import type { Step } from "./tfjs-deep.ts";

type Gates = readonly [i: Tensor, f: Tensor, g: Tensor, o: Tensor];

/** What a step leaves for the way back. */
interface Passed {
  /** Its input and h before it, side by side. */
  readonly xh: Tensor;
  /** c before it; undefined in the first. */
  readonly c: Tensor | undefined;
  readonly gates: Gates;
  /** tanh of c after it. */
  readonly t: Tensor;
}

export function handmadeLstm(
  tf: DeepTf,
  { steps, features, units, classes, learningRate }: LstmWorkload,
  parameters: readonly Float32Array[],
): Step {
  const [weight, recurrent, bias, dense, denseBias] = parameters as readonly Float32Array[] & {
    readonly length: 5;
  };
  const columns = (from: Float32Array | undefined, gate: number) =>
    (from ?? new Float32Array()).filter((_, i) => Math.floor((i % (4 * units)) / units) === gate);
  const variable = (name: string, numbers: Float32Array, shape: readonly number[]) =>
    tf.variable(tf.tensor(numbers, shape), true, name);
  const gates = [0, 1, 2, 3].map((gate) => {
    const both = Float32Array.of(...columns(weight, gate), ...columns(recurrent, gate));
    return {
      weight: variable(`weight${gate}`, both, [features + units, units]),
      bias: variable(`bias${gate}`, columns(bias, gate), [units]),
    };
  });
  const last = variable("dense", dense as Float32Array, [units, classes]);
  const lastBias = variable("denseBias", denseBias as Float32Array, [classes]);
  const update = tf.train.adam(learningRate, 0.9, 0.999, 1e-7);
  return (x, y) =>
    tf.tidy(() => {
      const rows = x.shape[0] ?? 0;
      const passed: Passed[] = [];
      let h = tf.zeros([rows, units]);
      let c: Tensor | undefined;
      for (const xt of tf.unstack(tf.transpose(x, [1, 0, 2]), 0)) {
        const xh = tf.concat([xt, h], 1);
        const values = gates.map(({ weight, bias }, gate) => {
          const activation = gate === 2 ? "linear" : "sigmoid";
          const z = tf.fused.matMul({ a: xh, b: weight, bias, activation });
          return gate === 2 ? tf.tanh(z) : z;
        }) as readonly Tensor[] as Gates;
        const [i, f, g, o] = values;
        const before = c;
        const input = tf.mul(i, g);
        c = before === undefined ? input : tf.add(tf.mul(f, before), input);
        const t = tf.tanh(c);
        h = tf.mul(o, t);
        passed.push({ xh, c: before, gates: values, t });
      }
      const z = tf.fused.matMul({ a: h, b: last, bias: lastBias, activation: "linear" });
      const dz = tf.mul(tf.sub(tf.softmax(z), y), tf.scalar(1 / rows));
      const turned = gates.map(({ weight }) =>
        tf.transpose(tf.slice(weight, [features, 0], [units, units])),
      );
      const all: Tensor[][] = [[], [], [], []];
      let dh = tf.matMul(dz, tf.transpose(last));
      let dc: Tensor | undefined;
      for (const step of [...passed].reverse()) {
        const back = goBack(tf, step, dh, dc);
        back.dgates.forEach((it, gate) => {
          all[gate]?.push(it);
        });
        dc = back.dc;
        dh = back.dgates
          .map((it, gate) => tf.matMul(it, turned[gate] as Tensor))
          .reduce((sum, it) => tf.add(sum, it));
      }
      const inputs = tf.transpose(
        tf.concat(
          passed.map(({ xh }) => xh),
          0,
        ),
      );
      const ones = tf.ones([1, steps * rows]);
      const gradients = all.flatMap((dgates, gate) => {
        const d = tf.concat(dgates.reverse(), 0);
        return [
          [`weight${gate}`, tf.matMul(inputs, d)],
          [`bias${gate}`, tf.reshape(tf.matMul(ones, d), [units])],
        ] as const;
      });
      update.applyGradients({
        ...Object.fromEntries(gradients),
        dense: tf.matMul(tf.transpose(h), dz),
        denseBias: tf.sum(dz, 0),
      });
      return tf.losses.softmaxCrossEntropy(y, z);
    });
}

/** Gradients of a step's gates before their activations, and of c before it. */
function goBack(tf: DeepTf, { c, gates, t }: Passed, dh: Tensor, after: Tensor | undefined) {
  const [i, f, g, o] = gates;
  const { add, mul, square, sub } = tf;
  /** d · σ′, from σ. */
  const throughSigmoid = (d: Tensor, s: Tensor) => mul(d, sub(s, square(s)));
  const throughTanh = (d: Tensor, t: Tensor) => sub(d, mul(d, square(t)));
  const own = throughTanh(mul(dh, o), t);
  const d = after === undefined ? own : add(own, after);
  const dgates = [
    throughSigmoid(mul(d, g), i),
    c === undefined ? tf.zerosLike(d) : throughSigmoid(mul(d, c), f),
    throughTanh(mul(d, i), g),
    throughSigmoid(mul(dh, t), o),
  ];
  return { dgates, dc: mul(d, f) };
}
