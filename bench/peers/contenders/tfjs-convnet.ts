// A step of the convnet by hand, on TensorFlow.js' wasm backend. What was found to be fast there: whatever XNNPACK
// does (conv2d, products that are not transposed, add, sub, mul, step), resizing to the nearest neighbor; and slow:
// comparisons, broadcasting in more than four dimensions, and its own gradients of pooling and convolution.

import type { ConvnetWorkload } from "../../workloads.ts";
import type { DeepTf, Tensor } from "./tfjs-api.ts";
import { byPlaces, convnetShapes, filterGradient, type Step } from "./tfjs-deep.ts";

export function handmadeConvnet(
  tf: DeepTf,
  { filters, classes, learningRate }: ConvnetWorkload,
  parameters: readonly Float32Array[],
): Step {
  const variables = convnetShapes(filters, classes, parameters).map(([numbers, shape], i) =>
    tf.variable(tf.tensor(numbers, shape), true, `parameter${i}`),
  );
  const pairs = variables.flatMap((weight, i) =>
    i % 2 === 0 ? [{ weight, bias: variables[i + 1] as Tensor }] : [],
  );
  const dense = pairs.pop() as (typeof pairs)[0];
  const update = tf.train.adam(learningRate, 0.9, 0.999, 1e-7);
  return (x, y) =>
    tf.tidy(() => {
      const layers: { x: Tensor; y: Tensor; pooled: Tensor; weight: Tensor }[] = [];
      let h = x;
      for (const { weight, bias } of pairs) {
        const convolution = { x: h, filter: weight, strides: 1, pad: "valid", bias } as const;
        const y = tf.fused.conv2d({ ...convolution, activation: "relu" });
        const pooled = tf.maxPool(y, 2, 2, "valid");
        layers.push({ x: h, y, pooled, weight });
        h = pooled;
      }
      const rows = x.shape[0] ?? 0;
      const flat = tf.reshape(h, [rows, -1]);
      const { weight, bias } = dense;
      const z = tf.fused.matMul({ a: flat, b: weight, bias, activation: "linear" });
      const dz = tf.mul(tf.sub(tf.softmax(z), y), tf.scalar(1 / rows));
      let gradients = [tf.matMul(tf.transpose(flat), dz), tf.sum(dz, 0)];
      let dpooled = tf.reshape(tf.matMul(dz, tf.transpose(weight)), h.shape);
      layers.reverse().forEach(({ x, y, pooled, weight }, i) => {
        const passed = tf.mul(dpooled, tf.step(pooled));
        const dy = unpooled(tf, y, pooled, passed);
        const input = cropped(tf, x, (dy.shape[1] ?? 0) + 2);
        const dweight = x.shape[3] === 1 ? byPlaces(tf, input, dy) : filterGradient(tf, input, dy);
        gradients = [dweight, columnSums(tf, passed), ...gradients];
        if (i + 1 < layers.length) dpooled = inputGradient(tf, x, weight, dy);
      });
      update.applyGradients(
        Object.fromEntries(gradients.map((it, i) => [`parameter${i}`, it] as const)),
      );
      return tf.losses.softmaxCrossEntropy(y, z);
    });
}

/** dpooled where y was the maximum of its 2 × 2; rows and columns that were not pooled are left out. */
function unpooled(tf: DeepTf, y: Tensor, pooled: Tensor, dpooled: Tensor): Tensor {
  const side = 2 * (pooled.shape[1] ?? 0);
  const up = (it: Tensor) => tf.image.resizeNearestNeighbor(it, [side, side]);
  const d = up(dpooled);
  // 1 where the maximum is above: a step of differences is a sixth of what a comparison takes.
  const others = tf.step(tf.sub(up(pooled), cropped(tf, y, side)));
  return tf.sub(d, tf.mul(d, others));
}

/** Sums over all but channels, as a product: twice as fast as tf.sum. */
function columnSums(tf: DeepTf, dy: Tensor): Tensor {
  const channels = dy.shape[3] ?? 0;
  const rows = dy.shape.reduce((product, it) => product * it) / channels;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(dy, [rows, channels])), [channels]);
}

/** A convolution of dy, zeros around it, with turned weights: five times as fast as its own kernel. */
function inputGradient(tf: DeepTf, x: Tensor, weight: Tensor, dy: Tensor): Tensor {
  const after = (x.shape[1] ?? 0) - (dy.shape[1] ?? 0);
  const framed = tf.pad(dy, [
    [0, 0],
    [2, after],
    [2, after],
    [0, 0],
  ]);
  return tf.conv2d(framed, tf.transpose(tf.reverse(weight, [0, 1]), [0, 1, 3, 2]), 1, "valid");
}

/** The first rows and columns of images. */
function cropped(tf: DeepTf, x: Tensor, side: number): Tensor {
  const [rows = 0, height = 0, , channels = 0] = x.shape;
  return side === height ? x : tf.slice(x, [0, 0, 0, 0], [rows, side, side, channels]);
}
