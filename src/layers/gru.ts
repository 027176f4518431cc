// GRU: one state, a gate that keeps it and a gate that resets it.

import { RECURRENT_GRU, RECURRENT_GRU_BEFORE } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type GatedOptions, recurrentLayer } from "./recurrent.ts";

/** Options of {@link gru}. */
export interface GRUOptions extends GatedOptions {
  /** The reset gate acts behind the product with the state's weights, as in cuDNN. Default: true. */
  readonly resetAfter?: boolean;
}

/**
 * Gated recurrent unit: of [steps, features] it makes [units], the state after the last step, or with
 * `returnSequences` [steps, units]. Steps that a mask leaves out change nothing.
 *
 * z, r = σ(x·W + h·U + b); h ← z∘h + (1 − z)∘tanh(x·W + b + s), columns in the order z, r, h, where
 * s = r∘(h·U + b′) or, if `resetAfter` is false, (r∘h)·U. σ is `recurrentActivation`, tanh `activation`;
 * see {@link simpleRNN} for those that can be. Parameters: weight [features × 3·units], recurrentWeight
 * [units × 3·units], bias [2 × 3·units], for x and for h, or without `resetAfter` [3·units].
 * Cho et al., "Learning phrase representations using RNN encoder–decoder", 2014.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function gru(options: GRUOptions): Layer {
  const { units, resetAfter = true } = options ?? {};
  return recurrentLayer(options, {
    type: "gru",
    kind: { code: resetAfter ? RECURRENT_GRU : RECURRENT_GRU_BEFORE, gates: 3, tape: 5 },
    more: ["recurrentActivation", "resetAfter"],
    config: { resetAfter },
    ...(resetAfter && { biasShape: [2, 3 * units] }),
  });
}
