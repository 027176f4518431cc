// The node tests of ONNX: a folder each, with a model of one operator (or of those that a function is made
// of), inputs and outputs. Runs them one by one; says of each what came of it.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { Call, layersOf, Skip } from "./call.ts";
import { type Declared, type Graph, readModel, readTensorFile, type Tensor } from "./messages.ts";
import { absent } from "./operators/absent.ts";
import { operators } from "./operators/index.ts";

/** Where Debian's package libonnx-testdata puts them. */
const folder = "/usr/share/libonnx-testdata/data/node";

export const installed = existsSync(folder);

/** What came of a test. */
export type Outcome = { readonly name: string; readonly op: string } & (
  | { readonly kind: "passed"; readonly layers: readonly string[] }
  /** But for outputs that no layer of ours has. */
  | {
      readonly kind: "in part";
      readonly layers: readonly string[];
      readonly missing: readonly string[];
    }
  /** `op` is one that our layers make, but not called like this. */
  | { readonly kind: "skipped"; readonly reason: string }
  /** `op` is one that no layer of ours makes. */
  | { readonly kind: "not ours"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
);

/** The operator of a test whose model is that of a function, written out as several. */
export const written = "functions written out";

export async function caseNames(): Promise<string[]> {
  return (await readdir(folder)).filter((it) => it.startsWith("test_")).sort();
}

const read = (...path: string[]) => readFile([folder, ...path].join("/"));

/** A graph's inputs or outputs as their files hold them. */
async function readTensors(name: string, kind: "input" | "output", declared: readonly Declared[]) {
  return Promise.all(
    declared.map(async (it, i) => {
      if (it.type === "sequence" || it.type === "optional")
        throw new Skip(`a value that is ${it.type}`);
      return readTensorFile(await read(name, "test_data_set_0", `${kind}_${i}.pb`));
    }),
  );
}

/** Runs a graph node by node, each a model of its own; values by name. */
async function evaluate(graph: Graph, inputs: readonly Tensor[]): Promise<Map<string, Tensor>> {
  const values = new Map(graph.constants);
  graph.inputs.forEach((it, i) => {
    values.set(it.name, inputs[i] as Tensor);
  });
  for (const node of graph.nodes) {
    const constant = node.op === "Constant" && node.attributes.get("value")?.tensor;
    const convert = operators.get(node.op);
    if (constant) values.set(node.outputs[0] as string, constant);
    if (constant || convert === undefined) continue;
    const given = node.inputs.map((it) => (it === "" ? undefined : values.get(it)));
    const results = await convert(new Call(node, given));
    results.forEach((it, i) => {
      const output = node.outputs[i];
      if (output) values.set(output, it);
    });
  }
  return values;
}

/**
 * Where two arrays differ by more than 1e-7 + 1e-3 · |wanted|, the tolerances of ONNX's own runner; "" if
 * nowhere.
 */
export function difference(got: Tensor, want: Tensor): string {
  if (`${got.shape}` !== `${want.shape}`) return `shape [${got.shape}] for [${want.shape}]`;
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i] as number, want.data[i] as number];
    const near = Math.abs(a - b) <= 1e-7 + 1e-3 * Math.abs(b);
    if (!near && a !== b) return `${a} for ${b} at ${i}`;
  }
  return "";
}

/** Runs a test. Whatever is thrown is a failure, unless a model of ours does not apply. */
export async function runCase(name: string): Promise<Outcome> {
  const graph = readModel(await read(name, "model.onnx"));
  const [first, ...more] = graph.nodes.map((it) => it.op);
  const op = more.length === 0 ? `${first}` : written;
  const foreign = graph.nodes.map((it) => it.op).find((it) => !canRun(it, op));
  if (foreign !== undefined) {
    const reason = absent.get(foreign);
    return reason === undefined
      ? { name, op, kind: "failed", reason: `${foreign} is in no list` }
      : { name, op: foreign, kind: "not ours", reason };
  }
  try {
    const inputs = await readTensors(name, "input", graph.inputs);
    const outputs = await readTensors(name, "output", graph.outputs);
    const [values, layers] = await layersOf(() => evaluate(graph, inputs));
    const missing: string[] = [];
    for (const [i, { name: output }] of graph.outputs.entries()) {
      const value = values.get(output);
      const wrong = value && difference(value, outputs[i] as Tensor);
      if (wrong) return { name, op, kind: "failed", reason: `${output}: ${wrong}` };
      if (value === undefined) missing.push(output);
    }
    if (missing.length === graph.outputs.length) throw new Error("no output");
    if (missing.length > 0) return { name, op, kind: "in part", layers, missing };
    return { name, op, kind: "passed", layers };
  } catch (error) {
    if (error instanceof Skip) return { name, op, kind: "skipped", reason: error.message };
    return { name, op, kind: "failed", reason: String(error) };
  }
}

/** Constants of a function are numbers in its graph, which need no layer. */
function canRun(it: string, op: string): boolean {
  return operators.has(it) || (it === "Constant" && op === written);
}
