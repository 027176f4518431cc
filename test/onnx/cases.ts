// The tests that ONNX has for those who run its models: a folder each, with a model of one operator or of a
// few, inputs and outputs. Runs them one by one; says of each what came of it.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { Call, layersOf, Skip } from "./call.ts";
import { type Declared, type Graph, readModel, readTensorFile, type Tensor } from "./messages.ts";
import { absent } from "./operators/absent.ts";
import { operators } from "./operators/index.ts";

/** Where Debian's package libonnx-testdata puts them. */
const data = "/usr/share/libonnx-testdata/data";

export const installed = existsSync(`${data}/node`);

/** The node tests, each of an operator; and what PyTorch's layers and functions became in ONNX of 2018. */
export const folders = ["node", "pytorch-converted", "pytorch-operator"] as const;

export interface Case {
  readonly folder: (typeof folders)[number];
  readonly name: string;
}

/** What came of a test. */
export type Outcome = Case & { readonly op: string } & (
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

/** The operator of a test whose model is of several: a function, written out, or a small network. */
export const several = "several operators";

export async function allCases(): Promise<Case[]> {
  const lists = folders.map(async (folder) => {
    const names = (await readdir(`${data}/${folder}`)).filter((it) => it.startsWith("test_"));
    return names.sort().map((name) => ({ folder, name }));
  });
  return (await Promise.all(lists)).flat();
}

const read = ({ folder, name }: Case, file: string) =>
  readFile(`${data}/${folder}/${name}/${file}`);

/** A graph's inputs or outputs as their files hold them. */
async function readTensors(it: Case, kind: "input" | "output", declared: readonly Declared[]) {
  return Promise.all(
    declared.map(async ({ type }, i) => {
      if (type === "sequence" || type === "optional") throw new Skip("a sequence, or an optional");
      return readTensorFile(await read(it, `test_data_set_0/${kind}_${i}.pb`));
    }),
  );
}

/** Inputs that are given: old models list their weights too. */
const givenInputs = ({ inputs, constants }: Graph) =>
  inputs.filter((it) => !constants.has(it.name));

/** Runs a graph node by node, each a model of its own; values by name. */
async function evaluate(graph: Graph, inputs: readonly Tensor[]): Promise<Map<string, Tensor>> {
  const values = new Map(graph.constants);
  givenInputs(graph).forEach((it, i) => {
    values.set(it.name, inputs[i] as Tensor);
  });
  for (const node of graph.nodes) {
    const constant = node.op === "Constant" && node.attributes.get("value")?.tensor;
    const convert = operators.get(node.op);
    if (constant) values.set(node.outputs[0] as string, constant);
    if (constant || convert === undefined) continue;
    const given = node.inputs.map((it) => (it === "" ? undefined : values.get(it)));
    const results = await convert(new Call(node, given, graph.opset));
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
export async function runCase(it: Case): Promise<Outcome> {
  const graph = readModel(await read(it, "model.onnx"));
  const [first, ...more] = graph.nodes.map((node) => node.op);
  const op = more.length === 0 ? `${first}` : several;
  const foreign = graph.nodes.map((node) => node.op).find((type) => !canRun(type, op));
  if (foreign !== undefined) {
    const reason = absent.get(foreign);
    return reason === undefined
      ? { ...it, op, kind: "failed", reason: `${foreign} is in no list` }
      : { ...it, op: foreign, kind: "not ours", reason };
  }
  try {
    const inputs = await readTensors(it, "input", givenInputs(graph));
    const outputs = await readTensors(it, "output", graph.outputs);
    const [values, layers] = await layersOf(() => evaluate(graph, inputs));
    const missing: string[] = [];
    for (const [i, { name: output }] of graph.outputs.entries()) {
      const value = values.get(output);
      const wrong = value && difference(value, outputs[i] as Tensor);
      if (wrong) return { ...it, op, kind: "failed", reason: `${output}: ${wrong}` };
      if (value === undefined) missing.push(output);
    }
    if (missing.length === graph.outputs.length) throw new Error("no output");
    if (missing.length > 0) return { ...it, op, kind: "in part", layers, missing };
    return { ...it, op, kind: "passed", layers };
  } catch (error) {
    if (error instanceof Skip) return { ...it, op, kind: "skipped", reason: error.message };
    return { ...it, op, kind: "failed", reason: String(error) };
  }
}

/** Constants among other operators are numbers, which need no layer. */
function canRun(type: string, op: string): boolean {
  return operators.has(type) || (type === "Constant" && op === several);
}
