// Layers for tests, made of others: behind an activation that is still pending, and with a mask as an input.

import { activation, type Layer } from "../../src/index.ts";
import type { Tensor } from "../../src/plan/tensor.ts";

/** `layer` applied to f of the input, whose f′ it has to apply on the way back. */
export function behind(f: "tanh" | "swish" | "relu", layer: Layer): Layer {
  return {
    ...layer,
    emit(context) {
      const first = activation(f).emit(context);
      const x = { ...first.output, shape: context.x.shape };
      const second = layer.emit({ ...context, x, inputs: [x] });
      return {
        output: second.output,
        backward: (dy, wanted) => first.backward(second.backward(dy, wanted) as Tensor, wanted),
      };
    },
  };
}

/** `layer` with its mask as a second input, [steps]. What mask it passes on is told to `passed`. */
export function masked(layer: Layer, passed?: (mask: Tensor | undefined) => void): Layer {
  return {
    ...layer,
    merges: true,
    emit(context) {
      const x = { ...context.x, mask: context.inputs[1]?.tensor };
      const emitted = layer.emit({ ...context, x, inputs: [x] });
      passed?.(emitted.output.mask);
      return {
        output: emitted.output,
        backward: (dy, wanted) => [emitted.backward(dy, wanted) as Tensor, undefined],
      };
    },
  };
}
