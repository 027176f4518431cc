// Small graphs of any layers, drawn from a number: what the laws about all models are tried on.

import {
  type ActivationName,
  activation,
  activityRegularization,
  add,
  alphaDropout,
  average,
  averagePooling1d,
  averagePooling2d,
  batchNormalization,
  bidirectional,
  concatenate,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  cropping1d,
  cropping2d,
  dense,
  depthwiseConv2d,
  dropout,
  embedding,
  flatten,
  gaussianDropout,
  gaussianNoise,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  groupNormalization,
  gru,
  type HeadOptions,
  input,
  type Layer,
  type LossName,
  layerNormalization,
  lstm,
  masking,
  maximum,
  maxPooling1d,
  maxPooling2d,
  minimum,
  multiHeadAttention,
  multiply,
  permute,
  positionEmbedding,
  prelu,
  randomBrightness,
  randomContrast,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
  repeatVector,
  rescaling,
  reshape,
  rmsNormalization,
  type SymbolicTensor,
  separableConv2d,
  simpleRNN,
  sinePositionEncoding,
  spatialDropout1d,
  spatialDropout2d,
  subtract,
  timeDistributed,
  upSampling1d,
  upSampling2d,
  zeroPadding1d,
  zeroPadding2d,
} from "../../src/index.ts";

/** Whole numbers and choices, a function of the seed alone. */
export interface Draws {
  /** A whole number below n. */
  below(n: number): number;
  of<T>(list: readonly T[]): T;
  /** `count` numbers in ±1. */
  uniform(count: number): Float32Array;
}

export function drawsFrom(seed: number): Draws {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const below = (n: number) => next() % n;
  return {
    below,
    of: (list) => list[below(list.length)] as (typeof list)[number],
    uniform: (count) => Float32Array.from({ length: count }, () => next() / 2 ** 23 - 1),
  };
}

/** A layer for values of a kind; `rough` ones have kinks, draw at random, or differ in training. */
interface Choice {
  readonly make: (draws: Draws, shape: readonly number[]) => Layer;
  readonly rough?: true;
}

const smoothActivations: readonly ActivationName[] = [
  "linear",
  "tanh",
  "sigmoid",
  "softplus",
  "gelu",
  "swish",
  "softmax",
  "mish",
];
const roughActivations: readonly ActivationName[] = [
  ...smoothActivations,
  "relu",
  "elu",
  "selu",
  "hardSigmoid",
];
const rough = (make: Choice["make"]): Choice => ({ make, rough: true });
const smooth = (make: Choice["make"]): Choice => ({ make });
const size = (draws: Draws) => 1 + draws.below(5);
const f = (draws: Draws) => draws.of(smoothActivations);
const divisor = (draws: Draws, n: number) => draws.of([1, 2, 3, 4, 5].filter((it) => n % it === 0));

const anyShape: readonly Choice[] = [
  smooth((d) => dense({ units: size(d), activation: f(d), useBias: d.below(4) > 0 })),
  smooth((d) => dense({ units: size(d), activation: f(d), kernelRegularizer: 0.01 })),
  smooth((d) => activation(f(d))),
  smooth(() => flatten()),
  smooth(() => layerNormalization()),
  smooth(() => rmsNormalization()),
  smooth((d, shape) => groupNormalization({ groups: divisor(d, shape.at(-1) ?? 1) })),
  smooth(() => rescaling({ scale: 0.7, offset: 0.1 })),
  smooth(() => activityRegularization({ l2: 0.01 })),
  smooth((_, shape) => reshape({ targetShape: [...shape].reverse() })),
  rough((d) => dense(size(d), d.of(roughActivations))),
  rough(() => batchNormalization()),
  rough(() => batchNormalization({ center: false, scale: false })),
  rough(() => dropout(0.3)),
  rough(() => gaussianNoise(0.1)),
  rough(() => gaussianDropout(0.2)),
  rough(() => alphaDropout(0.2)),
  rough(() => prelu({ alphaInitializer: "heNormal" })),
];

const ofVectors: readonly Choice[] = [
  smooth((d) => repeatVector({ n: size(d) })),
  smooth((_, [n = 1]) => reshape({ targetShape: [n, 1] })),
  smooth((_, [n = 1]) => reshape({ targetShape: [1, 1, n] })),
];

const window1d = (d: Draws) => ({
  kernelSize: 1 + d.below(3),
  padding: d.of(["same", "causal"] as const),
  ...(d.below(2) ? { strides: 1 + d.below(2) } : { dilationRate: 1 + d.below(2) }),
});
const cell = (d: Draws) => ({
  units: size(d),
  returnSequences: d.below(3) > 0,
  goBackwards: d.below(3) === 0,
});
const ofSequences: readonly Choice[] = [
  smooth((d) => conv1d({ filters: size(d), activation: f(d), ...window1d(d) })),
  smooth((d) => {
    const kernelSize = 1 + d.below(3);
    return conv1dTranspose({ filters: size(d), kernelSize, strides: 1 + d.below(2) });
  }),
  smooth((d) => simpleRNN(cell(d))),
  smooth((d) => lstm(cell(d))),
  smooth((d) => gru(cell(d))),
  smooth((d) =>
    bidirectional(lstm(cell(d)), { mergeMode: d.of(["concat", "sum", "mul", "ave"] as const) }),
  ),
  smooth((d) => {
    const more = { useCausalMask: d.below(2) > 0, ...(d.below(2) && { valueDim: size(d) }) };
    return multiHeadAttention({ numHeads: 1 + d.below(2), keyDim: size(d), ...more });
  }),
  smooth(() => positionEmbedding()),
  smooth(() => sinePositionEncoding()),
  rough(() => masking()),
  smooth((d) => timeDistributed(dense(size(d), "tanh"))),
  smooth((d) => globalAveragePooling1d({ keepdims: d.below(2) > 0 })),
  smooth((d) => averagePooling1d({ poolSize: 1 + d.below(3), padding: "same" })),
  smooth((d) => zeroPadding1d({ padding: d.below(3) })),
  smooth((d) => upSampling1d({ size: 1 + d.below(2) })),
  smooth(() => permute({ dims: [2, 1] })),
  smooth((_, [steps = 1]) => cropping1d({ cropping: [steps > 1 ? 1 : 0, 0] })),
  rough((d) => globalMaxPooling1d({ keepdims: d.below(2) > 0 })),
  rough((d) => maxPooling1d({ poolSize: 1 + d.below(3), padding: "same" })),
  rough(() => spatialDropout1d(0.3)),
  rough((d) => lstm({ ...cell(d), dropout: 0.2, recurrentDropout: 0.3 })),
  rough((d) => gru({ ...cell(d), resetAfter: false, recurrentDropout: 0.2 })),
  rough((d) => multiHeadAttention({ numHeads: 2, keyDim: size(d), dropout: 0.3 })),
];

const window2d = (d: Draws) => ({
  kernelSize: [1 + d.below(3), 1 + d.below(3)] as const,
  padding: "same" as const,
  ...(d.below(2) ? { strides: 1 + d.below(2) } : { dilationRate: 1 + d.below(2) }),
});
const ofImages: readonly Choice[] = [
  smooth((d) => conv2d({ filters: size(d), activation: f(d), ...window2d(d) })),
  smooth((d, shape) => {
    const groups = divisor(d, shape.at(-1) ?? 1);
    return conv2d({ filters: groups * (1 + d.below(2)), kernelSize: 1, groups });
  }),
  smooth((d) => conv2dTranspose({ filters: size(d), kernelSize: 2, strides: 1 + d.below(2) })),
  smooth((d) => depthwiseConv2d({ depthMultiplier: 1 + d.below(2), ...window2d(d) })),
  smooth((d) => separableConv2d({ filters: size(d), activation: f(d), ...window2d(d) })),
  smooth((d) => averagePooling2d({ poolSize: 1 + d.below(3), padding: "same" })),
  smooth((d) => globalAveragePooling2d({ keepdims: d.below(2) > 0 })),
  smooth((d) => zeroPadding2d({ padding: d.below(2) })),
  smooth((_, [h = 1]) =>
    cropping2d({
      cropping: [
        [h > 1 ? 1 : 0, 0],
        [0, 0],
      ],
    }),
  ),
  smooth((d) => upSampling2d({ interpolation: d.of(["nearest", "bilinear"] as const) })),
  smooth((d) =>
    permute({
      dims: d.of([
        [2, 1, 3],
        [3, 1, 2],
      ]),
    }),
  ),
  smooth((_, [h = 1, w = 1, c = 1]) => reshape({ targetShape: [h, w * c] })),
  rough((d) => maxPooling2d({ poolSize: 1 + d.below(3), padding: "same" })),
  rough((d) => globalMaxPooling2d({ keepdims: d.below(2) > 0 })),
  rough(() => spatialDropout2d(0.3)),
  rough(() => randomFlip()),
  rough(() => randomRotation({ factor: 0.1 })),
  rough(() => randomTranslation({ heightFactor: 0.2, widthFactor: 0.2 })),
  rough(() => randomZoom({ heightFactor: 0.2 })),
  rough(() => randomContrast({ factor: 0.2, valueRange: [-1, 1] })),
  rough(() => randomBrightness({ factor: 0.2, valueRange: [-1, 1] })),
  rough(() => prelu({ sharedAxes: [1, 2] })),
];

const byRank: readonly (readonly Choice[])[] = [[], ofVectors, ofSequences, ofImages];
const smoothMerges = [add, average, multiply];
const roughMerges = [...smoothMerges, maximum, minimum];

/** Values no larger than this go on, so that all stays quick. */
const MOST = 160;
const elements = (shape: readonly number[]) => shape.reduce((product, it) => product * it, 1);

export interface RandomGraph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly heads: HeadOptions;
  /** Types of its layers in the order they were drawn. */
  readonly types: readonly string[];
  /** Rows of data for `samples` samples, of the input or of each input, of the output or of each output. */
  data(samples: number): {
    x: Float32Array | readonly Float32Array[];
    y: Float32Array | readonly Float32Array[];
  };
}

/** A graph of about `layers` layers. Of a smooth one the loss has a gradient everywhere. */
export function randomGraph(seed: number, layers: number, isSmooth: boolean): RandomGraph {
  const d = drawsFrom(seed);
  const types: string[] = [];
  const shapes = [
    () => [size(d)],
    () => [2 + d.below(4), size(d)],
    () => [2 + d.below(4), 2 + d.below(4), 1 + d.below(4)],
  ];
  const inputs: SymbolicTensor[] = [];
  const tokens = new Set<SymbolicTensor>();
  const values: SymbolicTensor[] = [];
  const unread = new Set<SymbolicTensor>();
  const made = (value: SymbolicTensor, ...read: readonly SymbolicTensor[]) => {
    for (const it of read) unread.delete(it);
    values.push(value);
    unread.add(value);
    return value;
  };
  const use = (layer: Layer, ...read: readonly SymbolicTensor[]) => {
    types.push(layer.type);
    return made(layer.apply(read), ...read);
  };
  for (let count = 1 + d.below(2); count > 0; count--) {
    if (d.below(4) === 0) {
      const it = input({ shape: [1 + d.below(5)] });
      inputs.push(it);
      tokens.add(it);
      use(embedding({ inputDim: 5, outputDim: size(d), maskZero: d.below(2) > 0 }), it);
    } else {
      const it = input({ shape: d.of(shapes)() });
      inputs.push(it);
      made(it);
    }
  }
  for (let count = 0; count < layers; count++) {
    const from = d.of(d.below(2) ? values.slice(-2) : values);
    const { shape } = from;
    const choices = [...anyShape, ...(byRank[shape.length] ?? [])];
    const allowed = choices.filter((it) => !(isSmooth && it.rough));
    const layer = d.of(allowed).make(d, shape);
    const kind = d.below(8);
    const key = shape.join();
    const alike = values.filter((it) => it !== from && it.shape.join() === key);
    const sequences = values.filter((it) => it.shape.length === 2);
    if (kind === 0 && alike.length > 0) {
      // A layer that is shared.
      use(layer, from);
      use(layer, d.of(alike));
    } else if (kind === 1 && alike.length > 0) {
      const merge = d.of(isSmooth ? smoothMerges : roughMerges)();
      use(merge, from, d.of(alike), ...(d.below(3) ? [] : [from]));
    } else if (kind === 2) {
      const other = use(layer, from);
      const agree = other.shape.slice(1).join() === shape.slice(1).join();
      if (agree && other.shape.length === shape.length) {
        use(concatenate({ axis: 1 }), from, other);
      } else if (other.shape.join() === key) use(subtract(), other, from);
    } else if (kind === 3 && shape.length === 2 && sequences.length > 0) {
      use(multiHeadAttention({ numHeads: 2, keyDim: size(d) }), from, d.of(sequences));
    } else {
      const { outputShape } = layer.build("drawn", shape, [shape]);
      if (elements(outputShape) > MOST) continue;
      use(layer, from);
    }
    if (elements((values.at(-1) as SymbolicTensor).shape) > MOST) {
      use(dense(1, "tanh"), use(flatten(), values.at(-1) as SymbolicTensor));
    }
  }
  // Everything that nobody reads comes together in the first output.
  const flat = [...unread].map((it) => (it.shape.length > 1 ? use(flatten(), it) : it));
  const joined = flat.length > 1 ? use(concatenate(), ...flat) : (flat[0] as SymbolicTensor);
  const outputs: SymbolicTensor[] = [];
  const losses: LossName[] = [];
  const targets: ((samples: number) => Float32Array)[] = [];
  const head = (from: SymbolicTensor) => {
    const units = 1 + d.below(4);
    const shape = [...from.shape.slice(0, -1), units];
    const numbers = (samples: number) => d.uniform(samples * elements(shape));
    const labels = (samples: number) =>
      Float32Array.from({ length: (samples * elements(shape)) / units }, () => d.below(units));
    const bits = (samples: number) => numbers(samples).map((it) => (it > 0 ? 1 : 0));
    const [f, loss, make] = d.of([
      ["linear", "meanSquaredError", numbers],
      ["tanh", "meanSquaredError", numbers],
      ["linear", "logCosh", numbers],
      ["sigmoid", "binaryCrossentropy", bits],
      ["softmax", units > 1 ? "sparseCategoricalCrossentropy" : "meanSquaredError", labels],
    ] as const);
    losses.push(loss);
    targets.push(make);
    // With its activation fused, or behind it.
    const before = d.below(2) ? undefined : use(dense(units), from);
    outputs.push(before ? use(activation(f), before) : use(dense(units, f), from));
  };
  head(joined);
  if (d.below(2)) head(d.of(values));
  if (d.below(4) === 0) {
    outputs.push(d.of(values.filter((it) => !inputs.includes(it))));
    losses.push("meanSquaredError");
    const { shape } = outputs.at(-1) as SymbolicTensor;
    targets.push((samples) => d.uniform(samples * elements(shape)));
  }
  const lossWeights = outputs.map(() => d.of([1, 1, 0.5, 2]));
  return {
    inputs,
    outputs,
    heads: { loss: losses, ...(outputs.length > 1 && { lossWeights }) },
    types,
    data: (samples) => ({
      x: oneOrMore(
        inputs.map((it) =>
          tokens.has(it)
            ? Float32Array.from({ length: samples * elements(it.shape) }, () => d.below(5))
            : d.uniform(samples * elements(it.shape)),
        ),
      ),
      y: oneOrMore(targets.map((it) => it(samples))),
    }),
  };
}

/** An array of one as what it holds. */
function oneOrMore<T>(list: readonly T[]): T | readonly T[] {
  return list.length === 1 ? (list[0] as T) : list;
}
