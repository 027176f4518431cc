// One operator, called: its inputs and attributes as those who convert it ask for them, and the model that
// they make of it.

import {
  input,
  type ModelWeights,
  model,
  type NdArray,
  type SymbolicTensor,
} from "../../src/index.ts";
import { type Floats, floats, shaped } from "./floats.ts";
import type { Node, Tensor } from "./messages.ts";

/** Thrown where a call is none that a model of ours could answer; the message says why. */
export class Skip extends Error {}

/** Answers a call by models of ours: its outputs in order. Those at the end may be missing. */
export type Convert = (call: Call) => Promise<readonly Floats[]>;

export class Call {
  readonly #node: Node;
  readonly #inputs: readonly (Tensor | undefined)[];

  /** The version of the operators: some meant something else before. */
  readonly opset: number;

  constructor(node: Node, inputs: readonly (Tensor | undefined)[], opset: number) {
    this.#node = node;
    this.#inputs = inputs;
    this.opset = opset;
  }

  get outputs(): number {
    return this.#node.outputs.length;
  }

  /** Whether an input or an attribute is there. */
  has(it: number | string): boolean {
    if (typeof it === "string") return this.#node.attributes.has(it);
    return this.#inputs[it] !== undefined;
  }

  /** @throws Skip if it is of another type, or empty */
  floats(index: number): Floats {
    const it = this.#inputs[index];
    if (it === undefined) throw new Error(`${this.#node.op} without input ${index}`);
    if (it.type !== "float") throw new Skip(`values of type ${it.type}: ours are 32-bit floats`);
    if (it.data.length === 0) throw new Skip("values without elements, which our shapes cannot be");
    return it as Floats;
  }

  optional(index: number): Floats | undefined {
    return this.has(index) ? this.floats(index) : undefined;
  }

  all(): Floats[] {
    return this.#inputs.map((_, i) => this.floats(i));
  }

  /** An input that says a shape, axes, indices; undefined if it is left out. */
  integers(index: number): number[] | undefined {
    const it = this.#inputs[index];
    return it && Array.from(it.data);
  }

  shape(index: number): readonly number[] {
    return this.#inputs[index]?.shape ?? [];
  }

  integer(name: string, standard: number): number {
    return this.#node.attributes.get(name)?.integer ?? standard;
  }

  number(name: string, standard: number): number {
    return this.#node.attributes.get(name)?.number ?? standard;
  }

  text(name: string, standard: string): string {
    return this.#node.attributes.get(name)?.text ?? standard;
  }

  list(name: string): readonly number[] | undefined {
    return this.#node.attributes.get(name)?.integers;
  }

  /** @throws Skip if one of these attributes is set */
  without(...names: readonly string[]): void {
    for (const name of names) {
      if (this.has(name)) throw new Skip(`attribute ${name}`);
    }
  }

  /** An axis counted from the start. */
  axis(axis: number, rank: number): number {
    return axis < 0 ? axis + rank : axis;
  }
}

/** Types of the layers that models were made of: see {@link layersOf}. */
let noted = new Set<string>();

/** Notes what a model is made of. */
export function note(net: { readonly layers: readonly { readonly type: string }[] }): void {
  for (const { type } of net.layers) noted.add(type);
}

/** The types of the layers of all models that `work` makes, one call at a time. */
export async function layersOf<T>(work: () => Promise<T>): Promise<[T, string[]]> {
  noted = new Set();
  const result = await work();
  return [result, [...noted].sort()];
}

type Drawing = SymbolicTensor | readonly SymbolicTensor[];

/**
 * What a model of this graph predicts for `feeds`, whose first axis is the batch; `weights` by the names of
 * its parameters. An array for each output.
 */
export async function predict(
  feeds: readonly Floats[],
  draw: (...x: SymbolicTensor[]) => Drawing,
  weights: ModelWeights = {},
): Promise<readonly [Floats, ...Floats[]]> {
  const inputs = feeds.map((it) => input({ shape: it.shape.slice(1) }));
  const drawn = draw(...inputs);
  const net = await model({ inputs, outputs: [drawn].flat() as SymbolicTensor[] });
  note(net);
  try {
    net.setWeights(weights);
    const [first] = feeds;
    const data = feeds.length === 1 && first ? first.data : feeds.map((it) => it.data);
    const outputs = (await net.predict(data)) as readonly NdArray[];
    return outputs.map((it) => floats(it.shape, it.data)) as [Floats, ...Floats[]];
  } finally {
    net.dispose();
  }
}

/** The same with each feed, of any shape, as a single sample. */
export async function predictOne(
  feeds: readonly Floats[],
  draw: (...x: SymbolicTensor[]) => Drawing,
  weights: ModelWeights = {},
): Promise<readonly [Floats, ...Floats[]]> {
  const outputs = await predict(feeds.map(asOneSample), draw, weights);
  return outputs.map((it) => shaped(it, it.shape.slice(1))) as [Floats, ...Floats[]];
}

/** A scalar becomes a sample of one number. */
function asOneSample(x: Floats): Floats {
  return shaped(x, [1, ...(x.shape.length > 0 ? x.shape : [1])]);
}
