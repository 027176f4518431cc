// The convnet and the LSTM in TensorFlow.js. As one writes them they are differentiated by its tape; its wasm
// backend has no filter gradient of conv2d, so that one is composed. Tuned, the whole step is written by hand
// with the fastest compositions that were found (../README.md).

import type { ConvnetWorkload, LstmWorkload } from "../../workloads.ts";
import type { Runner } from "../contender.ts";
import { batchesOf, type DeepTask, oneHot } from "../task.ts";
import type { DeepTf, Tensor } from "./tfjs-api.ts";
import { handmadeConvnet } from "./tfjs-convnet.ts";
import { handmadeLstm } from "./tfjs-lstm.ts";

/** Of one batch: its loss, a tensor, after an update. */
export type Step = (x: Tensor, y: Tensor) => Tensor;

export interface DeepTfOptions {
  readonly tuned: boolean;
  /** Whether the backend has the filter gradient of conv2d. */
  readonly filterGradient: boolean;
}

export function trainDeep(tf: DeepTf, task: DeepTask, options: DeepTfOptions): Runner {
  const { workload, checkedSteps } = task;
  const { batchSize, classes } = workload;
  const sample =
    workload.kind === "convnet"
      ? [workload.side, workload.side, 1]
      : [workload.steps, workload.features];
  const size = sample.reduce((product, it) => product * it) * batchSize;
  const targets = oneHot(task.y, classes);
  const batches = Array.from({ length: batchesOf(workload) }, (_, i) => ({
    x: tf.tensor(task.x.slice(i * size, (i + 1) * size), [batchSize, ...sample]),
    y: tf.tensor(targets.slice(i * batchSize * classes, (i + 1) * batchSize * classes), [
      batchSize,
      classes,
    ]),
  }));
  const train = stepOf(tf, task, options);
  let next = 0;
  const step = () => {
    const { x, y } = batches[next++ % batches.length] as { x: Tensor; y: Tensor };
    return train(x, y);
  };
  const steps = Array.from({ length: checkedSteps }, () => {
    const loss = step();
    const [number = Number.NaN] = loss.dataSync();
    loss.dispose();
    return number;
  });
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) step().dispose();
    },
    losses: { steps },
  };
}

function stepOf(tf: DeepTf, task: DeepTask, { tuned, filterGradient }: DeepTfOptions): Step {
  const { workload, parameters } = task;
  if (workload.kind === "convnet") {
    if (tuned) return handmadeConvnet(tf, workload, parameters);
    return minimized(tf, workload, convnet(tf, workload, parameters, filterGradient));
  }
  if (tuned) return handmadeLstm(tf, workload, parameters);
  return minimized(tf, workload, lstm(tf, workload, parameters));
}

/** By the tape. */
function minimized(
  tf: DeepTf,
  { learningRate }: ConvnetWorkload | LstmWorkload,
  logits: (x: Tensor) => Tensor,
): Step {
  const update = tf.train.adam(learningRate, 0.9, 0.999, 1e-7);
  return (x, y) =>
    update.minimize(() => tf.losses.softmaxCrossEntropy(y, logits(x)), true) as Tensor;
}

function convnet(
  tf: DeepTf,
  { filters, classes }: ConvnetWorkload,
  parameters: readonly Float32Array[],
  filterGradient: boolean,
): (x: Tensor) => Tensor {
  const variables = convnetShapes(filters, classes, parameters).map(([numbers, shape]) =>
    tf.variable(tf.tensor(numbers, shape)),
  ) as Tensor[];
  const [dense, bias] = variables.slice(-2) as [Tensor, Tensor];
  return (x) => {
    let h = x;
    filters.forEach((_, i) => {
      const [weight, bias] = variables.slice(2 * i, 2 * i + 2) as [Tensor, Tensor];
      const y = filterGradient ? tf.conv2d(h, weight, 1, "valid") : convolved(tf, h, weight, i);
      h = tf.maxPool(tf.relu(tf.add(y, bias)), 2, 2, "valid");
    });
    const flat = tf.reshape(h, [x.shape[0] ?? 0, -1]);
    return tf.add(tf.matMul(flat, dense), bias);
  };
}

/** Weights, with the shapes that they have here. */
export function convnetShapes(
  filters: readonly number[],
  classes: number,
  parameters: readonly Float32Array[],
): (readonly [Float32Array, readonly number[]])[] {
  const shapes = filters.flatMap((count, i) => [[3, 3, filters[i - 1] ?? 1, count], [count]]);
  return [...shapes, [-1, classes], [classes]].map((shape, i) => {
    const numbers = parameters[i] ?? new Float32Array();
    return [numbers, shape.map((it) => (it < 0 ? numbers.length / classes : it))] as const;
  });
}

/** conv2d with a filter gradient of our own; of the first layer's input no gradient is wanted. */
function convolved(tf: DeepTf, x: Tensor, weight: Tensor, layer: number): Tensor {
  if (layer === 0) {
    return tf.customGrad((weight: Tensor) => ({
      value: tf.conv2d(x, weight, 1, "valid"),
      gradFunc: (dy: Tensor) => byPlaces(tf, x, dy),
    }))(weight);
  }
  return tf.customGrad((x: Tensor, weight: Tensor, save: (tensors: Tensor[]) => void) => {
    save([x, weight]);
    return {
      value: tf.conv2d(x, weight, 1, "valid"),
      gradFunc: (dy: Tensor, [x, weight]: [Tensor, Tensor]) => [
        tf.conv2dTranspose(dy, weight, x.shape, 1, "valid"),
        filterGradient(tf, x, dy),
      ],
    };
  })(x, weight);
}

/**
 * dweight [3, 3, C, F] of x [N, H, W, C] and dy [N, H−2, W−2, F]: a convolution again, of channels as samples
 * and with samples as channels.
 */
export function filterGradient(tf: DeepTf, x: Tensor, dy: Tensor): Tensor {
  const turned = tf.conv2d(
    tf.transpose(x, [3, 1, 2, 0]),
    tf.transpose(dy, [1, 2, 0, 3]),
    1,
    "valid",
  );
  return tf.transpose(turned, [1, 2, 0, 3]);
}

/** The filter gradient for one channel: nine products, one for each place in the window. */
export function byPlaces(tf: DeepTf, x: Tensor, dy: Tensor): Tensor {
  const [rows = 0, height = 0, width = 0, filters = 0] = dy.shape;
  const pixels = rows * height * width;
  const d = tf.reshape(dy, [pixels, filters]);
  const [, side = 0] = x.shape;
  // Without the channel slices are runs of whole lines.
  const images = tf.reshape(x, [rows, side, side]);
  const products: Tensor[] = [];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const seen = tf.slice(images, [0, i, j], [rows, height, width]);
      products.push(tf.matMul(tf.reshape(seen, [1, pixels]), d));
    }
  }
  return tf.reshape(tf.concat(products, 0), [3, 3, 1, filters]);
}

function lstm(
  tf: DeepTf,
  { steps, features, units, classes }: LstmWorkload,
  parameters: readonly Float32Array[],
): (x: Tensor) => Tensor {
  const [weight, recurrent, bias, dense, denseBias] = [
    [features, 4 * units],
    [units, 4 * units],
    [4 * units],
    [units, classes],
    [classes],
  ].map((shape, i) => tf.variable(tf.tensor(parameters[i] as Float32Array, shape))) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  return (x) => {
    const rows = x.shape[0] ?? 0;
    // What does not wait for the step before, at once.
    const given = tf.matMul(tf.reshape(x, [rows * steps, features]), weight);
    const zs = tf.unstack(tf.reshape(tf.add(given, bias), [rows, steps, 4 * units]), 1);
    let h: Tensor | undefined;
    let c: Tensor | undefined;
    for (const given of zs) {
      const z = h === undefined ? given : tf.add(given, tf.matMul(h, recurrent));
      const [i, f, g, o] = tf.split(z, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
      const input = tf.mul(tf.sigmoid(i), tf.tanh(g));
      c = c === undefined ? input : tf.add(tf.mul(tf.sigmoid(f), c), input);
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return tf.add(tf.matMul(h as Tensor, dense), denseBias);
  };
}
