// The convnet and the LSTM in jax-js: a whole step under jit. Images have channels outermost there, so weights
// are turned once; it has no loop over steps that is differentiated, so the LSTM's are written out.

import type { ConvnetWorkload } from "../../workloads.ts";
import type { Runner } from "../contender.ts";
import { batchesOf, type DeepTask, oneHot } from "../task.ts";

/** As in jax-js.ts: used up by being passed on, `ref` is one more use. */
interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  readonly reshape: (shape: number[]) => JaxArray;
  readonly transpose: (permutation: number[]) => JaxArray;
  readonly slice: (...index: ([] | number | [number, number])[]) => JaxArray;
  readonly add: (other: JaxArray | number) => JaxArray;
  readonly sub: (other: JaxArray | number) => JaxArray;
  readonly mul: (other: JaxArray | number) => JaxArray;
  readonly div: (other: JaxArray | number) => JaxArray;
  readonly sum: () => JaxArray;
  readonly dataSync: () => Float32Array;
  readonly dispose: () => void;
}

/** In the order of the task. */
type Parameters = JaxArray[];
type Logits = (p: Parameters, x: JaxArray) => JaxArray;

export interface DeepJax {
  readonly jit: <F>(f: F) => F;
  readonly valueAndGrad: (
    f: (p: Parameters, x: JaxArray, y: JaxArray) => JaxArray,
  ) => (p: Parameters, x: JaxArray, y: JaxArray) => [JaxArray, Parameters];
  readonly numpy: {
    readonly array: (numbers: Float32Array) => JaxArray;
    readonly zeros: (shape: number[]) => JaxArray;
    readonly matmul: (a: JaxArray, b: JaxArray) => JaxArray;
    readonly max: (x: JaxArray, axes: number[]) => JaxArray;
    readonly split: (x: JaxArray, parts: number, axis: number) => JaxArray[];
    readonly tanh: (x: JaxArray) => JaxArray;
    readonly sqrt: (x: JaxArray) => JaxArray;
    readonly square: (x: JaxArray) => JaxArray;
  };
  readonly lax: {
    readonly conv: (x: JaxArray, weight: JaxArray, strides: number[], padding: string) => JaxArray;
  };
  readonly nn: {
    readonly relu: (x: JaxArray) => JaxArray;
    readonly sigmoid: (x: JaxArray) => JaxArray;
    readonly logSoftmax: (x: JaxArray) => JaxArray;
  };
  readonly tree: {
    readonly ref: (tree: Parameters) => Parameters;
    readonly map: (f: (...arrays: JaxArray[]) => JaxArray, ...trees: Parameters[]) => Parameters;
  };
}

export function trainDeep(jax: DeepJax, task: DeepTask): Runner {
  const { numpy: np, nn, jit, tree, valueAndGrad } = jax;
  const { workload, checkedSteps } = task;
  const { batchSize, classes, learningRate } = workload;
  const shape =
    workload.kind === "convnet"
      ? [batchSize, 1, workload.side, workload.side]
      : [batchSize, workload.steps, workload.features];
  const matrix = (numbers: Float32Array, index: number, shape: number[]) => {
    const size = shape.reduce((product, it) => product * it);
    return np.array(numbers.slice(index * size, (index + 1) * size)).reshape(shape);
  };
  const targets = oneHot(task.y, classes);
  const batches = Array.from({ length: batchesOf(workload) }, (_, i) => ({
    x: matrix(task.x, i, shape),
    y: matrix(targets, i, [batchSize, classes]),
  }));
  const { logits, parameters } =
    workload.kind === "convnet" ? convnet(jax, workload, task.parameters) : lstm(jax, task);
  const lossOf = (p: Parameters, x: JaxArray, y: JaxArray) =>
    nn
      .logSoftmax(logits(p, x))
      .mul(y)
      .sum()
      .mul(-1 / batchSize);
  // The corrections come as arrays: plain numbers would be compiled in anew for each step.
  const adam = jit(
    (p: Parameters, m: Parameters, v: Parameters, c: Parameters, x: JaxArray, y: JaxArray) => {
      const [first, second] = c as [JaxArray, JaxArray];
      const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
      const m2 = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m as never, tree.ref(g));
      const v2 = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v as never, g);
      const move = (p: JaxArray, m: JaxArray, v: JaxArray) =>
        p.sub(m.mul(first.ref).div(np.sqrt(v.mul(second.ref)).add(1e-7)));
      const p2 = tree.map(move as never, p, tree.ref(m2), tree.ref(v2));
      for (const it of c) it.dispose();
      return [p2, m2, v2, loss] as const;
    },
  );
  const zeros = () => parameters.map((it) => np.zeros(it.shape));
  let p = parameters;
  let m = zeros();
  let v = zeros();
  let count = 0;
  const step = () => {
    const { x, y } = batches[count++ % batches.length] as { x: JaxArray; y: JaxArray };
    const first = np.array(Float32Array.of(learningRate / (1 - 0.9 ** count)));
    const second = np.array(Float32Array.of(1 / (1 - 0.999 ** count)));
    let loss: JaxArray;
    [p, m, v, loss] = adam(p, m, v, [first, second], x.ref, y.ref);
    return loss.dataSync()[0] ?? Number.NaN;
  };
  const steps = Array.from({ length: checkedSteps }, step);
  return {
    unitsPerCall: batchSize,
    run: (calls) => {
      for (let call = 0; call < calls; call++) step();
    },
    losses: { steps },
  };
}

interface Deep {
  readonly logits: Logits;
  readonly parameters: Parameters;
}

function convnet(
  { numpy: np, lax, nn }: DeepJax,
  { side, filters, classes }: ConvnetWorkload,
  given: readonly Float32Array[],
): Deep {
  let pooled = side;
  const parameters = filters.flatMap((count, i) => {
    const weight = array(np, given[2 * i]).reshape([3, 3, filters[i - 1] ?? 1, count]);
    pooled = (pooled - 2) >> 1;
    const bias = array(np, given[2 * i + 1]).reshape([1, count, 1, 1]);
    return [weight.transpose([3, 2, 0, 1]), bias];
  });
  const last = filters.at(-1) ?? 0;
  const dense = array(np, given.at(-2))
    .reshape([pooled, pooled, last, classes])
    .transpose([2, 0, 1, 3])
    .reshape([pooled * pooled * last, classes]);
  parameters.push(dense, array(np, given.at(-1)));
  return {
    parameters,
    logits(p, x) {
      const [rows = 0] = x.shape;
      let h = x;
      for (let i = 0; i < filters.length; i++) {
        const [weight, bias] = p.slice(2 * i, 2 * i + 2) as [JaxArray, JaxArray];
        h = nn.relu(lax.conv(h, weight, [1, 1], "VALID").add(bias));
        const [, channels = 0, size = 0] = h.shape;
        const half = size >> 1;
        if (size % 2 === 1) h = h.slice([], [], [0, 2 * half], [0, 2 * half]);
        h = np.max(h.reshape([rows, channels, half, 2, half, 2]), [3, 5]);
      }
      const [dense, bias] = p.slice(-2) as [JaxArray, JaxArray];
      return np.matmul(h.reshape([rows, -1]), dense).add(bias);
    },
  };
}

function lstm({ numpy: np, nn }: DeepJax, { workload, parameters: given }: DeepTask): Deep {
  if (workload.kind !== "lstm") throw new Error("peers: not an LSTM");
  const { steps, features, units, classes } = workload;
  const shapes = [
    [features, 4 * units],
    [units, 4 * units],
    [4 * units],
    [units, classes],
    [classes],
  ];
  return {
    parameters: shapes.map((shape, i) => array(np, given[i]).reshape(shape)),
    logits(p, x) {
      const [weight, recurrent, bias, dense, denseBias] = p as [
        JaxArray,
        JaxArray,
        JaxArray,
        JaxArray,
        JaxArray,
      ];
      const [rows = 0] = x.shape;
      const all = np.matmul(x.reshape([rows * steps, features]), weight).add(bias);
      const zs = all.reshape([rows, steps, 4 * units]);
      let h: JaxArray | undefined;
      let c: JaxArray | undefined;
      for (let t = 0; t < steps; t++) {
        const own = zs.ref.slice([], t);
        const z = h === undefined ? own : own.add(np.matmul(h, recurrent.ref));
        const [i, f, g, o] = np.split(z, 4, 1) as [JaxArray, JaxArray, JaxArray, JaxArray];
        const input = nn.sigmoid(i).mul(np.tanh(g));
        c = c === undefined ? input : nn.sigmoid(f).mul(c).add(input);
        h = nn.sigmoid(o).mul(np.tanh(c.ref));
      }
      return np.matmul(h as JaxArray, dense).add(denseBias);
    },
  };
}

function array(np: DeepJax["numpy"], numbers: Float32Array | undefined): JaxArray {
  return np.array(numbers ?? new Float32Array());
}
