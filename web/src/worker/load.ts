// A saved model, as what a run of the page can start from.

import { type ActivationName, dense, loadModel, type SavedModel, type Sequential } from "layerwise";
import { activationNames } from "../names.ts";
import type { LoadedModel } from "../protocol.ts";
import { type LayerSettings, MAX_CLASSES, MAX_LAYERS, MAX_UNITS } from "../recipe.ts";
import { refuse } from "./refusal.ts";

const WHERE = "model.json";

/** As much of model.json as the model itself doesn't tell. */
interface ModelFile {
  readonly layers: readonly DenseFile[];
  /** Those that are frozen or switched off. */
  readonly units?: readonly UnitFile[];
}
interface UnitFile {
  readonly layer: string;
  readonly index: number;
  readonly frozen: boolean;
  readonly enabled: boolean;
}
interface DenseFile {
  readonly useBias: boolean;
  readonly activation: { readonly name: string; readonly alpha?: number };
}

/**
 * @throws LayerwiseError for damaged files, and `invalidArgument` for a network that the page can't show: it
 * says what it needs
 */
export async function load(saved: SavedModel): Promise<LoadedModel> {
  const model = await loadModel(saved);
  try {
    // As the library writes it, with nothing left out.
    const file: ModelFile = JSON.parse(model.save().json);
    return readModel(model, file);
  } finally {
    model.dispose();
  }
}

function readModel(model: Sequential, file: ModelFile): LoadedModel {
  const [inputs = 0, ...more] = model.inputShape;
  if (more.length > 0) {
    throw refuse(WHERE, "samples of one dimension", model.inputShape.join(" × "));
  }
  const names = model.layers.map((it) => it.name);
  const layers = model.layers.map(({ type, outputShape }, i): LayerSettings => {
    const where = `${WHERE}: layer ${i + 1}`;
    const description = file.layers[i];
    if (type !== "dense" || description === undefined) {
      throw refuse(where, "dense layers only", type);
    }
    return readLayer(where, outputShape[0] ?? 0, description);
  });
  const output = layers.pop();
  if (output === undefined || layers.length > MAX_LAYERS) {
    throw refuse(WHERE, `at most ${MAX_LAYERS} hidden layers`, `${layers.length}`);
  }
  checkOutput(output);
  const wide = layers.find((it) => it.units > MAX_UNITS);
  if (wide) throw refuse(WHERE, `at most ${MAX_UNITS} units in a layer`, `${wide.units}`);
  const parameters = Object.entries(model.getWeights()).map(([name, { data }]) => [
    pageName(name, names),
    Array.from(data),
  ]);
  const units = (file.units ?? []).map(({ layer, index: unit, frozen, enabled }) => ({
    layer: pageLayer(layer, names),
    unit,
    frozen,
    enabled,
  }));
  return { layers, inputs, output, parameters: Object.fromEntries(parameters), units };
}

function readLayer(where: string, units: number, { useBias, activation }: DenseFile) {
  if (!useBias) throw refuse(where, "a bias", "none");
  const name = activationNames.find((it) => it === activation.name);
  if (name === undefined) throw refuse(where, "an activation of the page", activation.name);
  // What the library makes of the bare name.
  const usual = JSON.stringify(dense(1, name).config.activation);
  if (usual !== JSON.stringify(activation)) {
    const got = JSON.stringify(activation);
    throw refuse(where, `the activation with its usual parameter, ${usual}`, got);
  }
  return { units, activation: name };
}

/** An output as the page makes it, from the data and the loss. */
function checkOutput({ units, activation }: LayerSettings): void {
  const one: readonly ActivationName[] = ["sigmoid", "linear"];
  const isOne = units === 1 && one.includes(activation);
  if (isOne || (units > 2 && units <= MAX_CLASSES && activation === "softmax")) return;
  const required = `an output of one sigmoid or linear unit, or of 3 to ${MAX_CLASSES} units with softmax`;
  throw refuse(WHERE, required, `${units} units with ${activation}`);
}

/** layer_1.weight, …, output.bias */
function pageName(parameter: string, layers: readonly string[]): string {
  const dot = parameter.lastIndexOf(".");
  return `${pageLayer(parameter.slice(0, dot), layers)}${parameter.slice(dot)}`;
}

/** The page numbers its layers: layer_1, …, output. */
function pageLayer(name: string, layers: readonly string[]): string {
  const at = layers.indexOf(name);
  return at === layers.length - 1 ? "output" : `layer_${at + 1}`;
}
