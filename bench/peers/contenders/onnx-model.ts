// ONNX models as bytes: as much of the format (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) as
// two graphs need. Field numbers are from there.

import type { Transpose } from "../../pure-js/gemm.ts";
import type { LayerWeights } from "../task.ts";

type Bytes = readonly number[] | Uint8Array;

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers only. */
  readonly attributes?: Readonly<Record<string, number>>;
}

interface Graph {
  readonly nodes: readonly Node[];
  /** Shapes by name. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>
  >;
}

const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const IR_VERSION = 8;
const OPSET = 17;

/** y ← a·b, of inputs a and b as stored. */
export function gemmModel(options: {
  readonly transpose: Transpose;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly c: readonly number[];
}): Uint8Array {
  const { transpose, a, b, c } = options;
  const attributes = { transA: transpose === "tn" ? 1 : 0, transB: transpose === "nt" ? 1 : 0 };
  const inputs = ["a", "b"];
  return model({
    nodes: [{ op: "Gemm", inputs, output: "y", attributes }],
    inputs: { a, b },
    outputs: { y: c },
  });
}

/** Dense layers with ReLU between them, and a softmax; x[batchSize×inputs] to y. */
export function denseModel(options: {
  readonly layers: readonly LayerWeights[];
  readonly batchSize: number;
}): Uint8Array {
  const { layers, batchSize } = options;
  const nodes = layers.flatMap((_, i): Node[] => {
    const from = i === 0 ? "x" : `h${i}`;
    const last = i + 1 === layers.length;
    return [
      { op: "Gemm", inputs: [from, `weight${i}`, `bias${i}`], output: `z${i}` },
      { op: last ? "Softmax" : "Relu", inputs: [`z${i}`], output: last ? "y" : `h${i + 1}` },
    ];
  });
  const constants = layers.flatMap(({ inputs, units, weight, bias }, i) => [
    [`weight${i}`, { shape: [inputs, units], numbers: weight }] as const,
    [`bias${i}`, { shape: [units], numbers: bias }] as const,
  ]);
  return model({
    nodes,
    inputs: { x: [batchSize, layers[0]?.inputs ?? 0] },
    outputs: { y: [batchSize, layers.at(-1)?.units ?? 0] },
    constants: Object.fromEntries(constants),
  });
}

function model({ nodes, inputs, outputs, constants = {} }: Graph): Uint8Array {
  const graph = join([
    ...nodes.map((it) => field(1, node(it))),
    field(2, text("graph")),
    ...Object.entries(constants).map(([name, { shape, numbers }]) =>
      field(
        5,
        join([
          ...shape.map((size) => whole(1, size)),
          whole(2, FLOAT),
          field(8, text(name)),
          field(9, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)),
        ]),
      ),
    ),
    ...Object.entries(inputs).map((it) => field(11, value(...it))),
    ...Object.entries(outputs).map((it) => field(12, value(...it))),
  ]);
  const opset = join([field(1, text("")), whole(2, OPSET)]);
  return join([whole(1, IR_VERSION), field(7, graph), field(8, opset)]);
}

function node({ op, inputs, output, attributes = {} }: Node): Uint8Array {
  return join([
    ...inputs.map((name) => field(1, text(name))),
    field(2, text(output)),
    field(4, text(op)),
    ...Object.entries(attributes).map(([name, number]) =>
      field(5, join([field(1, text(name)), whole(3, number), whole(20, ATTRIBUTE_INT)])),
    ),
  ]);
}

/** A name with its type: floats of a shape. */
function value(name: string, shape: readonly number[]): Uint8Array {
  const dimensions = join(shape.map((size) => field(1, whole(1, size))));
  const tensor = join([whole(1, FLOAT), field(2, dimensions)]);
  return join([field(1, text(name)), field(2, field(1, tensor))]);
}

/** A field of bytes: its number with wire type 2, length, content. */
function field(number: number, content: Bytes): Uint8Array {
  return join([varint((number << 3) | 2), varint(content.length), content]);
}

/** A field of one whole number ≥ 0: wire type 0. */
function whole(number: number, content: number): Uint8Array {
  return join([varint(number << 3), varint(content)]);
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function join(parts: readonly Bytes[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
