// Dropout: in training, zeroes a random part of its input; otherwise passes it on.

import { STREAM_DROPOUT } from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import { subStream } from "../random.ts";
import { defineLayer, type Layer, throughActivation } from "./layer.ts";

/**
 * Zeroes each value with probability `rate` and scales the others by 1 / (1 − rate), while training
 * (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014).
 * @param rate in [0, 1)
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function dropout(rate: number, options: { readonly name?: string } = {}): Layer {
  checkOptions("dropout", options, ["name"]);
  // The kernel reads it as f32.
  const holds = isF32(rate) && rate >= 0 && Math.fround(rate) < 1;
  checkThat(holds, "dropout", "a rate in [0, 1)", rate);
  return defineLayer({
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
        output: { tensor: y, mask: x.mask },
        backward(dy) {
          plan.dropout({ layer: name, role: "gradient" }, stream, rateTensor, dy, dy);
          return throughActivation(plan, name, x, dy);
        },
      };
    },
  });
}
