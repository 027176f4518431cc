// Reshape: the same numbers in the same order, seen as another shape: no op.

import { fail } from "../errors.ts";
import { checkOptions, checkThat } from "../options.ts";
import { elementCount, formatShape } from "../shape.ts";
import { defineLayer, type Layer } from "./layer.ts";

/** Options of {@link reshape}. */
export interface ReshapeOptions {
  /** Of one sample. One of its sizes may be −1: what is left over. */
  readonly targetShape: readonly number[];
  readonly name?: string;
}

/**
 * Gives each sample another shape of as many elements: [784] becomes [28, 28, 1]. Costs nothing. Masks end
 * here.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function reshape(options: ReshapeOptions): Layer {
  const where = "reshape";
  checkOptions(where, options, ["targetShape", "name"]);
  const { targetShape } = options;
  const sizes: readonly unknown[] = Array.isArray(targetShape) ? targetShape : [];
  const holds =
    sizes.length > 0 &&
    sizes.every((it) => it === -1 || (Number.isSafeInteger(it) && Number(it) > 0)) &&
    sizes.filter((it) => it === -1).length <= 1;
  const required = "targetShape as an array of positive integers, one of which may be -1";
  checkThat(holds, where, required, targetShape);
  const target = [...targetShape];
  return defineLayer({
    type: "reshape",
    name: options.name,
    config: { targetShape: target },
    build(where, inputShape) {
      const count = elementCount(inputShape);
      const known = elementCount(target.filter((it) => it !== -1));
      const outputShape = target.map((it) => (it === -1 ? count / known : it));
      if (count % known !== 0 || elementCount(outputShape) !== count) {
        throw fail("shapeMismatch", {
          where,
          expected: `an input of as many elements as ${formatShape(target)}`,
          got: formatShape(inputShape),
          remedy: "Change targetShape; one of its sizes may be -1, what is left over.",
        });
      }
      return { outputShape, parameters: [] };
    },
    emit: ({ x }) => ({
      output: { tensor: x.tensor, activation: x.activation },
      backward: (dy) => dy,
    }),
  });
}
