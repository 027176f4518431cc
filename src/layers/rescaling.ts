// Rescaling: y = x · scale + offset, in training and otherwise.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import { view } from "../plan/tensor.ts";
import { constantRow } from "./constant-row.ts";
import { defineLayer, type Layer, throughActivation } from "./layer.ts";

/** Options of {@link rescaling}. */
export interface RescalingOptions {
  /** Pixels of 0…255 become 0…1 by 1 / 255. */
  readonly scale: number;
  /** Default: 0. */
  readonly offset?: number;
  readonly name?: string;
}

/**
 * y = x · scale + offset, of any shape.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function rescaling(options: RescalingOptions): Layer {
  checkOptions("rescaling", options, ["scale", "offset", "name"]);
  const { scale, offset = 0, name } = options;
  checkThat(isF32(scale), "rescaling", "scale as a finite number", scale);
  checkThat(isF32(offset), "rescaling", "offset as a finite number", offset);
  return defineLayer({
    type: "rescaling",
    name,
    config: { scale, offset },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit(context) {
      const { plan, name, x } = context;
      const { cols } = x.tensor;
      const y = plan.tensor(`${name}.y`, cols, { keep: context.keep });
      // One row for all samples: the next one's is no further on.
      const row = () => constantRow(`${name}.offset`, new Float32Array(cols).fill(offset));
      const b = offset === 0 ? undefined : view(row(), { ld: 0 });
      plan.combine({ layer: name, role: "forward" }, COMBINE_SUM, x.tensor, b, y, {
        scale: [scale, 1],
      });
      return {
        output: { tensor: y, mask: x.mask },
        backward(dy, wanted) {
          if (wanted === "parameters only") return undefined;
          const label = { layer: name, role: "gradient" };
          plan.combine(label, COMBINE_SUM, dy, undefined, dy, { scale: [scale, 1] });
          return throughActivation(plan, name, x, dy);
        },
      };
    },
  });
}
