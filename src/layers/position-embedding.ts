// Position embedding: a learned vector for each step, added to what stands there.

import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkOptions } from "../options.ts";
import { channelSums } from "./channel-sums.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  throughActivation,
} from "./layer.ts";
import { addPositions, asOneRow, checkSequence } from "./positions.ts";
import { asClearRows } from "./rows.ts";

/** Options of {@link positionEmbedding}. */
export interface PositionEmbeddingOptions {
  /** Default: "glorotUniform". */
  readonly initializer?: InitializerName | Initializer;
  readonly name?: string;
}

/**
 * Adds a learned vector to each step of a sequence: y[steps × features] = x + weight[steps ×
 * features] (Gehring et al., "Convolutional sequence to sequence learning", ICML 2017).
 * @throws LayerwiseError `unknownName`, `invalidArgument`; when the model is built, `shapeMismatch`
 */
export function positionEmbedding(options: PositionEmbeddingOptions = {}): Layer {
  const where = "positionEmbedding";
  checkOptions(where, options, ["initializer", "name"]);
  const initializer = resolveInitializer(where, options.initializer ?? "glorotUniform");
  return defineLayer({
    type: "positionEmbedding",
    name: options.name,
    config: { initializer },
    build(where, inputShape) {
      checkSequence(where, inputShape);
      const weight = { name: "weight", shape: inputShape, initializer };
      return { outputShape: inputShape, parameters: [weight] };
    },
    emit: emitLearned,
  });
}

function emitLearned(context: EmitContext): Emitted {
  const { plan, name, x, parameters, gradients } = context;
  const [steps = 1, features = 1] = x.shape;
  const { weight } = parameters;
  if (weight === undefined) throw fail("internal", { what: `${name} has no weight` });
  return {
    output: addPositions(context, weight),
    backward(dy) {
      if (gradients?.weight) {
        const label = { layer: name, role: "weight gradient" };
        const rows = asOneRow(asClearRows(plan, label, dy, steps, features));
        channelSums(plan, label, rows, 1, asOneRow(gradients.weight));
      }
      return throughActivation(plan, name, x, dy);
    },
  };
}
