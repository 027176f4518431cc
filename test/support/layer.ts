// One layer on its own: forward and backward on the kernel, on one thread and as three threads would share
// it, beside a reference in f64 that is nothing but its forward formula. Gradients are compared with the
// reference's central differences.

import { expect } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { engine } from "../../src/index.ts";
import { type Layer, throughActivation } from "../../src/layers/layer.ts";
import { emitNetwork } from "../../src/model/emit.ts";
import { type GraphNode, Network } from "../../src/model/network.ts";
import { resolveOptimizer } from "../../src/optimizers/index.ts";
import { PlanBuilder } from "../../src/plan/builder.ts";
import { Plan, readRows, writeRows } from "../../src/plan/plan.ts";
import { keepTensor, type Tensor } from "../../src/plan/tensor.ts";
import { elementCount } from "../../src/shape.ts";
import { numericalGradient } from "./gradients.ts";

/** Numbers by name, row-major, the batch first. */
export type Numbers = Readonly<Record<string, Float64Array>>;

export interface LayerCase {
  readonly layer: Layer;
  /** Of one sample, for each input. */
  readonly inputShapes: readonly (readonly number[])[];
  /** Samples in the batch; room is made for `capacity`, by default as many. */
  readonly batch: number;
  readonly capacity?: number;
  /** Default: uniform in ±1. */
  readonly inputs?: readonly Float64Array[];
  /** Default: uniform in ±1, by the names of the layer's parameters. */
  readonly parameters?: Numbers;
  /** Default true: emitted as for training. */
  readonly training?: boolean;
  /** How the layer is applied. Default: once, to all inputs. */
  readonly nodes?: readonly GraphNode[];
  readonly seed?: number;
  /** Optimizer steps done before: what draws depend on. */
  readonly step?: number;
}

/** What came out, compact. */
export interface LayerRun {
  readonly outputShape: readonly number[];
  readonly y: Float64Array;
  /** By `dy`, which is uniform in ±1. */
  readonly dy: Float64Array;
  readonly dx: readonly (Float64Array | undefined)[];
  readonly gradients: Numbers;
  /** Parameters as they were given, rounded to f32, and as they are after the run. */
  readonly parameters: Numbers;
  readonly after: Numbers;
  readonly inputs: readonly Float64Array[];
}

/** Uniform in ±scale, rounded to f32: a function of the seed alone. */
export function draw(length: number, seed: number, scale = 1): Float64Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 31 - 1) * scale);
  });
}

/** Runs a case on `threads` threads, one after the other within each op. */
export async function runLayer(it: LayerCase, threads = 1): Promise<LayerRun> {
  const { layer, inputShapes, batch, capacity = batch, training = true, seed = 1 } = it;
  const shared = await engine();
  const last = inputShapes.length;
  const nodes = it.nodes ?? [{ layer: 0, inputs: inputShapes.map((_, index) => index) }];
  const graph = {
    inputShapes,
    inputNames: inputShapes.map((_, index) => `input_${index + 1}`),
    layers: [layer],
    nodes,
    outputs: [last + nodes.length - 1],
    outputsListed: false,
  };
  const network = new Network(shared, "test", graph, seed);
  const { parameters } = network;
  parameters.attach(resolveOptimizer("test", "sgd"));
  const outputShape = network.outputShapes[0] ?? [];
  const builder = new PlanBuilder(capacity);
  const xs = inputShapes.map((shape, index) =>
    builder.tensor(`x${index}`, elementCount(shape), { keep: true }),
  );
  const dyTensor = builder.tensor("dy", elementCount(outputShape), { keep: true });
  // Touched first, so that what the test puts there stays until it is read.
  for (const it of [...xs, dyTensor]) {
    builder.combine({ layer: "test", role: "given" }, abi.COMBINE_SUM, it, undefined, it);
  }
  const emitted = emitNetwork(network, builder, xs, {
    training,
    keep: true,
    inputGradients: training,
  });
  const output = emitted.outputs[0];
  if (output === undefined) throw new Error("no output");
  const dxs = training
    ? emitted.backward([throughActivation(builder, "test", output, dyTensor)])
    : [];
  // What comes out has to survive.
  for (const it of dxs) if (it) keepTensor(it);
  const threadsFor = shared.threadsFor;
  Object.assign(shared, { threadsFor: () => threads });
  const plan = new Plan(shared, builder.ops, {
    batch: capacity,
    seed: [seed, 0],
    step: it.step ?? 0,
  });
  Object.assign(shared, { threadsFor });
  try {
    const f32 = () => shared.arena.views.f32;
    const inputs =
      it.inputs ?? inputShapes.map((shape, i) => draw(batch * elementCount(shape), 17 + i));
    xs.forEach((x, index) => {
      writeRows(f32(), x, Float32Array.from(inputs[index] ?? []));
    });
    const used: Record<string, Float64Array> = {};
    parameters.list.forEach((parameter, index) => {
      const { name } = parameter.spec;
      const values = it.parameters?.[name] ?? draw(parameter.rows * parameter.cols, 31 + index);
      used[name] = Float64Array.from(values, Math.fround);
      parameters.write(parameter, Float32Array.from(values));
    });
    const dy = draw(batch * elementCount(outputShape), 5);
    if (training) writeRows(f32(), dyTensor, Float32Array.from(dy));
    runInTurn(shared, plan, batch, threads);
    const read = (tensor: Tensor, rows: number) => Float64Array.from(readRows(f32(), tensor, rows));
    const trained = parameters.list.filter((p) => p.trainable && training);
    // No number may get into the padding of a parameter or of its gradient.
    for (const p of parameters.list) {
      const tensors = [
        parameters.tensor(p),
        ...(trained.includes(p) ? [parameters.gradient(p)] : []),
      ];
      for (const { address, ld, cols, name } of tensors) {
        for (let row = 0; row < p.rows; row++) {
          const end = (address >>> 2) + (row + 1) * ld;
          const padding = [...f32().subarray(end - ld + cols, end)];
          expect(padding, `padding of ${name}`).toEqual(padding.map(() => 0));
        }
      }
    }
    return {
      outputShape,
      y: read(output.tensor, batch),
      dy,
      dx: dxs.map((tensor) => tensor && read(tensor, batch)),
      gradients: Object.fromEntries(
        trained.map((p) => [p.spec.name, read(parameters.gradient(p), p.rows)]),
      ),
      parameters: used,
      after: Object.fromEntries(
        parameters.list.map((p) => [p.spec.name, Float64Array.from(parameters.read(p))]),
      ),
      inputs,
    };
  } finally {
    plan.dispose();
    network.dispose();
  }
}

type Shared = Awaited<ReturnType<typeof engine>>;

/** Every op, on each of the threads in turn: what they do between two meetings must not depend on order. */
function runInTurn({ view, kernel }: Shared, plan: Plan, rows: number, threads: number): void {
  if (threads === 1) {
    plan.forward(rows);
    return;
  }
  view.setInt32(plan.address + abi.PLAN_ROWS, rows, true);
  const ops = view.getInt32(plan.address + abi.PLAN_OPS, true);
  plan.ops.forEach((_, index) => {
    const at = ops + index * abi.OP_BYTES + abi.OP_FLAGS;
    // Nobody waits: the others have not been here, or are done.
    view.setInt32(at, view.getInt32(at, true) & ~abi.FLAG_BARRIER, true);
    for (let thread = threads - 1; thread >= 0; thread--) {
      kernel.runOps(plan.address, index, index + 1, thread, threads);
    }
  });
}

/** The layer's formula: y [batch × outputs] of inputs [batch × …] and parameters, in f64. */
export type Reference = (
  inputs: readonly Float64Array[],
  parameters: Numbers,
  batch: number,
) => Float64Array;

export interface CheckOptions {
  /** Of the largest number of an array, and 1. */
  readonly tolerance?: number;
  /** Inputs whose gradient is none of the layer's business: indices, lengths, masks. */
  readonly constant?: readonly number[];
}

/**
 * Forward values and all gradients of a case against the reference, and three threads against one, bit for
 * bit.
 */
export async function checkLayer(
  it: LayerCase,
  reference: Reference,
  { tolerance = 1e-4, constant = [] }: CheckOptions = {},
): Promise<LayerRun> {
  const run = await runLayer(it);
  const shares = await runLayer(it, 3);
  expect(shares).toEqual(run);
  await expectNothing({ ...it, batch: 0, capacity: it.capacity ?? it.batch });
  const inputs = run.inputs.map((x) => Float64Array.from(x));
  const parameters = Object.fromEntries(
    Object.entries(run.parameters).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  expectClose("y", run.y, reference(inputs, parameters, it.batch), tolerance);
  if (it.training === false) return run;
  const loss = () =>
    reference(inputs, parameters, it.batch).reduce((sum, y, i) => sum + y * (run.dy[i] ?? 0), 0);
  run.dx.forEach((dx, index) => {
    const x = inputs[index];
    if (x === undefined || constant.includes(index)) return;
    if (dx === undefined) throw new Error(`no gradient of input ${index}`);
    expectClose(`dx ${index}`, dx, numericalGradient(loss, x), tolerance);
  });
  for (const [name, gradient] of Object.entries(run.gradients)) {
    const values = parameters[name] as Float64Array;
    expectClose(`d${name}`, gradient, numericalGradient(loss, values), tolerance);
  }
  return run;
}

/** A batch without samples gives nothing, and gradients that are nothing; the layer's own state stays finite. */
async function expectNothing({ inputs: _, ...it }: LayerCase): Promise<void> {
  const { y, gradients, after } = await runLayer(it);
  expect(y.length).toBe(0);
  for (const [name, gradient] of Object.entries(gradients)) {
    expect([...gradient], `d${name} of no samples`).toEqual([...gradient].map(() => 0));
  }
  for (const [name, values] of Object.entries(after)) {
    expect(values.every(Number.isFinite), `${name} after no samples`).toBe(true);
  }
}

/** Every number within `tolerance` of the largest, or of 1; the message names the first that is not. */
export function expectClose(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(got.length, `${what}: length`).toBe(expected.length);
  const size = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [got[i] as number, expected[i] as number];
    if (!(Math.abs(a - b) <= tolerance * size)) {
      expect.fail(`${what}[${i}]: got ${a}, expected ${b} (largest ${size})`);
    }
  }
}
