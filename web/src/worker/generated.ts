// Points that the library generates, and the empty plane to draw on.

import { type Dataset, datasets } from "layerwise";
import {
  type DataName,
  type DataSettings,
  drawnClassNames,
  HALF_WINDOW,
  MAX_CLASSES,
  type Settings,
} from "../recipe.ts";
import { deal } from "./deal.ts";
import { liftOf } from "./features.ts";
import { type Source, squareWindow } from "./source.ts";

/** @throws LayerwiseError for settings that the library refuses */
export function generatedSource(
  name: Exclude<DataName, "drawn" | "table">,
  { data, features }: Settings,
): Source {
  const dataset = generate(name, data);
  const positions = name === "sine" ? spread(dataset, data) : dataset.features;
  // Noise can carry points farther than the window. In whole steps: the map doesn't move with every point.
  const reach = positions.reduce((far, it) => Math.max(far, Math.abs(it)), 0);
  const half = Math.max(HALF_WINDOW, Math.ceil(reach * 2) / 2);
  return {
    positions,
    targets: dataset.targets ?? new Float32Array(0),
    deal: deal(dataset, data),
    classNames: dataset.classNames ?? [],
    axes: ["x", "y"],
    window: squareWindow(half),
    inputs: features,
    lift: liftOf(features),
  };
}

/** No points yet: all come by edits. */
export function drawnSource({ data, features }: Settings): Source {
  const classes = countOf(data);
  return {
    positions: new Float32Array(0),
    targets: new Float32Array(0),
    deal: { train: [], test: [] },
    classNames: drawnClassNames(classes),
    axes: ["x", "y"],
    window: squareWindow(HALF_WINDOW),
    inputs: features,
    lift: liftOf(features),
  };
}

function generate(
  name: Exclude<DataName, "drawn" | "table">,
  { samples, noise, seed, classes }: DataSettings,
): Dataset {
  const options = { samples, noise, seed };
  const count = countOf({ classes });
  switch (name) {
    case "circles":
      return datasets.circles({ ...options, classes: count > 2 ? 3 : 2 });
    case "rings":
      return datasets.rings({ ...options, rings: count });
    case "gaussians":
      return datasets.gaussians({ ...options, classes: count });
    case "spiral":
      return datasets.spiral({ ...options, arms: count });
    // Each by its name: so the bundle leaves out the makers that the page does not use.
    case "xor":
      return datasets.xor(options);
    case "moons":
      return datasets.moons(options);
    case "checkerboard":
      return datasets.checkerboard(options);
    case "plane":
      return datasets.plane(options);
    case "hills":
      return datasets.hills(options);
    case "sine":
      return datasets.sine(options);
  }
}

/**
 * The sine's points have one coordinate; over the plane a second one spreads them out, which means nothing
 * for the target. The library draws both and leaves the second one out: its plane keeps it.
 */
function spread(sine: Dataset, { samples, seed }: DataSettings): Float32Array {
  const { features } = datasets.plane({ samples, seed });
  return features.map((it, i) => (i % 2 === 0 ? (sine.features[i / 2] ?? Number.NaN) : it));
}

/** Of classes, rings or arms. */
function countOf({ classes }: Pick<DataSettings, "classes">): number {
  return Math.min(Math.max(Math.round(classes), 2), MAX_CLASSES);
}
