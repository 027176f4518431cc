// jax-js on its wasm backend: a whole step, forward, gradient and Adam, under jit. Its optimizers are a
// package of their own (optax) that stands for the same few lines. Work is lazy and piles up until something
// is read, so each step's loss is read. In Node it runs on one thread: its pool wants a global Worker.

import type { Player, Runner } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import {
  batchesOf,
  type GemmTask,
  type LayerWeights,
  oneHot,
  type PredictTask,
  type Task,
  type TrainTask,
} from "../task.ts";
import { type DeepJax, trainDeep } from "./jax-deep.ts";

/** An array that is used up by being passed on; `ref` is one more use. */
interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  readonly reshape: (shape: number[]) => JaxArray;
  readonly add: (other: JaxArray | number) => JaxArray;
  readonly sub: (other: JaxArray | number) => JaxArray;
  readonly mul: (other: JaxArray | number) => JaxArray;
  readonly div: (other: JaxArray | number) => JaxArray;
  readonly sum: () => JaxArray;
  readonly dataSync: () => Float32Array;
  readonly dispose: () => void;
}

/** [weight, bias] of each layer. */
type Parameters = [JaxArray, JaxArray][];

interface Jax {
  readonly init: (...devices: string[]) => Promise<string[]>;
  readonly defaultDevice: (device: string) => string;
  readonly jit: <F>(f: F) => F;
  readonly valueAndGrad: (
    f: (p: Parameters, x: JaxArray, y: JaxArray) => JaxArray,
  ) => (p: Parameters, x: JaxArray, y: JaxArray) => [JaxArray, Parameters];
  readonly numpy: {
    readonly array: (numbers: Float32Array) => JaxArray;
    readonly zeros: (shape: number[]) => JaxArray;
    readonly matmul: (a: JaxArray, b: JaxArray) => JaxArray;
    readonly matrixTranspose: (x: JaxArray) => JaxArray;
    readonly tanh: (x: JaxArray) => JaxArray;
    readonly sqrt: (x: JaxArray) => JaxArray;
    readonly square: (x: JaxArray) => JaxArray;
  };
  readonly nn: {
    readonly relu: (x: JaxArray) => JaxArray;
    readonly softmax: (x: JaxArray) => JaxArray;
    readonly logSoftmax: (x: JaxArray) => JaxArray;
    readonly softplus: (x: JaxArray) => JaxArray;
  };
  readonly tree: {
    readonly ref: (tree: Parameters) => Parameters;
    readonly map: (f: (...arrays: JaxArray[]) => JaxArray, ...trees: Parameters[]) => Parameters;
  };
}

export async function jaxJs(): Promise<Player> {
  const jax = await peer<Jax>("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return { version: peerVersion("@jax-js/jax"), prepare: (task) => prepare(jax, task) };
}

function prepare(jax: Jax, task: Task): Runner {
  switch (task.kind) {
    case "gemm":
      return gemm(jax, task);
    case "train":
      return train(jax, task);
    case "predict":
      return predict(jax, task);
    case "deep":
      return trainDeep(jax as unknown as DeepJax, task);
    default:
      return task satisfies never;
  }
}

function gemm({ numpy: np, jit }: Jax, { workload, a, b }: GemmTask): Runner {
  const { transpose, m, n, k } = workload;
  const tn = transpose === "tn";
  const nt = transpose === "nt";
  const left = np.array(a).reshape(tn ? [k, m] : [m, k]);
  const right = np.array(b).reshape(nt ? [n, k] : [k, n]);
  const turned = (x: JaxArray, turn: boolean) => (turn ? np.matrixTranspose(x) : x);
  const multiply = jit((x: JaxArray, y: JaxArray) => np.matmul(turned(x, tn), turned(y, nt)));
  // Reading is what makes it compute.
  const run = () => multiply(left.ref, right.ref).dataSync();
  return { unitsPerCall: 1, run: (calls) => repeat(calls, run), result: run() };
}

function train(jax: Jax, task: TrainTask): Runner {
  const { numpy: np, nn, jit, tree, valueAndGrad } = jax;
  const { workload, x, y, checkedSteps } = task;
  const { network, batchSize } = workload;
  const { sizes, output, optimizer } = network;
  const rate = optimizer.learningRate;
  const width = sizes[0] ?? 0;
  const units = sizes.at(-1) ?? 0;
  const targets = output === "softmax" ? oneHot(y, units) : y;
  const batches = Array.from({ length: batchesOf(workload) }, (_, i) => ({
    x: matrix(jax, x, i, batchSize, width),
    y: matrix(jax, targets, i, batchSize, units),
  }));
  const lossOf = (p: Parameters, x: JaxArray, y: JaxArray) => {
    const z = logits(jax, p, x, network.hidden);
    return output === "softmax"
      ? nn
          .logSoftmax(z)
          .mul(y)
          .sum()
          .mul(-1 / batchSize)
      : nn
          .softplus(z.ref)
          .sub(z.mul(y))
          .sum()
          .mul(1 / batchSize);
  };
  const sgd = jit((p: Parameters, x: JaxArray, y: JaxArray): [Parameters, JaxArray] => {
    const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
    return [tree.map((p, g) => p.sub(g.mul(rate)), p, g), loss];
  });
  // The corrections come as arrays: plain numbers would be compiled in anew for each step.
  const adam = jit(
    (
      p: Parameters,
      m: Parameters,
      v: Parameters,
      c: [JaxArray, JaxArray],
      x: JaxArray,
      y: JaxArray,
    ) => {
      const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
      const m2 = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(g));
      const v2 = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v, g);
      const move = (p: JaxArray, m: JaxArray, v: JaxArray) =>
        p.sub(m.mul(c[0].ref).div(np.sqrt(v.mul(c[1].ref)).add(1e-7)));
      const p2 = tree.map(move, p, tree.ref(m2), tree.ref(v2));
      for (const it of c) it.dispose();
      return [p2, m2, v2, loss] as const;
    },
  );
  let p = parameters(jax, task.layers);
  const zeros = () => tree.map((it) => np.zeros(it.shape), p);
  let m = zeros();
  let v = zeros();
  let count = 0;
  const step = () => {
    const batch = batches[count++ % batches.length];
    if (batch === undefined) return Number.NaN;
    let loss: JaxArray;
    if (optimizer.name === "sgd") [p, loss] = sgd(p, batch.x.ref, batch.y.ref);
    else {
      const first = np.array(Float32Array.of(rate / (1 - 0.9 ** count)));
      const second = np.array(Float32Array.of(1 / (1 - 0.999 ** count)));
      [p, m, v, loss] = adam(p, m, v, [first, second], batch.x.ref, batch.y.ref);
    }
    return loss.dataSync()[0] ?? Number.NaN;
  };
  const steps = Array.from({ length: checkedSteps }, step);
  return { unitsPerCall: batchSize, run: (calls) => repeat(calls, step), losses: { steps } };
}

function predict(jax: Jax, task: PredictTask): Runner {
  const { network, batchSize } = task.workload;
  const p = parameters(jax, task.layers);
  const forward = jax.jit((p: Parameters, x: JaxArray) =>
    jax.nn.softmax(logits(jax, p, x, network.hidden)),
  );
  const run = () => {
    const x = matrix(jax, task.x, 0, batchSize, network.sizes[0] ?? 0);
    return forward(jax.tree.ref(p), x).dataSync();
  };
  return { unitsPerCall: batchSize, run: (calls) => repeat(calls, run), result: run() };
}

function logits({ numpy: np, nn }: Jax, p: Parameters, x: JaxArray, hidden: "relu" | "tanh") {
  const activate = hidden === "relu" ? nn.relu : np.tanh;
  return p.reduce((h, [weight, bias], i) => {
    const z = np.matmul(h, weight).add(bias);
    return i + 1 < p.length ? activate(z) : z;
  }, x);
}

function parameters({ numpy: np }: Jax, layers: readonly LayerWeights[]): Parameters {
  return layers.map(({ inputs, units, weight, bias }) => [
    np.array(weight).reshape([inputs, units]),
    np.array(bias),
  ]);
}

/** The index-th [rows×columns] of numbers. */
function matrix(
  { numpy: np }: Jax,
  numbers: Float32Array,
  index: number,
  rows: number,
  columns: number,
): JaxArray {
  const size = rows * columns;
  return np.array(numbers.slice(index * size, (index + 1) * size)).reshape([rows, columns]);
}

function repeat(calls: number, run: () => unknown): void {
  for (let call = 0; call < calls; call++) run();
}
