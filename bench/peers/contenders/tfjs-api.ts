// What is used of TensorFlow.js, typed here: the root's type check runs without the peers installed.

export interface Tensor {
  readonly dataSync: () => Float32Array;
  readonly dispose: () => void;
}

interface Optimizer {
  readonly minimize: (loss: () => Tensor, returnCost: boolean) => Tensor | null;
}

type Gradient = (dy: Tensor, saved: [Tensor, Tensor]) => Tensor[];

export interface TfCore {
  readonly setBackend: (name: string) => Promise<boolean>;
  readonly ready: () => Promise<void>;
  readonly enableProdMode: () => void;
  readonly env: () => { readonly set: (flag: string, value: boolean) => void };
  readonly tidy: (compute: () => Tensor) => Tensor;
  readonly tensor: (numbers: Float32Array, shape: readonly number[]) => Tensor;
  readonly variable: (initial: Tensor) => Tensor;
  readonly matMul: (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor;
  readonly transpose: (x: Tensor) => Tensor;
  readonly add: (a: Tensor, b: Tensor) => Tensor;
  readonly sum: (x: Tensor, axis: number) => Tensor;
  readonly relu: (x: Tensor) => Tensor;
  readonly tanh: (x: Tensor) => Tensor;
  readonly softmax: (x: Tensor) => Tensor;
  readonly fused: {
    readonly matMul: (options: {
      readonly a: Tensor;
      readonly b: Tensor;
      readonly bias: Tensor;
      readonly activation: string;
    }) => Tensor;
  };
  readonly losses: {
    readonly softmaxCrossEntropy: (labels: Tensor, logits: Tensor) => Tensor;
    readonly sigmoidCrossEntropy: (labels: Tensor, logits: Tensor) => Tensor;
  };
  readonly train: {
    readonly sgd: (learningRate: number) => Optimizer;
    readonly adam: (rate: number, beta1: number, beta2: number, epsilon: number) => Optimizer;
  };
  readonly customGrad: (
    compute: (
      x: Tensor,
      weight: Tensor,
      bias: Tensor,
      save: (tensors: Tensor[]) => void,
    ) => { readonly value: Tensor; readonly gradFunc: Gradient },
  ) => (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;
}

export interface TfWasm {
  readonly setThreadsCount: (threads: number) => void;
  readonly getThreadsCount: () => number;
}
