// The lens: what each layer has learned, measured and ready to be drawn. For the input and every layer a
// linear probe says how far the task has become linearly simple there; its boundary, each unit's
// activation and the layer's representation are laid over the input plane.

import type { Dataset } from "../data/dataset.ts";
import { applyNormalization } from "../data/normalize.ts";
import { fail } from "../errors.ts";
import { asDataset, asTrained, type TrainingData } from "../model/data.ts";
import { NdArray } from "../model/nd-array.ts";
import type { Network } from "../model/network.ts";
import { Pace } from "../model/pace.ts";
import { checkInteger, checkName, checkOptions, checkThat } from "../options.ts";
import { areFinite } from "../shape.ts";
import { activations } from "./activations.ts";
import { gridRows, lineRows, type Plane, type PlaneOptions, planeOf } from "./plane.ts";
import { type Activations, type ProbeTask, trainProbe } from "./probe.ts";
import { axesFor, directionsOf, transpose } from "./projection.ts";
import { LINE_POINTS, type Representation, represent, type Space } from "./representation.ts";
import { score } from "./score.ts";

export interface LensOptions {
  /** What the probes are trained on. Default: one half of the data; they are scored on the other. */
  readonly train?: TrainingData;
  /**
   * Whose activations and representation are shown, in this order: all samples, say, where only some of them
   * test. Default: the data.
   */
  readonly show?: TrainingData;
  /**
   * Cells of the maps along each axis, at most 1024; 0: no maps. Default: 64 for models of two inputs and
   * where a plane's lift is given, else 0.
   */
  readonly resolution?: number;
  /** The part of the input plane to show. Default: the first two features, around the data. */
  readonly plane?: PlaneOptions;
  /** Lines of the input grid along each axis, at most 1000; 0: none. Default: 11 where there are maps. */
  readonly lines?: number;
  /**
   * What layers of more than two units are shown in. "fixed" (default): two directions that layers of a
   * width share. "probe": the first axis along the probe's own direction, towards class 1 or the larger
   * value, so that its straight line there is exact; with three classes and more the plane in which the
   * lines between classes 0, 1 and 2 are.
   */
  readonly projection?: "fixed" | "probe";
  /** Steps of each probe's training, at most 100,000. Default: 300. */
  readonly probeSteps?: number;
}

/** What one layer has learned. */
export interface LayerLens {
  /** "input", or the layer's name. */
  readonly name: string;
  /** Units: numbers per sample. */
  readonly width: number;
  /** The probe's share of right answers on held-out samples: how far the task is linear here. NaN for regression. */
  readonly accuracy: number;
  /** The probe's R² on held-out samples. NaN for classification. */
  readonly r2: number;
  /** The probe itself: weight [width × outputs], bias [outputs], in the units of the activations. */
  readonly probe: { readonly weight: NdArray; readonly bias: NdArray };
  /**
   * The probe over the input plane: this layer's own decision boundary. [resolution × resolution × outputs],
   * first row on top; probability of class 1 (two classes), of each class (more), or the fitted value.
   */
  readonly boundary: NdArray | undefined;
  /** Each unit's activation over the input plane, [width × resolution × resolution]. */
  readonly units: NdArray | undefined;
  /** What the layer gives for the shown samples, [samples × width]; for the input: they, as the model reads them. */
  readonly activations: NdArray;
  readonly representation: Representation;
}

/** The layers from input to output, and the plane their maps show. Iterates over the layers. */
export interface Lens extends Iterable<LayerLens> {
  readonly layers: readonly LayerLens[];
  readonly plane: Plane | undefined;
  /** The samples in the order of {@link Representation.points}. */
  readonly data: Dataset;
}

/** Looks into a network. Changes neither its weights nor where its training stands. */
export function lens(
  network: Network,
  data: TrainingData,
  options: LensOptions = {},
): Promise<Lens> {
  return network.reading("lens", () => look("lens", network, data, options));
}

async function look(
  where: string,
  network: Network,
  data: TrainingData,
  options: LensOptions,
): Promise<Lens> {
  const known = ["train", "show", "resolution", "plane", "lines", "projection", "probeSteps"];
  checkOptions(where, options, known);
  const isPlane = network.inputs === 2 && !readsIndices(network);
  const hasMaps = isPlane || options.plane?.lift !== undefined;
  const { resolution: cells = hasMaps ? 64 : 0 } = options;
  const resolution = checkInteger(where, "resolution", cells, 0, 1024);
  const lines = checkInteger(where, "lines", options.lines ?? (resolution > 0 ? 11 : 0), 0, 1000);
  const steps = checkInteger(where, "probeSteps", options.probeSteps ?? 300, 1, 100_000);
  const { projection = "fixed" } = options;
  checkName(where, "projection", projection, ["fixed", "probe"]);
  const { shown, train, held } = divide(where, network, data, options);
  const task = taskOf(`${where}: train`, train);
  checkSame(`${where}: train`, taskOf(where, held), task);
  const lifted = resolution + lines > 0 ? planeOf(where, shown, options.plane) : undefined;
  const none = new Float32Array(0);
  const grid = lifted ? gridRows(lifted, resolution) : none;
  const mesh = lifted ? lineRows(lifted, lines, LINE_POINTS) : none;
  const pace = new Pace();

  // One pass over everything: probe training, held-out, shown samples, grid, lines.
  const parts = [
    train.features,
    held.features,
    ...[shown.features, grid, mesh].map((rows) => asRead(network, shown, rows)),
  ];
  const layers = await activations(network, parts, pace);
  for (const { name, values } of layers) {
    const got = values.find((it) => !areFinite(it))?.find((it) => !Number.isFinite(it));
    const remedy = "Scale the data, or bring the weights back by reset() or setWeights().";
    checkThat(got === undefined, where, `finite activations in ${name}`, got, remedy);
  }
  const views: LayerLens[] = [];
  let below: Space | undefined;
  for (const { name, width, values, dense } of layers) {
    const [trainRows, heldRows, points, cells, lines] = values.map(
      (part): Activations => ({ data: part, rows: part.length / width, width }),
    ) as [Activations, Activations, Activations, Activations, Activations];
    const probe = await trainProbe(network.engine, trainRows, task, { steps, pace });
    try {
      const { weight, bias, outputs } = probe;
      const axes = axesFor(width, projection === "probe" ? directionsOf(probe, task) : []);
      const maps =
        resolution > 0
          ? { boundary: await probe.apply(cells), units: transpose(cells) }
          : undefined;
      views.push({
        name,
        width,
        ...score(held, task, await probe.apply(heldRows), outputs),
        probe: {
          weight: new NdArray(weight, [width, outputs]),
          bias: new NdArray(bias, [outputs]),
        },
        boundary: maps && new NdArray(maps.boundary, [resolution, resolution, outputs]),
        units: maps && new NdArray(maps.units, [width, resolution, resolution]),
        // The input's rows may be the data set's own.
        activations: new NdArray(points.data.slice(), [points.rows, width]),
        representation: represent({ points, lines }, axes, below && dense && { below, dense }),
      });
    } finally {
      probe.dispose();
    }
    below = { points, lines };
  }
  return {
    layers: views,
    plane: lifted?.plane,
    data: shown,
    [Symbol.iterator]: () => views[Symbol.iterator](),
  };
}

/** Whether there is nothing between the numbers that the model reads. */
function readsIndices({ nodes, graph }: Network): boolean {
  const first = graph.inputShapes.length;
  return nodes.some(
    ({ placed, inputs }) =>
      placed.layer.type === "embedding" && inputs.some((value) => value < first),
  );
}

/** What is shown as it came; what trains the probes and what scores them, as the model reads it. */
function divide(where: string, network: Network, data: TrainingData, { train, show }: LensOptions) {
  const given = asDataset(where, network, data);
  const shown = show ? asDataset(`${where}: show`, network, show) : given;
  const held = asTrained(network, given);
  if (train) {
    return { shown, train: asTrained(network, asDataset(`${where}: train`, network, train)), held };
  }
  if (held.samples < 4) {
    const required = "four samples at least, two to train the probes and two to score them";
    throw fail("invalidArgument", { where, required, got: held.samples });
  }
  const halves = held.split({ fraction: 0.5, seed: network.seed });
  return { shown, train: halves.train, held: halves.test };
}

/** Rows in the units of `shown`, as the model reads them. */
function asRead(network: Network, shown: Dataset, rows: Float32Array): Float32Array {
  const { normalization } = network.data;
  if (normalization === undefined || shown.normalization !== undefined) return rows;
  return applyNormalization(rows, shown.featureCount, normalization);
}

/** Probes answer what they were trained on. */
function checkSame(where: string, data: ProbeTask, train: ProbeTask): void {
  const [expected, got] = [data, train].map(({ classes, targetWidth }) =>
    classes > 0 ? `${classes} classes` : `${targetWidth} values to fit`,
  ) as [string, string];
  const remedy = "Make both from one data set, by split() say.";
  if (got !== expected) throw fail("shapeMismatch", { where, expected, got, remedy });
}

function taskOf(where: string, train: Dataset): ProbeTask {
  if (train.targets === undefined) {
    throw fail("shapeMismatch", { where, expected: "data with targets", got: "features only" });
  }
  if (train.task === "regression") {
    return { classes: 0, targets: train.targets, targetWidth: train.targetWidth };
  }
  return { classes: train.classes, targets: Float32Array.from(train.labels()), targetWidth: 1 };
}
