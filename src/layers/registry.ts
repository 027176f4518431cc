// Every layer by its type: how a saved configuration becomes a layer again. Loaded when a model is, so that
// a page carries no layers but those that it uses.

import { fail } from "../errors.ts";
import { activation } from "./activation.ts";
import { activityRegularization } from "./activity-regularization.ts";
import { alphaDropout } from "./alpha-dropout.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { gaussianDropout } from "./gaussian-dropout.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import type { Layer } from "./layer.ts";
import { randomBrightness } from "./random-brightness.ts";
import { randomContrast } from "./random-contrast.ts";
import { randomFlip } from "./random-flip.ts";
import { randomRotation } from "./random-rotation.ts";
import { randomTranslation } from "./random-translation.ts";
import { randomZoom } from "./random-zoom.ts";
import { rescaling } from "./rescaling.ts";
import { sparsity } from "./sparsity.ts";
import { spatialDropout1d, spatialDropout2d } from "./spatial-dropout.ts";

/** What {@link Layer.config} held, and the layer's name. */
type Config = Readonly<Record<string, unknown>> & { readonly name: string };

/** Of a layer whose function takes one object of options: those are its configuration. */
const byOptions =
  <O>(make: (options: O) => Layer) =>
  (config: Config) =>
    make(config as O);

// The functions check every field themselves, so a hostile configuration meets the same errors as a
// careless caller.
const layers: Readonly<Record<string, (config: Config) => Layer>> = {
  dense: byOptions(dense),
  activation: ({ activation: f, name }) =>
    activation(f as Parameters<typeof activation>[0], { name }),
  dropout: ({ rate, name }) => dropout(rate as number, { name }),
  flatten: ({ name }) => flatten({ name }),
  activityRegularization: byOptions(activityRegularization),
  alphaDropout: ({ rate, name }) => alphaDropout(rate as number, { name }),
  gaussianDropout: ({ rate, name }) => gaussianDropout(rate as number, { name }),
  gaussianNoise: ({ stddev, name }) => gaussianNoise(stddev as number, { name }),
  randomBrightness: byOptions(randomBrightness),
  randomContrast: byOptions(randomContrast),
  randomFlip: byOptions(randomFlip),
  randomRotation: byOptions(randomRotation),
  randomTranslation: byOptions(randomTranslation),
  randomZoom: byOptions(randomZoom),
  rescaling: byOptions(rescaling),
  sparsity: byOptions(sparsity),
  spatialDropout1d: ({ rate, name }) => spatialDropout1d(rate as number, { name }),
  spatialDropout2d: ({ rate, name }) => spatialDropout2d(rate as number, { name }),
};

/** The types of layers. */
export const layerTypes: readonly string[] = Object.keys(layers);

/**
 * Makes a layer from what {@link Layer.config} held.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function layerFromConfig(where: string, type: string, config: Config): Layer {
  const make = Object.hasOwn(layers, type) ? layers[type] : undefined;
  if (make === undefined) {
    throw fail("unknownName", { where, kind: "layer type", got: type, known: layerTypes });
  }
  return make(config);
}
