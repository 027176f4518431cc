// LSTM: a state c that gates let change, and an output h.

import { RECURRENT_LSTM } from "../../assembly/abi.ts";
import type { Layer } from "./layer.ts";
import { type GatedOptions, recurrentLayer } from "./recurrent.ts";

/** Options of {@link lstm}. */
export interface LSTMOptions extends GatedOptions {
  /** The forget gate's bias starts at 1 (Jozefowicz et al. 2015). Default: true. */
  readonly unitForgetBias?: boolean;
}

/**
 * Long short-term memory: of [steps, features] it makes [units], the output of the last step, or with
 * `returnSequences` [steps, units]. Steps that a mask leaves out change nothing.
 *
 * i, f, o = σ(x·W + h·U + b), g = tanh(…); c ← f∘c + i∘g; h ← o∘tanh(c), columns in the order i, f, g, o.
 * From states of another one, an encoder's:
 *
 * ```ts
 * const [, h, c] = lstm({ units: 32, returnState: true }).applyAll(question);
 * const answer = lstm({ units: 32, returnSequences: true }).apply(start, h, c);
 * ```
 * σ is `recurrentActivation`, tanh `activation`; see {@link simpleRNN} for those that can be.
 * Parameters: weight [features × 4·units], recurrentWeight [units × 4·units], bias [4·units].
 * Hochreiter & Schmidhuber 1997; forget gates: Gers, Schmidhuber & Cummins 2000.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function lstm(options: LSTMOptions): Layer {
  const { units, unitForgetBias = true } = options ?? {};
  return recurrentLayer(options, {
    type: "lstm",
    kind: { code: RECURRENT_LSTM, gates: 4, tape: 7 },
    more: ["recurrentActivation", "unitForgetBias"],
    config: { unitForgetBias },
    ...(unitForgetBias && { adjustBias: (values) => values.fill(1, units, 2 * units) }),
  });
}
