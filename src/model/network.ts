// The core of a model: its layers with their shapes, its parameters in linear memory, where its training
// stands. What it does with them is in the files beside this one.

import type { TableSchema } from "../data/csv-schema.ts";
import type { Normalization } from "../data/normalize.ts";
import { fail } from "../errors.ts";
import type { Layer, LayerShape } from "../layers/layer.ts";
import type { Loss } from "../losses/index.ts";
import type { Metric } from "../metrics/index.ts";
import type { Optimizer } from "../optimizers/index.ts";
import { PlanBuilder } from "../plan/builder.ts";
import type { Plan } from "../plan/plan.ts";
import { fixedTensor, type Tensor } from "../plan/tensor.ts";
import { splitSeed } from "../random.ts";
import type { Engine } from "../runtime/engine.ts";
import { checkShape, elementCount, formatShape } from "../shape.ts";
import { emitNetwork, stepMask } from "./emit.ts";
import { type Parameter, Parameters } from "./parameters.ts";
import type { FeedPlanOptions } from "./train-plan.ts";

/** A layer in its place. */
export interface PlacedLayer {
  /** Unique in the model: the user's name, or type and number. */
  readonly name: string;
  readonly layer: Layer;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: readonly Parameter[];
  /** Its hyper-parameters in linear memory. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  /** Its units that training leaves as they are, and those that give 0: see unit.ts. */
  readonly frozen: Set<number>;
  readonly disabled: Set<number>;
}

/** What one output is trained for and measured by. */
export interface Head {
  /** The name of the layer that gives it: in histories, where there are several. */
  readonly name: string;
  readonly loss: Loss;
  /** Of its loss in the sum of all. */
  readonly weight: number;
  readonly metrics: readonly Metric[];
}

/** Makes a plan that trains a network on a feed. */
type PlanMaker = (network: Network, compiled: Compiled, options: FeedPlanOptions) => Plan;

/** What `compile` settled. */
export interface Compiled {
  readonly optimizer: Optimizer;
  /** One an output. */
  readonly heads: readonly [Head, ...Head[]];
  /** What makes the plan of a training step, where it is not a loss and its gradient. */
  readonly trainPlan?: PlanMaker | undefined;
}

/** Where training stands: with the seed and the data it fixes everything that follows. */
export interface Position {
  /** Steps that the optimizer has done since it was compiled. */
  readonly step: number;
  /** Epochs done. */
  readonly epoch: number;
  /** Samples of the epoch at hand already used. */
  readonly cursor: number;
}

/** What a model remembers of the data it was trained on. */
export interface DataMemory {
  /** Applied by predict and evaluate to what comes unnormalized. */
  readonly normalization?: Normalization | undefined;
  readonly classNames?: readonly string[] | undefined;
  readonly featureNames?: readonly string[] | undefined;
  /** How to read a table with the same columns. */
  readonly schema?: TableSchema | undefined;
}

/** Where a layer is applied, and to what. */
export interface GraphNode {
  /** Index of the layer; several nodes may share one. */
  readonly layer: number;
  /** Numbers of the values that it reads. */
  readonly inputs: readonly number[];
}

/**
 * Layers and how values flow between them. Values have numbers: the inputs first, then what each node
 * gives, one or several; a node reads earlier ones only.
 */
export interface Graph {
  /** Shape of one sample of each input. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly inputNames: readonly string[];
  readonly layers: readonly Layer[];
  readonly nodes: readonly GraphNode[];
  /** Numbers of the values that the model gives. */
  readonly outputs: readonly number[];
  /** Whether they come as an array, even if it is one. */
  readonly outputsListed: boolean;
}

/** How many values a layer gives. */
export function outputsOf(layer: Layer | undefined): number {
  return layer?.outputs ?? 1;
}

/** Number of the first value that each node gives. */
function firstValues({ inputShapes, layers, nodes }: Graph): number[] {
  let next = inputShapes.length;
  return nodes.map(({ layer }) => {
    const first = next;
    next += outputsOf(layers[layer]);
    return first;
  });
}

/** Layers of one output, one after another. */
export function chain(inputShape: readonly number[], layers: readonly Layer[]): Graph {
  return {
    inputShapes: [inputShape],
    inputNames: ["input"],
    layers,
    nodes: layers.map((_, index) => ({ layer: index, inputs: [index] })),
    outputs: [layers.length],
    outputsListed: false,
  };
}

/** What the outputs are called: as the layers that give them; where two are alike, with a number. */
export function outputNames(graph: Graph, layerNames: readonly string[]): string[] {
  const { inputNames, nodes, outputs } = graph;
  const firsts = firstValues(graph);
  const names = outputs.map((it) => {
    const node = nodes[firsts.filter((first) => first <= it).length - 1];
    return inputNames[it] ?? (node && layerNames[node.layer]) ?? "";
  });
  return names.map((it, i) => (names.indexOf(it) === i ? it : `${it}_${i + 1}`));
}

/** Whether a graph is what {@link chain} makes. */
export function isChain({ layers, nodes, outputs, inputShapes, outputsListed }: Graph): boolean {
  return (
    inputShapes.length === 1 &&
    !outputsListed &&
    nodes.length === layers.length &&
    layers.every((it) => outputsOf(it) === 1) &&
    nodes.every((it, i) => it.layer === i && it.inputs.length === 1 && it.inputs[0] === i) &&
    outputs[0] === nodes.length
  );
}

/** A node of the graph, in its place. */
export interface PlacedNode {
  readonly placed: PlacedLayer;
  readonly inputs: readonly number[];
  /** Number of the first value that it gives. */
  readonly first: number;
  /** Of all that it gives, and of the first. */
  readonly outputShapes: readonly (readonly number[])[];
  readonly outputShape: readonly number[];
}

/** A saved model: the contents of its two files. */
export interface Saved {
  readonly json: string;
  readonly weights: Uint8Array;
}

const START: Position = { step: 0, epoch: 0, cursor: 0 };

export class Network {
  readonly engine: Engine;
  readonly graph: Graph;
  readonly outputShapes: readonly (readonly number[])[];
  readonly seed: number;
  readonly layers: readonly PlacedLayer[];
  readonly nodes: readonly PlacedNode[];
  readonly parameters: Parameters;
  compiled: Compiled | undefined;
  position: Position = START;
  data: DataMemory = {};
  /** How the model is saved: set by who knows the files, for callbacks. */
  save: ((network: Network) => Saved) | undefined;
  /** Counts changes made by hand: weights written, hyper-parameters set. */
  revision = 0;
  /** Counts units frozen or switched off, and back: plans made before the last change are out of date. */
  unitRevision = 0;
  readonly #hyper: number;
  #disposed = false;
  /** Ends when whoever has the memory to itself gives it back. */
  #turn: Promise<unknown> | undefined;
  /** Ends what threads do in that turn, now; a step at hand is done first. */
  #settle: (() => void) | undefined;
  /** What is going on, in the user's words: the training, and what only reads. */
  #busy: string | undefined;
  readonly #readers: string[] = [];

  /** @throws LayerwiseError `invalidArgument`, `shapeMismatch`, `outOfMemory` */
  constructor(engine: Engine, where: string, graph: Graph, seed: number) {
    const { inputShapes, layers } = graph;
    for (const shape of inputShapes) checkShape(`${where}: inputShape`, shape);
    splitSeed(`${where}: seed`, seed);
    if (layers.length === 0) {
      throw fail("invalidArgument", {
        where: `${where}: layers`,
        required: "one layer at least",
        got: [],
      });
    }
    const names = nameLayers(where, layers);
    const { shapes, built } = buildShapes(graph, names);
    const firsts = firstValues(graph);
    this.engine = engine;
    this.graph = graph;
    this.seed = seed;
    this.outputShapes = graph.outputs.map((it) => shapes[it] ?? []);
    const hyperCount = layers.reduce((sum, it) => sum + Object.keys(it.hyper ?? {}).length, 0);
    this.#hyper = engine.arena.allocate(hyperCount * 4);
    try {
      this.parameters = new Parameters(
        engine,
        built.flatMap(({ parameters }, index) =>
          parameters.map((spec) => ({
            layer: names[index] ?? "",
            spec: layers[index]?.trainable === false ? { ...spec, trainable: false } : spec,
          })),
        ),
      );
    } catch (error) {
      engine.arena.free(this.#hyper);
      throw error;
    }
    let next = this.#hyper;
    this.layers = layers.map((layer, index) => {
      const name = names[index] ?? "";
      const hyper: Record<string, Tensor> = {};
      for (const [key, value] of Object.entries(layer.hyper ?? {})) {
        hyper[key] = fixedTensor(`${name}.${key}`, 1, 1, next);
        engine.view.setFloat32(next, value, true);
        next += 4;
      }
      const first = graph.nodes.findIndex((it) => it.layer === index);
      return {
        name,
        layer,
        inputShape: shapes[graph.nodes[first]?.inputs[0] ?? 0] ?? [],
        outputShape: shapes[firsts[first] ?? 0] ?? [],
        parameters: this.parameters.list.filter((it) => it.layer === name),
        hyper,
        frozen: new Set(),
        disabled: new Set(),
      };
    });
    this.nodes = graph.nodes.map(({ layer, inputs }, index) => {
      const first = firsts[index] ?? 0;
      return {
        placed: this.layers[layer] as PlacedLayer,
        inputs,
        first,
        outputShapes: shapes.slice(first, first + outputsOf(layers[layer])),
        outputShape: shapes[first] ?? [],
      };
    });
    try {
      this.#initialize();
    } catch (error) {
      // The values are made in the host's memory, which may not hold them.
      for (const address of this.blocks) engine.arena.free(address);
      throw error;
    }
  }

  /** Shape of one sample; where there are several inputs, of all of them in a row. */
  get inputShape(): readonly number[] {
    return together(this.graph.inputShapes);
  }
  /** Shape of one sample's output, likewise. */
  get outputShape(): readonly number[] {
    return together(this.outputShapes);
  }

  /** What the outputs are called: as the layers that give them. */
  get outputNames(): readonly string[] {
    const names = this.layers.map((it) => it.name);
    return outputNames(this.graph, names);
  }

  /** Whether the losses and metrics of each output leave out steps: see {@link stepMask}. */
  get outputMasks(): readonly boolean[] {
    // Layers tell when they emit.
    const plan = new PlanBuilder(1);
    const inputs = this.graph.inputShapes.map((it) => plan.tensor("input", elementCount(it)));
    return emitNetwork(this, plan, inputs, { training: false }).outputs.map(
      (it) => stepMask(it) !== undefined,
    );
  }

  /** Width of one input row, of one output row. */
  get inputs(): number {
    return elementCount(this.inputShape);
  }
  get outputs(): number {
    return elementCount(this.outputShape);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** @throws LayerwiseError `disposed` */
  checkUsable(where: string): void {
    if (this.#disposed) throw fail("disposed", { where });
  }

  /** @throws LayerwiseError `notCompiled`, `disposed` */
  checkCompiled(where: string): Compiled {
    this.checkUsable(where);
    if (this.compiled === undefined) throw fail("notCompiled", { where });
    return this.compiled;
  }

  /**
   * Keeps two trainings of one model apart: runs `work` unless something else is going on.
   * @throws LayerwiseError `busy`, `disposed`
   */
  async exclusively<T>(where: string, work: () => Promise<T>): Promise<T> {
    this.checkIdle(where);
    this.engine.checkUsable(where);
    this.#busy = where;
    try {
      return await work();
    } finally {
      this.#busy = undefined;
    }
  }

  /**
   * Runs `work`, which only reads the weights: beside training, but not beside dispose.
   * @throws LayerwiseError `disposed`
   */
  async reading<T>(where: string, work: () => Promise<T>): Promise<T> {
    this.checkUsable(where);
    this.engine.checkUsable(where);
    this.#readers.push(where);
    try {
      return await work();
    } finally {
      this.#readers.splice(this.#readers.indexOf(where), 1);
    }
  }

  /**
   * Runs `work` while nobody else reads or changes the weights: a step of training, or a reader's look
   * between two of them. At once, if it can be. `settle` ends what threads do for it, for who can't wait.
   */
  async turn<T>(work: () => T | Promise<T>, settle?: () => void): Promise<T> {
    while (this.#turn) await this.#turn;
    const result = work();
    if (!(result instanceof Promise)) return result;
    this.#settle = settle;
    const end = () => {
      this.#turn = undefined;
      this.#settle = undefined;
    };
    this.#turn = result.then(end, end);
    return result;
  }

  /**
   * For who can't wait for a turn: what threads do is brought to its end, training to that of its step; it goes
   * on when the caller's own turn of the event loop is over.
   * @throws LayerwiseError `disposed`; `threadLost`, `kernelTrap` if it will have no end
   */
  checkSettled(where: string): void {
    this.checkUsable(where);
    this.#settle?.();
  }

  /** @throws LayerwiseError `busy`, `disposed` */
  checkIdle(where: string): void {
    this.checkUsable(where);
    if (this.#busy !== undefined) throw fail("busy", { where, busy: this.#busy });
  }

  /** @throws LayerwiseError `busy` while anything runs on the model, `disposed` */
  checkUnused(where: string): void {
    this.checkIdle(where);
    const [busy] = this.#readers;
    if (busy !== undefined) throw fail("busy", { where, busy });
  }

  /** Every block of the arena that is the model's own. */
  get blocks(): number[] {
    return [this.#hyper, ...this.parameters.blocks];
  }

  /** Back to the initial weights of the same seed, training not begun. Units stay frozen or switched off. */
  reset(): void {
    this.checkIdle("reset");
    this.checkSettled("reset");
    this.#initialize();
    if (this.compiled) this.parameters.resetState();
    this.revision++;
    this.position = START;
  }

  #initialize(): void {
    this.parameters.initialize(this.seed);
    for (const { layer, parameters } of this.layers) {
      for (const parameter of parameters) {
        const values = layer.initial?.[parameter.spec.name];
        if (values) this.parameters.write(parameter, values);
      }
    }
  }

  /** Gives its memory back. A model that is disposed twice stays disposed. */
  dispose(): void {
    if (this.#disposed) return;
    this.checkUnused("dispose");
    this.#disposed = true;
    for (const address of this.blocks) this.engine.arena.free(address);
  }
}

/** The one shape, or a row as wide as all together. */
function together(shapes: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = shapes;
  return shapes.length === 1 ? first : [shapes.reduce((sum, it) => sum + elementCount(it), 0)];
}

/**
 * The shapes of all values of a graph, and what each layer is built to.
 * @throws LayerwiseError `shapeMismatch`
 */
export function buildShapes(
  { inputShapes, layers, nodes }: Graph,
  names: readonly string[],
): { shapes: (readonly number[])[]; built: LayerShape[] } {
  const shapes = [...inputShapes];
  const built: LayerShape[] = [];
  for (const { layer: index, inputs } of nodes) {
    const where = `layer ${names[index]}`;
    const given = inputs.map((it) => shapes[it] ?? []);
    const layer = layers[index];
    if (layer === undefined) throw fail("internal", { what: `no layer ${index}` });
    const it = layer.build(where, given[0] ?? [], given);
    shapes.push(...(it.outputShapes ?? [it.outputShape]));
    const before = built[index];
    built[index] ??= it;
    const sizes = ({ parameters }: LayerShape) =>
      parameters.map(({ shape }) => formatShape(shape)).join(", ");
    // A layer that is applied twice has its parameters once.
    if (before === undefined || sizes(before) === sizes(it)) continue;
    throw fail("shapeMismatch", { where, expected: sizes(before), got: sizes(it) });
  }
  return { shapes, built };
}

/** The user's names, or type and number as in Keras: dense_1, dense_2, dropout_1. */
export function nameLayers(where: string, layers: readonly Layer[]): string[] {
  const counts = new Map<string, number>();
  const names = layers.map(({ type, name }) => {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return name ?? `${type}_${count}`;
  });
  for (const name of names) {
    if (!/^[\w-]{1,64}$/.test(name)) {
      const required = "1 to 64 letters, digits, _ or -";
      throw fail("invalidArgument", { where: "layer name", required, got: name });
    }
    if (names.filter((it) => it === name).length > 1) {
      throw fail("invalidArgument", {
        where: `${where}: layers`,
        required: "names that differ",
        got: name,
        remedy: "Rename one of the layers.",
      });
    }
  }
  return names;
}
