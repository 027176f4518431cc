// The messages of onnx.proto3 that a test of one operator needs, as plain objects.
// https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto3

import { Message, viewOf } from "./protobuf.ts";

/** A tensor of numbers, row-major. */
export interface Tensor {
  readonly type: string;
  readonly shape: readonly number[];
  /** Rounded to f64 where a type holds more. Empty if the type is none of {@link readers}. */
  readonly data: ArrayLike<number>;
}

export interface Node {
  readonly op: string;
  /** "" where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Attribute {
  readonly number: number;
  readonly integer: number;
  readonly text: string;
  readonly numbers: readonly number[];
  readonly integers: readonly number[];
  readonly tensor: Tensor | undefined;
}

export interface Graph {
  /** The version of ONNX's own operators. */
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly Declared[];
  readonly outputs: readonly Declared[];
}

/** An input or output of a graph. */
export interface Declared {
  readonly name: string;
  /** "float", "int64", … of tensors; "sequence", "optional", … else. */
  readonly type: string;
}

/** By TensorProto.DataType. */
const types: readonly string[] = [
  "undefined",
  "float",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "double",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
];

/** How raw data is read: bytes of a number, and the number at a place. */
const readers: Readonly<Record<string, [number, (view: DataView, at: number) => number]>> = {
  float: [4, (view, at) => view.getFloat32(at, true)],
  double: [8, (view, at) => view.getFloat64(at, true)],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  bool: [1, (view, at) => view.getUint8(at)],
};

function readTensor(message: Message): Tensor {
  const type = types[message.integer(2)] ?? "unknown";
  const shape = message.integers(1);
  const [raw] = message.blobs(9);
  const reader = readers[type];
  if (raw === undefined || reader === undefined) {
    // Fields of one number each: floats, what fits into 32 bits, and into 64.
    const data = [message.floats(4), message.integers(5), message.integers(7)];
    return { type, shape, data: data.find((it) => it.length > 0) ?? [] };
  }
  const [bytes, read] = reader;
  const view = viewOf(raw);
  const numbers = Array.from({ length: raw.length / bytes }, (_, i) => read(view, i * bytes));
  return { type, shape, data: type === "float" ? new Float32Array(numbers) : numbers };
}

function readAttribute(message: Message): Attribute {
  const tensor = message.message(5);
  return {
    number: message.floats(2).at(-1) ?? 0,
    integer: message.integer(3),
    text: message.string(4),
    numbers: message.floats(7),
    integers: message.integers(8),
    tensor: tensor && readTensor(tensor),
  };
}

function readNode(message: Message): Node {
  const attributes = message.messages(5).map((it) => [it.string(1), readAttribute(it)] as const);
  return {
    op: message.string(4),
    inputs: message.strings(1),
    outputs: message.strings(2),
    attributes: new Map(attributes),
  };
}

function readDeclared(message: Message): Declared {
  const type = message.message(2);
  const tensor = type?.message(1);
  const other = type?.message(4) ? "sequence" : "optional";
  return {
    name: message.string(1),
    type: tensor ? (types[tensor.integer(1)] ?? "unknown") : other,
  };
}

/** The graph of a ModelProto. */
export function readModel(bytes: Uint8Array): Graph {
  const model = new Message(bytes);
  const graph = model.message(7);
  if (graph === undefined) throw new Error("a model without a graph");
  const own = model.messages(8).find((it) => ["", "ai.onnx"].includes(it.string(1)));
  return {
    opset: own?.integer(2) ?? 1,
    nodes: graph.messages(1).map(readNode),
    constants: new Map(graph.messages(5).map((it) => [it.string(8), readTensor(it)])),
    inputs: graph.messages(11).map(readDeclared),
    outputs: graph.messages(12).map(readDeclared),
  };
}

/** A TensorProto, as input_0.pb and output_0.pb hold it. */
export function readTensorFile(bytes: Uint8Array): Tensor {
  return readTensor(new Message(bytes));
}
