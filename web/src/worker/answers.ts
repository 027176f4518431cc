// What the network itself says, of points and all over the plane.

import { Dataset, type Sequential } from "layerwise";
import { borders } from "./contour.ts";
import type { RunData } from "./data.ts";
import { unscale } from "./quantity.ts";

/** Its answers over the plane. */
export interface Answers {
  /** [resolution² × outputs]: probabilities, rows from the top down; of quantities the value. */
  readonly values: Float32Array;
  readonly contour: readonly Float32Array[];
  readonly outputs: number;
}

/** The network's answers in the middles of resolution × resolution cells, as the lens lays them. */
export async function answers(
  model: Sequential,
  data: RunData,
  resolution: number,
): Promise<Answers> {
  const { data: said } = await model.predict(plane(data, resolution));
  const { classes } = data.points;
  const outputs = said.length / (resolution * resolution);
  if (classes === 0) return { values: unscale(said, data), contour: [], outputs };
  // Trained by a hinge loss, −1 and 1 are what 0 and 1 are elsewhere.
  const values = isSigned(model) ? said.map((it) => Math.min(Math.max((it + 1) / 2, 0), 1)) : said;
  return { values, contour: borders(values, outputs, resolution), outputs };
}

/** The class that the network gives each sample. */
export async function classesOf(model: Sequential, samples: Dataset): Promise<readonly number[]> {
  const said = await model.predict(samples);
  const middle = isSigned(model) ? 0 : 0.5;
  return said.shape[1] === 1 ? Array.from(said.data, (it) => (it > middle ? 1 : 0)) : said.argMax();
}

/** Whether one output tells two classes by its sign. */
function isSigned(model: Sequential): boolean {
  return model.outputShape[0] === 1 && model.layers.at(-1)?.activation === "linear";
}

function plane({ all, lift, points }: RunData, resolution: number): Dataset {
  const { x, y } = points.window;
  const features = new Float32Array(resolution * resolution * all.featureCount);
  for (let row = 0, at = 0; row < resolution; row++) {
    const v = 1 - (row + 0.5) / resolution;
    for (let column = 0; column < resolution; column++, at += all.featureCount) {
      const u = (column + 0.5) / resolution;
      features.set(lift(x[0] + u * (x[1] - x[0]), y[0] + v * (y[1] - y[0])), at);
    }
  }
  return new Dataset({ ...all, features, targets: undefined, sampleWeights: undefined });
}
