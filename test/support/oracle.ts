// A training run in f64 beside that of a model: the reference net and the reference rules, started from
// the model's own weights. Knows nothing of how the library trains.

import type { NdArray, Optimizer } from "../../src/index.ts";
import { at } from "./reference/array.ts";
import {
  type OptimizerName,
  optimizers,
  type ReferenceBatch,
  type ReferenceExtra,
  type ReferenceHyper,
  type ReferenceLayer,
  type ReferenceMlpOptions,
  referenceMlp,
} from "./reference.ts";

/** One dense layer: what the model's own weights don't say. */
export interface OracleLayer
  extends Pick<ReferenceLayer, "activation" | "alpha" | "weightPenalty" | "biasPenalty"> {
  readonly name: string;
}

export interface OracleOptions extends Pick<ReferenceMlpOptions, "loss" | "lossParameter"> {
  readonly inputs: number;
  readonly layers: readonly OracleLayer[];
  /** As the library made it: its numbers are read, rounded to f32 as the kernel reads them. */
  readonly optimizer: Optimizer;
  /** Of the model before its first step. */
  readonly weights: Readonly<Record<string, NdArray>>;
}

export interface Oracle {
  /** One step; returns the loss before it. */
  step(batch: ReferenceBatch): number;
  /** By the model's names. */
  readonly weights: Readonly<Record<string, Float64Array>>;
}

/** The rule behind each of the library's names. */
const rules: Readonly<Record<Optimizer["name"], OptimizerName>> = {
  sgd: "sgd",
  adagrad: "adagrad",
  adadelta: "adadelta",
  rmsprop: "rmsprop",
  adam: "adam",
  adamW: "adam",
  adamax: "adamax",
  nadam: "nadam",
  lion: "lion",
};

export function oracle(options: OracleOptions): Oracle {
  const { inputs, layers, optimizer, loss, lossParameter } = options;
  const weights = Object.fromEntries(
    Object.entries(options.weights).map(([name, { data }]) => [name, Float64Array.from(data)]),
  );
  const net = referenceMlp({
    inputs,
    loss,
    ...(lossParameter !== undefined && { lossParameter }),
    layers: layers.map(({ name, ...rest }) => {
      const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
      if (weight === undefined) throw new Error(`no weight of ${name}`);
      return { ...rest, weight, ...(bias && { bias }) };
    }),
  });
  const hyper = Object.fromEntries(
    Object.entries(optimizer.hyper).map(([key, value]) => [key, Math.fround(value)]),
  ) as unknown as ReferenceHyper & Pick<Optimizer["hyper"], "clipValue" | "globalClipNorm">;
  const parameters = layers.flatMap(({ name }, index) =>
    (["weight", "bias"] as const).flatMap((kind) => {
      const values = weights[`${name}.${kind}`];
      if (values === undefined) return [];
      const slot = () => new Float64Array(values.length).fill(optimizer.initialState ?? 0);
      const state = [slot(), slot(), slot()];
      return [{ index, kind, values, state, extra: { product: 1 } as ReferenceExtra }];
    }),
  );
  let steps = 0;
  return {
    weights,
    step(batch) {
      const { loss: value, layers: gradients } = net.gradients(batch);
      const all = parameters.map(
        ({ index, kind }) => gradients[index]?.[kind] ?? new Float64Array(0),
      );
      clip(all, hyper.clipValue, hyper.globalClipNorm);
      steps++;
      parameters.forEach(({ values, state, extra }, i) => {
        const gradient = all[i] ?? new Float64Array(0);
        optimizers[rules[optimizer.name]](values, gradient, state, hyper, steps, extra);
      });
      return value;
    },
  };
}

/** Clips in place; 0 is off. */
function clip(gradients: readonly Float64Array[], limit: number, norm: number): void {
  const squares = gradients.map((g) => g.reduce((sum, x) => sum + x * x, 0));
  const length = Math.sqrt(squares.reduce((a, b) => a + b, 0));
  for (const g of gradients) {
    for (let i = 0; i < g.length; i++) {
      if (limit > 0) g[i] = Math.min(Math.max(at(g, i), -limit), limit);
      if (norm > 0 && length > norm) g[i] = (at(g, i) * norm) / length;
    }
  }
}

/** Rows from…to−1 of a batch. */
export function rows(
  { x, t, sampleWeights }: ReferenceBatch,
  samples: number,
  [from, to]: readonly [from: number, to: number],
): ReferenceBatch {
  const part = (values: ArrayLike<number>) => {
    const width = values.length / samples;
    return Array.from(values).slice(from * width, to * width);
  };
  return { x: part(x), t: part(t), ...(sampleWeights && { sampleWeights: part(sampleWeights) }) };
}
