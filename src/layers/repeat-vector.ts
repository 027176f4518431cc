// RepeatVector: a sequence of equal steps.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import { formatShape } from "../shape.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitMove } from "./moved.ts";
import { MOST } from "./pair.ts";

/** Options of {@link repeatVector}. */
export interface RepeatVectorOptions {
  /** Steps. */
  readonly n: number;
  readonly name?: string;
}

/**
 * Makes a sequence of `n` steps that are all its input: [features] becomes [n, features].
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function repeatVector(options: RepeatVectorOptions): Layer {
  checkOptions("repeatVector", options, ["n", "name"]);
  const n = checkInteger("repeatVector", "n", options.n, 1, MOST);
  return defineLayer({
    type: "repeatVector",
    name: options.name,
    config: { n },
    build(where, inputShape) {
      if (inputShape.length !== 1) {
        const got = formatShape(inputShape);
        const remedy = "Put flatten() before it.";
        throw fail("shapeMismatch", { where, expected: "[features]", got, remedy });
      }
      return { outputShape: [n, ...inputShape], parameters: [] };
    },
    emit(context) {
      const { cols } = context.x.tensor;
      const block = { size: [n, cols], from: [0, 1], to: [cols, 1] };
      return emitMove(context, { blocks: [block], uneven: true }, n * cols);
    },
  });
}
