// A model's weights from outside: read, written, one by one or all.

import { fail } from "../errors.ts";
import { slotsOf } from "../optimizers/index.ts";
import { checkThat, isRecord } from "../options.ts";
import { readRows } from "../plan/plan.ts";
import { flatten, formatShape, type NestedNumbers } from "../shape.ts";
import { NdArray } from "./nd-array.ts";
import type { Network } from "./network.ts";
import type { Parameter } from "./parameters.ts";

/** Values by parameter name: arrays as getWeights returns them, nested or typed ones. */
export type ModelWeights = Readonly<Record<string, NdArray | NestedNumbers>>;

/** One parameter of a model. */
export class Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly #network: Network;
  readonly #parameter: Parameter;

  /** @throws LayerwiseError `unknownName`, `disposed` */
  constructor(network: Network, name: string) {
    network.checkUsable("weight");
    this.#network = network;
    this.#parameter = find("weight", network, name);
    this.name = name;
    this.shape = this.#parameter.shape;
  }

  /** The number at an index: [input, unit] of a dense weight, [unit] of a bias. */
  get(...index: number[]): number {
    this.#network.checkSettled(this.name);
    return this.#network.engine.arena.views.f32[this.#at(index)] ?? Number.NaN;
  }

  /** Overwrites one number. @throws LayerwiseError `invalidArgument` */
  set(value: number, ...index: number[]): void {
    this.#network.checkSettled(this.name);
    const at = this.#at(index);
    if (!Number.isFinite(Math.fround(value))) {
      throw fail("invalidArgument", {
        where: this.name,
        required: "a finite f32 number",
        got: value,
      });
    }
    this.#network.engine.arena.views.f32[at] = value;
    this.#network.revision++;
  }

  /** A copy of all its numbers. */
  read(): NdArray {
    this.#network.checkSettled(this.name);
    return new NdArray(this.#network.parameters.read(this.#parameter), this.shape);
  }

  #at(index: readonly number[]): number {
    const { shape } = this;
    const fits =
      index.length === shape.length &&
      index.every((it, axis) => Number.isInteger(it) && it >= 0 && it < (shape[axis] ?? 0));
    if (!fits) {
      const required = `an index below ${formatShape(shape)}`;
      throw fail("invalidArgument", { where: this.name, required, got: [...index] });
    }
    const { address, ld } = this.#network.parameters.tensor(this.#parameter);
    const row = index.slice(0, -1).reduce((sum, it, axis) => sum * (shape[axis] ?? 1) + it, 0);
    return (address >>> 2) + row * ld + (index.at(-1) ?? 0);
  }
}

export function weightsAsArrays(network: Network): Record<string, NdArray> {
  const { parameters } = network;
  return byName(parameters.list, (it) => parameters.read(it));
}

/**
 * The moving averages of the trained weights, and the others as they are.
 * @throws LayerwiseError `invalidArgument` if none are kept
 */
export function averagesAsArrays(network: Network): Record<string, NdArray> {
  const where = "averagedWeights";
  const { optimizer } = network.checkCompiled(where);
  const { average } = slotsOf(optimizer);
  const { parameters, engine, position } = network;
  const remedy = "Compile it so: adam({ emaMomentum: 0.99 }).";
  checkThat(average !== undefined, where, "an optimizer with emaMomentum", optimizer.name, remedy);
  // Before the first update there is none yet.
  const begun = position.step >= (optimizer.accumulation ?? 1);
  return byName(parameters.list, (it) =>
    it.trainable && begun
      ? readRows(engine.arena.views.f32, parameters.slot(it, average), it.rows)
      : parameters.read(it),
  );
}

/** Gradients of the last step, as clipping left them. */
export function gradientsAsArrays(network: Network): Record<string, NdArray> {
  const { parameters, engine } = network;
  const read = (it: Parameter) =>
    readRows(engine.arena.views.f32, parameters.gradient(it), it.rows);
  const trained = parameters.list.filter((it) => it.trainable);
  return byName(trained, (it) => read(it).map((x) => x * parameters.clipScale));
}

function byName(list: readonly Parameter[], read: (it: Parameter) => Float32Array) {
  return Object.fromEntries(list.map((it) => [it.name, new NdArray(read(it), it.shape)]));
}

/** Checks all, then writes all. */
export function writeWeights(network: Network, weights: ModelWeights): void {
  const where = "setWeights";
  network.checkIdle(where);
  checkThat(isRecord(weights), where, "weights by name", weights);
  const checked = Object.entries(weights).map(([name, value]) => {
    const parameter = find(where, network, name);
    const given = value instanceof NdArray ? value : undefined;
    const { data, shape } = given
      ? { data: flatten(`${where}: ${name}`, given.data).data, shape: given.shape }
      : flatten(`${where}: ${name}`, value as NestedNumbers);
    const isFlat = shape.length === 1 && data.length === parameter.rows * parameter.cols;
    if (!isFlat && formatShape(shape) !== formatShape(parameter.shape)) {
      const expected = formatShape(parameter.shape);
      throw fail("shapeMismatch", {
        where: `${where}: ${name}`,
        expected,
        got: formatShape(shape),
      });
    }
    return { parameter, data };
  });
  network.checkSettled(where);
  for (const { parameter, data } of checked) network.parameters.write(parameter, data);
  network.revision++;
}

function find(where: string, network: Network, name: string): Parameter {
  const { list } = network.parameters;
  const parameter = list.find((it) => it.name === name);
  if (parameter === undefined) {
    throw fail("unknownName", {
      where,
      kind: "parameter",
      got: name,
      known: list.map((it) => it.name),
    });
  }
  return parameter;
}
