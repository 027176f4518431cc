// Sine position encoding: waves of several lengths, added to the steps of a sequence.

import { checkOptions, checkThat, isF32 } from "../options.ts";
import { fixedTensor } from "../plan/tensor.ts";
import { cos, exp, log, sin } from "../portable-math.ts";
import { defineLayer, type Layer, throughActivation } from "./layer.ts";
import { addPositions, checkSequence } from "./positions.ts";

/** Options of {@link sinePositionEncoding}. */
export interface SinePositionEncodingOptions {
  /** Of the longest wave, divided by 2π. Default: 10 000. */
  readonly maxWavelength?: number;
  readonly name?: string;
}

/**
 * Adds to feature i of step t of a sequence the sine, or for odd i the cosine, of
 * t·maxWavelength^(−2⌊i/2⌋/features) (Vaswani et al., "Attention is all you need", NIPS 2017).
 * @throws LayerwiseError `unknownName`, `invalidArgument`; when the model is built, `shapeMismatch`
 */
export function sinePositionEncoding(options: SinePositionEncodingOptions = {}): Layer {
  const where = "sinePositionEncoding";
  checkOptions(where, options, ["maxWavelength", "name"]);
  const { maxWavelength = 10_000, name } = options;
  const holds = isF32(maxWavelength) && maxWavelength >= 1;
  checkThat(holds, where, "maxWavelength as a number ≥ 1", maxWavelength);
  return defineLayer({
    type: "sinePositionEncoding",
    name,
    config: { maxWavelength },
    build(where, inputShape) {
      checkSequence(where, inputShape);
      return { outputShape: inputShape, parameters: [] };
    },
    emit(context) {
      const { plan, name, x } = context;
      const [steps = 1, features = 1] = x.shape;
      const values = waves(steps, features, maxWavelength);
      const positions = { ...fixedTensor(`${name}.waves`, steps, features, -1), values };
      return {
        output: addPositions(context, positions),
        backward: (dy) => throughActivation(plan, name, x, dy),
      };
    },
  });
}

/** [steps × features], the same bits in all engines. */
function waves(steps: number, features: number, maxWavelength: number): Float32Array {
  const slowest = log(1 / maxWavelength);
  return Float32Array.from({ length: steps * features }, (_, at) => {
    const [t, i] = [Math.floor(at / features), at % features];
    const angle = t * exp((slowest * (i - (i % 2))) / features);
    return i % 2 === 0 ? sin(angle) : cos(angle);
  });
}
