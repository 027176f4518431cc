// Masking: says which steps of a sequence count.

import { FLAG_BATCH_M } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import { elementCount, formatShape } from "../shape.ts";
import { defineLayer, type Layer, throughActivation } from "./layer.ts";

/** Options of {@link masking}. */
export interface MaskingOptions {
  /** What all features of a step must be for it not to count. Default: 0. */
  readonly maskValue?: number;
  readonly name?: string;
}

/**
 * Marks the steps of [steps, …] whose features are all `maskValue`: sequences of different lengths are
 * filled up with it. The value passes on with zeros there; layers with a memory skip these steps, losses
 * and metrics of sequences do not count them.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function masking(options: MaskingOptions = {}): Layer {
  checkOptions("masking", options, ["maskValue", "name"]);
  const { maskValue = 0, name } = options;
  checkThat(isF32(maskValue), "masking", "maskValue as a finite number", maskValue);
  return defineLayer({
    type: "masking",
    name,
    config: { maskValue },
    build(where, inputShape) {
      if (inputShape.length < 2) {
        const expected = "samples of the shape [steps, features]";
        throw fail("shapeMismatch", { where, expected, got: formatShape(inputShape) });
      }
      return { outputShape: inputShape, parameters: [] };
    },
    emit({ plan, name, x, keep }) {
      const [steps = 1, ...rest] = x.shape;
      const y = plan.tensor(`${name}.y`, x.tensor.cols, { keep });
      const mask = plan.tensor(`${name}.mask`, steps, { keep });
      const op = {
        layer: name,
        name: "mask" as const,
        m: 1,
        n: elementCount(rest),
        k: steps,
        c: mask,
        flags: FLAG_BATCH_M,
        f0: maskValue,
        cost: y.bytes / 4,
      };
      plan.push({ ...op, role: "forward", writes: [y, mask], a: x.tensor, b: y });
      return {
        output: { tensor: y, mask },
        backward(dy) {
          plan.push({ ...op, role: "gradient", writes: [dy], a: dy, b: dy, kind: 1 });
          return throughActivation(plan, name, x, dy);
        },
      };
    },
  });
}
