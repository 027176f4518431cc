// Layers with a memory. ONNX has a matrix a gate [gates · units, …], i o f c or z r h; we have columns,
// i f g o or z r h.

import { gru, type Layer, lstm, simpleRNN } from "../../../src/index.ts";
import { type Call, type Convert, predict, Skip } from "../call.ts";
import { type Floats, floats, shaped, transpose } from "../floats.ts";

/** Rows of each gate in another order. */
function gatesIn(order: readonly number[], rows: Float32Array): Float32Array {
  const size = rows.length / order.length;
  const out = new Float32Array(rows.length);
  order.forEach((gate, i) => {
    out.set(rows.subarray(gate * size, (gate + 1) * size), i * size);
  });
  return out;
}

/** `biases`: what becomes of the two, for x and for h. */
async function run(
  call: Call,
  order: readonly number[],
  layerOf: (options: { units: number; returnSequences: boolean; name: string }) => Layer,
  biases: (forX: Float32Array, forH: Float32Array) => Float32Array,
) {
  const direction = call.text("direction", "forward");
  if (direction !== "forward") throw new Skip(`direction ${direction}`);
  call.without("activations", "clip", "input_forget");
  const unsupported = ["sequence_lens", "initial_h", "initial_c", "P"];
  const given = unsupported.filter((_, i) => call.has(i + 4));
  if (given.length > 0)
    throw new Skip(`inputs ${given.join(", ")}: ours start from zeros, no peepholes`);
  const units = call.integer("hidden_size", 0);
  const batchFirst = call.integer("layout", 0) === 1;
  const x = batchFirst ? call.floats(0) : transpose(call.floats(0), [1, 0, 2]);
  const [samples = 1, steps = 1] = x.shape;
  const matrix = (it: Floats) =>
    transpose(
      floats([order.length * units, it.shape[2] as number], gatesIn(order, it.data)),
      [1, 0],
    );
  const bias = call.optional(3)?.data ?? new Float32Array(2 * order.length * units);
  const half = bias.length / 2;
  const own = {
    weight: matrix(call.floats(1)).data,
    recurrentWeight: matrix(call.floats(2)).data,
    bias: biases(gatesIn(order, bias.subarray(0, half)), gatesIn(order, bias.subarray(half))),
  };
  const weights = Object.fromEntries(
    ["all", "last"].flatMap((layer) =>
      Object.entries(own).map(([name, value]) => [`${layer}.${name}`, value]),
    ),
  );
  // Outputs of all steps from one layer, of the last step from another.
  const [all, last] = await predict(
    [x],
    (it) => [
      layerOf({ units, returnSequences: true, name: "all" }).apply(it),
      layerOf({ units, returnSequences: false, name: "last" }).apply(it),
    ],
    weights,
  );
  const [sequence, state] = [all, last as Floats];
  if (batchFirst) {
    return [shaped(sequence, [samples, steps, 1, units]), shaped(state, [samples, 1, units])];
  }
  const byStep = transpose(sequence, [1, 0, 2]);
  return [shaped(byStep, [steps, 1, samples, units]), shaped(state, [1, samples, units])];
}

const sum = (a: Float32Array, b: Float32Array) => a.map((it, i) => it + (b[i] as number));

export const recurrences: Readonly<Record<string, Convert>> = {
  RNN: (call) => run(call, [0], simpleRNN, sum),
  LSTM: (call) => run(call, [0, 2, 3, 1], lstm, sum),
  GRU(call) {
    const resetAfter = call.integer("linear_before_reset", 0) === 1;
    const both = (a: Float32Array, b: Float32Array) => Float32Array.from([...a, ...b]);
    return run(call, [0, 1, 2], (it) => gru({ ...it, resetAfter }), resetAfter ? both : sum);
  },
};
