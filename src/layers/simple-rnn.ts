// SimpleRNN: h ← f(x·W + h·U + b), step by step.

import { RECURRENT_SIMPLE } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, recurrentLayer } from "./recurrent.ts";

/** Options of {@link simpleRNN}. */
export type SimpleRNNOptions = RecurrentOptions;

/**
 * A fully connected layer that sees its own last output: of [steps, features] it makes [units], the state
 * after the last step, or with `returnSequences` [steps, units]. Steps that a mask leaves out change
 * nothing. Activations: tanh, sigmoid, hardSigmoid, relu, relu6, leakyRelu, elu, selu, softsign, linear.
 * Parameters: weight [features × units], recurrentWeight [units × units], bias [units].
 * Elman, "Finding structure in time", 1990.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function simpleRNN(options: SimpleRNNOptions): Layer {
  const kind = { code: RECURRENT_SIMPLE, gates: 1, tape: 2 };
  return recurrentLayer(options, { type: "simpleRNN", kind });
}
