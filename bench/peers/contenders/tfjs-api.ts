// What is used of TensorFlow.js, typed here: the root's type check runs without the peers installed.

export interface Tensor {
  readonly shape: readonly number[];
  readonly dataSync: () => Float32Array;
  readonly dispose: () => void;
}

interface Optimizer {
  readonly minimize: (loss: () => Tensor, returnCost: boolean) => Tensor | null;
  /** By the names of variables. */
  readonly applyGradients: (gradients: Readonly<Record<string, Tensor>>) => void;
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

type Shape = readonly number[];
type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;

/** What the convnet and the LSTM use besides. */
export interface DeepTf extends Omit<TfCore, "customGrad" | "fused" | "transpose" | "variable"> {
  readonly variable: (initial: Tensor, trainable?: boolean, name?: string) => Tensor;
  readonly scalar: (value: number) => Tensor;
  readonly ones: (shape: Shape) => Tensor;
  readonly zeros: (shape: Shape) => Tensor;
  readonly zerosLike: Unary;
  readonly mul: Binary;
  readonly sub: Binary;
  readonly square: Unary;
  readonly step: Unary;
  readonly sigmoid: Unary;
  readonly reshape: (x: Tensor, shape: Shape) => Tensor;
  readonly transpose: (x: Tensor, permutation?: Shape) => Tensor;
  readonly reverse: (x: Tensor, axes: Shape) => Tensor;
  readonly slice: (x: Tensor, begin: Shape, size: Shape) => Tensor;
  readonly concat: (tensors: readonly Tensor[], axis: number) => Tensor;
  readonly split: (x: Tensor, parts: number, axis: number) => Tensor[];
  readonly unstack: (x: Tensor, axis: number) => Tensor[];
  readonly pad: (x: Tensor, paddings: readonly (readonly [number, number])[]) => Tensor;
  readonly conv2d: (x: Tensor, weight: Tensor, strides: number, padding: "valid") => Tensor;
  readonly conv2dTranspose: (
    dy: Tensor,
    weight: Tensor,
    shape: Shape,
    strides: number,
    padding: "valid",
  ) => Tensor;
  readonly maxPool: (x: Tensor, size: number, strides: number, padding: "valid") => Tensor;
  readonly image: {
    readonly resizeNearestNeighbor: (x: Tensor, size: readonly [number, number]) => Tensor;
  };
  readonly fused: TfCore["fused"] & {
    readonly conv2d: (options: {
      readonly x: Tensor;
      readonly filter: Tensor;
      readonly strides: number;
      readonly pad: "valid";
      readonly bias: Tensor;
      readonly activation: string;
    }) => Tensor;
  };
  readonly customGrad: <Given extends readonly unknown[]>(
    compute: (...given: Given) => { readonly value: Tensor; readonly gradFunc: unknown },
  ) => (...tensors: Tensor[]) => Tensor;
}
