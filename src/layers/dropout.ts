// Dropout: in training, zeroes a random part of its input; otherwise passes it on.

import { STREAM_DROPOUT } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { subStream } from "../random.ts";
import { type Layer, throughActivation } from "./layer.ts";

/**
 * Zeroes each value with probability `rate` and scales the others by 1 / (1 − rate), while training
 * (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014).
 * @param rate in [0, 1)
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function dropout(rate: number, options: { readonly name?: string } = {}): Layer {
  checkOptions("dropout", options, ["name"]);
  if (!(rate >= 0 && rate < 1)) {
    throw fail("invalidArgument", { where: "dropout", required: "a rate in [0, 1)", got: rate });
  }
  return {
    type: "dropout",
    name: options.name,
    config: { rate },
    hyper: { rate },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit(context) {
      const { plan, name, x, gradients } = context;
      const rateTensor = context.hyper.rate;
      if (gradients === undefined || rateTensor === undefined)
        return { output: x, backward: (dy) => dy };
      const stream = subStream(STREAM_DROPOUT, context.index);
      const y = plan.tensor(`${name}.y`, x.tensor.cols, { keep: context.keep });
      plan.dropout({ layer: name, role: "forward" }, stream, rateTensor, x.tensor, y);
      return {
        output: { tensor: y },
        backward(dy) {
          plan.dropout({ layer: name, role: "gradient" }, stream, rateTensor, dy, dy);
          return throughActivation(plan, name, x, dy);
        },
      };
    },
  };
}
