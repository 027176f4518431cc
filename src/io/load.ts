// A model from its two files (save.ts), which may be hostile. Loaded when somebody loads a model: it knows
// every layer.

import { loadFolder } from "#platform";
import { fail } from "../errors.ts";
import type { Layer } from "../layers/layer.ts";
import { layerFromConfig } from "../layers/registry.ts";
import { type HeadOptions, resolveHeads } from "../model/compile.ts";
import {
  buildShapes,
  chain,
  type Graph,
  Network,
  outputNames,
  outputsOf,
} from "../model/network.ts";
import { layerOf, Unit } from "../model/unit.ts";
import { optimizerFromConfig } from "../optimizers/index.ts";
import { isRecord } from "../options.ts";
import { writeRows } from "../plan/plan.ts";
import type { Engine } from "../runtime/engine.ts";
import { scheduleFromConfig } from "../schedules/registry.ts";
import { formatShape } from "../shape.ts";
import { checkValues, type ModelJson, parseModelJson } from "./model-json.ts";
import { readSafetensors } from "./read-safetensors.ts";
import type { NamedTensor } from "./safetensors.ts";
import type { ModelSource, SavedModel } from "./save.ts";

export async function readSaved(source: ModelSource): Promise<SavedModel> {
  if (typeof source === "string") return loadFolder(source);
  const { json, weights: given } = source ?? {};
  const weights = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
  if (typeof json === "string" && weights instanceof Uint8Array) return { json, weights };
  throw fail("invalidArgument", {
    where: "loadModel",
    required: "a folder, or { json, weights } as save() returns it",
    got: source,
  });
}

/** Checks both files against each other before anything is allocated; then builds the model. */
export function loadNetwork(engine: Engine, saved: SavedModel): Network {
  const description = parseModelJson(saved.json);
  const tensors = readSafetensors(saved.weights);
  const layers = description.layers.map(({ type, name, ...config }, index) =>
    layerFromConfig(`model.json: layers[${index}]`, type, { ...config, name }),
  );
  const { seed } = description;
  const graph = graphOf(description, layers);
  const names = layers.map((layer) => layer.name ?? "");
  // The shapes first, from the layers alone: a file that asks for other sizes is refused here.
  const { shapes, built } = buildShapes(graph, names);
  const specs = built.flatMap(({ parameters }, index) =>
    parameters.map((spec) => ({
      name: `${names[index]}.${spec.name}`,
      shape: spec.shape,
      trainable: spec.trainable !== false && layers[index]?.trainable !== false,
    })),
  );
  for (const spec of specs) checkTensor(tensors, spec.name, spec.shape);
  const compiled = readCompiled(description, {
    outputNames: outputNames(graph, names),
    outputShapes: graph.outputs.map((it) => shapes[it] ?? []),
  });
  const { units = [] } = description;
  const named = layers.map((layer) => ({ name: layer.name ?? "", layer }));
  units.forEach((unit, i) => {
    layerOf(`model.json: units[${i}]`, named, unit);
  });
  for (const spec of specs) {
    const slots = spec.trainable ? (compiled?.optimizer.slots ?? 0) : 0;
    for (let slot = 0; slot < slots; slot++) {
      checkTensor(tensors, `${spec.name}.state.${slot}`, spec.shape);
    }
  }

  const network = new Network(engine, "loadModel", graph, seed);
  const { parameters } = network;
  try {
    if (compiled) {
      parameters.attach(compiled.optimizer);
      // Its metrics may be those of steps, which only the whole network can tell.
      const { heads } = readCompiled(description, network) ?? compiled;
      network.compiled = { ...compiled, heads };
    }
    for (const { layer, index, frozen, enabled } of units) {
      Object.assign(new Unit(network, layer, index), { frozen, enabled });
    }
    const { f32 } = engine.arena.views;
    for (const parameter of parameters.list) {
      parameters.write(parameter, checkTensor(tensors, parameter.name, parameter.shape));
      const slots = parameter.trainable ? (compiled?.optimizer.slots ?? 0) : 0;
      for (let slot = 0; slot < slots; slot++) {
        const state = parameters.slot(parameter, slot);
        writeRows(f32, state, checkTensor(tensors, state.name, parameter.shape));
      }
    }
  } catch (error) {
    network.dispose();
    throw error;
  }
  const { normalization, classNames, featureNames, schema, training } = description;
  network.data = { normalization, classNames, featureNames, schema };
  if (training) {
    network.position = { step: training.step, epoch: training.epoch, cursor: training.cursor };
  }
  return network;
}

/** Layers in a row, or as the file says. */
function graphOf({ inputShape = [], graph }: ModelJson, layers: readonly Layer[]): Graph {
  const made = layers.map(outputsOf);
  if (graph === undefined) {
    const several = made.find((it) => it > 1);
    if (several === undefined) return chain(inputShape, layers);
    throw fail("modelFormat", { path: "layers", required: "layers of one output", got: several });
  }
  const { inputs, nodes, outputs, outputsListed } = graph;
  checkValues(graph, made);
  return {
    inputShapes: inputs.map((it) => it.shape),
    inputNames: inputs.map((it) => it.name),
    layers,
    nodes,
    outputs,
    outputsListed,
  };
}

function readCompiled(
  { compiled }: ModelJson,
  network: Parameters<typeof resolveHeads>[1],
): Network["compiled"] {
  if (!compiled) return undefined;
  const where = "model.json: compiled";
  const { name, hyper } = compiled.optimizer;
  const heads = [compiled, ...(compiled.others ?? [])];
  // Whether there are such losses and metrics is for their own tables to say.
  const options = {
    loss: heads.map((it) => it.loss),
    lossWeights: heads.map((it) => it.weight ?? 1),
    metrics: heads.map((it) => it.metrics),
  } as unknown as HeadOptions;
  const { learningRate: rate } = hyper;
  const schedule = isRecord(rate) && {
    learningRate: scheduleFromConfig(`${where}.optimizer.learningRate`, rate),
  };
  const optimizer = optimizerFromConfig({ ...hyper, ...schedule, name }, `${where}.optimizer`);
  return { optimizer, heads: resolveHeads(where, network, options) };
}

/** The values of the named tensor, if it has that shape and they are finite. */
function checkTensor(
  tensors: ReadonlyMap<string, NamedTensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const where = `weights.safetensors: ${name}`;
  const tensor = tensors.get(name);
  const expected = formatShape(shape);
  const got = tensor ? formatShape(tensor.shape) : "no such tensor";
  if (!tensor || got !== expected) {
    const remedy = "model.json and weights.safetensors must come from one save().";
    throw fail("shapeMismatch", { where, expected, got, remedy });
  }
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw fail("nanInData", { where, row: 0, column: bad, value: tensor.data[bad] });
  return tensor.data;
}
