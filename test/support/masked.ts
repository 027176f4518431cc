// Layers behind a masking layer, as one: how a layer treats the steps that a mask leaves out.

import { masking } from "../../src/index.ts";
import type { Layer } from "../../src/layers/layer.ts";

/** `layer` behind `first`, whose output has the input's shape. */
export function masked(layer: Layer, first = masking()): Layer {
  return {
    ...layer,
    emit(context) {
      const before = first.emit({ ...context, keep: false });
      const { x } = context;
      const value = { ...before.output, shape: x.shape };
      const after = layer.emit({ ...context, x: value, inputs: [value] });
      return {
        output: after.output,
        backward(dy, wanted) {
          const dx = after.backward(dy, wanted);
          if (dx === undefined || "length" in dx) return dx;
          return before.backward(dx, wanted);
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
