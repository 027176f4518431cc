// Position embedding: a learned vector for each step, added to what stands there.

import { COMBINE_SUM, FLAG_BATCH_K } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkOptions } from "../options.ts";
import { type Tensor, view } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import { asClearRows } from "./clear-rows.ts";
import { type EmitContext, type Emitted, type Layer, throughActivation } from "./layer.ts";
import { asRows, newRows } from "./rows.ts";

export interface PositionEmbeddingOptions {
  /** Default: "glorotUniform". */
  readonly initializer?: InitializerName | Initializer;
  readonly name?: string;
}

/**
 * Adds a learned vector to each step of a sequence: y[steps × features] = x + weight[steps × features] (Gehring
 * et al., "Convolutional sequence to sequence learning", ICML 2017).
 * @throws LayerwiseError `unknownName`, `invalidArgument`; when the model is built, `shapeMismatch`
 */
export function positionEmbedding(options: PositionEmbeddingOptions = {}): Layer {
  const where = "positionEmbedding";
  checkOptions(where, options, ["initializer", "name"]);
  const initializer = resolveInitializer(where, options.initializer ?? "glorotUniform");
  return {
    type: "positionEmbedding",
    name: options.name,
    config: { initializer },
    build(where, inputShape) {
      if (inputShape.length !== 2) {
        const expected = "sequences, [steps, features]";
        throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
      }
      const weight = { name: "weight", shape: inputShape, initializer };
      return { outputShape: inputShape, parameters: [weight] };
    },
    emit: emitPositions,
  };
}

function emitPositions({ plan, name, x, parameters, gradients, keep }: EmitContext): Emitted {
  const [steps = 1, features = 1] = x.shape;
  const { weight } = parameters;
  if (weight === undefined) throw fail("internal", { what: `${name} has no weight` });
  const forward = { layer: name, role: "forward" };
  const from = asRows(plan, forward, x.tensor, steps, features);
  const y = newRows(plan, `${name}.y`, steps, features, { keep });
  // A row that every sample has.
  const positions = view(asOne(weight), { ld: 0 });
  plan.combine(forward, COMBINE_SUM, asOne(from), positions, asOne(y.matrix));
  y.done(forward);
  return {
    output: { tensor: y.flat, mask: x.mask },
    backward(dy) {
      if (gradients?.weight) {
        const label = { layer: name, role: "weight gradient" };
        const a = asOne(asClearRows(plan, label, dy, steps, features));
        const b = asOne(gradients.weight);
        plan.push({
          ...label,
          name: "columnSums",
          writes: [b],
          cost: a.bytes / 4,
          a,
          b,
          n: a.cols,
          k: 1,
          flags: FLAG_BATCH_K,
        });
      }
      return throughActivation(plan, name, x, dy);
    },
  };
}

/** Rows, and what stands between them, as one. */
function asOne(it: Tensor): Tensor {
  const floats = it.rows * it.ld;
  return view(it, { rows: 1, cols: floats, ld: floats });
}
