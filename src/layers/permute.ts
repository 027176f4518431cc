// Permute: the dimensions of a sample in another order.

import { fail } from "../errors.ts";
import { checkOptions, checkThat } from "../options.ts";
import { elementCount, formatShape } from "../shape.ts";
import { defineLayer, type Layer } from "./layer.ts";
import { emitMove } from "./moved.ts";

/** Options of {@link permute}. */
export interface PermuteOptions {
  /** Which of the input's dimensions, counted from 1, stands where. At most four. */
  readonly dims: readonly number[];
  readonly name?: string;
}

/**
 * Puts the dimensions of each sample in another order: by dims [2, 1], [10, 64] becomes [64, 10]. A mask goes
 * on where the steps stay in front.
 * @throws LayerwiseError `invalidArgument`, `unknownName`; `shapeMismatch` when it is built
 */
export function permute(options: PermuteOptions): Layer {
  const where = "permute";
  checkOptions(where, options, ["dims", "name"]);
  const { dims } = options;
  const sorted: readonly unknown[] = Array.isArray(dims) ? [...dims].sort() : [];
  const holds = sorted.length > 0 && sorted.length <= 4 && sorted.every((it, i) => it === i + 1);
  checkThat(holds, where, "dims as the numbers from 1 to at most 4, in any order", dims);
  const order = dims.map((it) => it - 1);
  const permuted = (list: readonly number[]) => order.map((it) => list[it] as number);
  return defineLayer({
    type: "permute",
    name: options.name,
    config: { dims: [...dims] },
    build(where, inputShape) {
      if (inputShape.length !== dims.length) {
        throw fail("shapeMismatch", {
          where,
          expected: `an input of ${dims.length} dimensions, as dims says`,
          got: formatShape(inputShape),
        });
      }
      return { outputShape: permuted(inputShape), parameters: [] };
    },
    emit(context) {
      const { x } = context;
      if (order.every((it, i) => it === i)) return { output: x, backward: (dy) => dy };
      const size = permuted(x.shape);
      const block = { size, from: permuted(strides(x.shape)), to: strides(size) };
      return emitMove(context, { blocks: [block], steps: order[0] === 0 }, elementCount(size));
    },
  });
}

/** From each element to the next one along each dimension. */
function strides(shape: readonly number[]): number[] {
  return shape.map((_, i) => elementCount(shape.slice(i + 1)));
}
