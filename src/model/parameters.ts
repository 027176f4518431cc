// A model's parameters in linear memory: one contiguous block of weights, so that an optimizer step is
// one op, and beside it, once compiled, gradients and optimizer state of the same layout.
//
//   weights    │ dense_1.weight [in × units:ld] │ dense_1.bias [units:ld] │ dense_2.weight │ … │ what is not trained
//   training   │ gradients (same) │ state 1 (same) │ state 2 (same) │ …

import { HYPER_BYTES, STREAM_INIT } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { initialize } from "../initializers/index.ts";
import type { ParameterSpec } from "../layers/layer.ts";
import { type Optimizer, slotsOf, writeHyper } from "../optimizers/index.ts";
import { readRows, writeRows } from "../plan/plan.ts";
import { fixedTensor, stride, type Tensor } from "../plan/tensor.ts";
import { RandomStream, subStream } from "../random.ts";
import type { Engine } from "../runtime/engine.ts";

/** Where one parameter lies. */
export interface Parameter {
  /** "dense_1.weight". */
  readonly name: string;
  readonly layer: string;
  readonly spec: ParameterSpec;
  readonly shape: readonly number[];
  readonly rows: number;
  readonly cols: number;
  /** First float within the block. */
  readonly offset: number;
  readonly trainable: boolean;
}

export class Parameters {
  readonly list: readonly Parameter[];
  /** Floats of what is trained, padding included. */
  readonly floats: number;
  /** And of what is not, behind it. */
  readonly #allFloats: number;
  /** Trainable numbers, padding not counted. */
  readonly count: number;
  readonly #engine: Engine;
  readonly #weights: number;
  /** Those taken here: no other may be restored. */
  readonly #snapshots = new WeakSet<ParameterSnapshot>();
  /** What clipping by norm has put on the gradients of the last step: they are stored without it. */
  clipScale = 1;
  #training: number | undefined;
  #optimizer: Optimizer | undefined;

  constructor(
    engine: Engine,
    specs: readonly { readonly layer: string; readonly spec: ParameterSpec }[],
  ) {
    const list: Parameter[] = [];
    let offset = 0;
    let count = 0;
    const place = ({ layer, spec }: (typeof specs)[number]) => {
      const trainable = spec.trainable !== false;
      const cols = spec.shape.at(-1) ?? 1;
      const rows = spec.shape.slice(0, -1).reduce((product, size) => product * size, 1);
      list.push({
        name: `${layer}.${spec.name}`,
        layer,
        spec,
        shape: spec.shape,
        rows,
        cols,
        offset,
        trainable,
      });
      offset += rows * stride(cols);
      if (trainable) count += rows * cols;
    };
    for (const it of specs) if (it.spec.trainable !== false) place(it);
    this.floats = offset;
    for (const it of specs) if (it.spec.trainable === false) place(it);
    this.#allFloats = offset;
    // In the layers' order, whatever stands where.
    const position = new Map(
      specs.map(({ layer, spec }, index) => [`${layer}.${spec.name}`, index]),
    );
    this.list = list.sort((a, b) => (position.get(a.name) ?? 0) - (position.get(b.name) ?? 0));
    this.count = count;
    this.#engine = engine;
    this.#weights = engine.arena.allocate(offset * 4);
  }

  /** Draws the initial weights: a function of the seed alone. */
  initialize(seed: number): void {
    this.list.forEach((parameter, index) => {
      const random = new RandomStream(seed, subStream(STREAM_INIT, index));
      const values = initialize(parameter.spec.initializer, parameter.shape, random);
      parameter.spec.adjust?.(values);
      this.write(parameter, values);
    });
  }

  /** Makes room for training with `optimizer`, its state at the start. */
  attach(optimizer: Optimizer): void {
    const bytes = HYPER_BYTES + this.floats * 4 * (1 + optimizer.slots);
    const training = this.#engine.arena.allocate(bytes);
    if (this.#training !== undefined) this.#engine.arena.free(this.#training);
    this.#training = training;
    this.#optimizer = optimizer;
    writeHyper(this.#engine.view, this.hyper.address, optimizer.hyper);
    this.resetState();
  }

  /** Optimizer state as at the first step, without gradients. */
  resetState(): void {
    const optimizer = this.#optimizer;
    if (optimizer === undefined) return;
    this.clearGradients();
    const state = this.state;
    if (state) {
      const start = state.address >>> 2;
      const { f32 } = this.#engine.arena.views;
      const rule = start + slotsOf(optimizer).rule * this.floats;
      f32.fill(optimizer.initialState ?? 0, start, rule);
      f32.fill(0, rule, start + state.cols);
    }
  }

  /** Gradients as before the first step: zeros. */
  clearGradients(): void {
    const { address, cols } = this.gradients;
    this.#engine.arena.views.f32.fill(0, address >>> 2, (address >>> 2) + cols);
    this.clipScale = 1;
  }

  /** The trained weights as one row of floats. */
  get weights(): Tensor {
    return fixedTensor("weights", 1, this.floats, this.#weights);
  }
  /** Their gradients, likewise. */
  get gradients(): Tensor {
    return fixedTensor("gradients", 1, this.floats, this.#trainingAt(0));
  }
  /** The optimizer's state, all slots in one row; undefined if it has none. */
  get state(): Tensor | undefined {
    const slots = this.#optimizer?.slots ?? 0;
    if (slots === 0) return undefined;
    return fixedTensor("state", 1, slots * this.floats, this.#trainingAt(this.floats));
  }
  /** One slot of it. */
  stateSlot(name: string, slot: number): Tensor {
    return fixedTensor(name, 1, this.floats, this.#trainingAt((1 + slot) * this.floats));
  }
  /** The optimizer's hyper-parameters. */
  get hyper(): Tensor {
    return fixedTensor("hyper", 1, HYPER_BYTES / 4, this.#trainingAt(0) - HYPER_BYTES);
  }

  tensor(parameter: Parameter): Tensor {
    const { name, rows, cols, offset } = parameter;
    return fixedTensor(name, rows, cols, this.#weights + offset * 4);
  }
  gradient(parameter: Parameter): Tensor {
    const { name, rows, cols, offset } = parameter;
    return fixedTensor(`${name}.gradient`, rows, cols, this.#trainingAt(offset));
  }
  /** Slot `slot` of the optimizer's state for one parameter. */
  slot(parameter: Parameter, slot: number): Tensor {
    const { name, rows, cols, offset } = parameter;
    const address = this.#trainingAt((1 + slot) * this.floats + offset);
    return fixedTensor(`${name}.state.${slot}`, rows, cols, address);
  }

  /** A compact copy. */
  read(parameter: Parameter): Float32Array {
    return readRows(this.#engine.arena.views.f32, this.tensor(parameter), parameter.rows);
  }
  /** Overwrites a parameter with compact values of its size. */
  write(parameter: Parameter, values: Float32Array): void {
    writeRows(this.#engine.arena.views.f32, this.tensor(parameter), values);
  }

  /** Everything that training changes, as one copy. */
  snapshot(): ParameterSnapshot {
    const f32 = this.#engine.arena.views.f32;
    const copy = ({ address, cols }: Tensor) => f32.slice(address >>> 2, (address >>> 2) + cols);
    const { state } = this;
    const all = fixedTensor("weights", 1, this.#allFloats, this.#weights);
    const snapshot = { weights: copy(all), state: state && copy(state) };
    this.#snapshots.add(snapshot);
    return snapshot;
  }

  /**
   * Puts a copy back.
   * @throws LayerwiseError `invalidArgument` if it is another model's, or another optimizer's
   */
  restore(snapshot: ParameterSnapshot): void {
    const { state } = this;
    if (!this.#snapshots.has(snapshot) || snapshot.state?.length !== state?.cols) {
      throw fail("invalidArgument", {
        where: "restore",
        required: "a snapshot of this model under this optimizer",
        got: snapshot,
        remedy: "Take one after compile.",
      });
    }
    const f32 = this.#engine.arena.views.f32;
    f32.set(snapshot.weights, this.weights.address >>> 2);
    if (snapshot.state && state) f32.set(snapshot.state, state.address >>> 2);
  }

  /** The addresses of its blocks: what an owner that forgot to dispose leaves behind. */
  get blocks(): number[] {
    return this.#training === undefined ? [this.#weights] : [this.#weights, this.#training];
  }

  #trainingAt(floats: number): number {
    if (this.#training === undefined) return -1;
    return this.#training + HYPER_BYTES + floats * 4;
  }
}

export interface ParameterSnapshot {
  readonly weights: Float32Array;
  readonly state: Float32Array | undefined;
}
