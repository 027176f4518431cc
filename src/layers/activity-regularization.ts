// Activity regularization: passes its input on, and makes large values of it cost something.

import { FLAG_BATCH_M } from "../../assembly/abi.ts";
import { checkOptions } from "../options.ts";
import { defineLayer, type Layer, type Regularizer, throughActivation } from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";

/**
 * Adds l1·Σ|x| + l2·Σx², over all values of a batch and divided by its samples, to the loss. The
 * values stay as they are.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function activityRegularization(
  options: Partial<Regularizer> & { readonly name?: string } = {},
): Layer {
  const where = "activityRegularization";
  checkOptions(where, options, ["l1", "l2", "name"]);
  const { l1 = 0, l2 = 0, name } = options;
  resolveRegularizer(where, { l1, l2 });
  return defineLayer({
    type: "activityRegularization",
    name,
    config: { l1, l2 },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit(context) {
      const { plan, name, x, gradients } = context;
      const a = x.tensor;
      const op = { layer: name, name: "activity", a, m: 1, n: a.cols, f0: l1, f1: l2 } as const;
      const flags = FLAG_BATCH_M;
      plan.push({ ...op, role: "penalty", flags, split: "none", writes: [], cost: a.bytes });
      return {
        // Without the activation that may still be pending: the penalty's gradient goes through it
        // too.
        output: { tensor: a, mask: x.mask },
        backward(dy, wanted) {
          if (wanted === "parameters only") return undefined;
          const role = "penalty gradient";
          // Of a model that is only looked at, nobody asks for the loss.
          if (gradients) plan.push({ ...op, role, flags, writes: [dy], cost: a.bytes, b: dy });
          return throughActivation(plan, name, x, dy);
        },
      };
    },
  });
}
