// Layers behind a masking layer, as one: how a layer treats the steps that a mask leaves out.

import { masking } from "../../src/index.ts";
import type { Layer } from "../../src/layers/layer.ts";
import type { Tensor } from "../../src/plan/tensor.ts";

/** `layer` behind `first`, whose output has the input's shape; other inputs come as they are. */
export function masked(layer: Layer, first = masking()): Layer {
  return {
    ...layer,
    emit(context) {
      const before = first.emit({ ...context, keep: false });
      const { x, inputs } = context;
      const value = { ...before.output, shape: x.shape };
      const after = layer.emit({ ...context, x: value, inputs: [value, ...inputs.slice(1)] });
      return {
        ...after,
        backward(dy, wanted, others) {
          const dx = after.backward(dy, wanted, others);
          const [first, ...rest] = dx && "length" in dx ? dx : [dx];
          if (first === undefined) return dx;
          const own = before.backward(first, wanted) as Tensor | undefined;
          return rest.length > 0 ? [own, ...rest] : own;
        },
      };
    },
  };
}

/** x, but zeros where the mask says so. */
export function withZeros(
  x: Float64Array,
  features: number,
  counts: (row: number) => boolean,
): Float64Array {
  return x.map((value, i) => (counts(Math.floor(i / features)) ? value : 0));
}
