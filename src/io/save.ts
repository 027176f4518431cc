// A model as two files: model.json says what it is, weights.safetensors holds its numbers: the weights
// under their names, the optimizer's state as "<parameter>.state.<slot>".

import { loadFolder } from "#platform";
import { fail } from "../errors.ts";
import { layerFromConfig } from "../layers/index.ts";
import { resolveLoss } from "../losses/index.ts";
import { resolveMetric } from "../metrics/index.ts";
import { Network } from "../model/network.ts";
import { layerOf, Unit } from "../model/unit.ts";
import { optimizerConfig, optimizerFromConfig } from "../optimizers/index.ts";
import { readRows, writeRows } from "../plan/plan.ts";
import type { Engine } from "../runtime/engine.ts";
import { formatShape } from "../shape.ts";
import { type ModelJson, parseModelJson } from "./model-json.ts";
import { type NamedTensor, readSafetensors, writeSafetensors } from "./safetensors.ts";

/** A saved model: the contents of model.json and of weights.safetensors. */
export interface SavedModel {
  readonly json: string;
  readonly weights: Uint8Array;
}

/** Where a model comes from: a folder (Node), or what `save()` returned. */
export type ModelSource =
  | string
  | { readonly json: string; readonly weights: Uint8Array | ArrayBuffer };

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

export function saveNetwork(network: Network): SavedModel {
  const { parameters, engine, compiled, position, data } = network;
  const { f32 } = engine.arena.views;
  const tensors: NamedTensor[] = [];
  for (const parameter of parameters.list) {
    const { name, shape, rows } = parameter;
    tensors.push({ name, shape, data: parameters.read(parameter) });
    for (let slot = 0; slot < (compiled?.optimizer.slots ?? 0); slot++) {
      const state = parameters.slot(parameter, slot);
      tensors.push({ name: state.name, shape, data: readRows(f32, state, rows) });
    }
  }
  const optimizer = compiled && optimizerConfig(compiled.optimizer);
  const { name: optimizerName, ...hyper } = optimizer ?? { name: "" };
  const { normalization, classNames, featureNames, schema } = data;
  const units = network.layers.flatMap(({ name, frozen, disabled }) =>
    [...new Set([...frozen, ...disabled])]
      .sort((a, b) => a - b)
      .map((index) => ({
        layer: name,
        index,
        frozen: frozen.has(index),
        enabled: !disabled.has(index),
      })),
  );
  const description = {
    format: "layerwise",
    version: 1,
    kind: "sequential",
    inputShape: network.inputShape,
    seed: network.seed,
    layers: network.layers.map(({ name, layer }) => ({ type: layer.type, name, ...layer.config })),
    ...(compiled && {
      compiled: {
        optimizer: { name: optimizerName, hyper },
        loss: compiled.loss,
        metrics: compiled.metrics.map((it) => it.name),
      },
    }),
    ...(normalization && { normalization }),
    ...(classNames && { classNames }),
    ...(featureNames && { featureNames }),
    ...(schema && { schema }),
    ...(units.length > 0 && { units }),
    training: position,
  };
  const json = JSON.stringify(description, null, 2);
  // What is written can be read again: names that are too long, say, fail here and not when it is needed.
  parseModelJson(json);
  return { json, weights: writeSafetensors(tensors, { format: "layerwise" }) };
}

/** Checks both files against each other before anything is allocated; then builds the model. */
export function loadNetwork(engine: Engine, saved: SavedModel): Network {
  const description = parseModelJson(saved.json);
  const tensors = readSafetensors(saved.weights);
  const layers = description.layers.map(({ type, name, ...config }, index) =>
    layerFromConfig(`model.json: layers[${index}]`, type, name, config),
  );
  const { inputShape, seed } = description;
  // The shapes first, from the layers alone: a file that asks for other sizes is refused here.
  let shape: readonly number[] = inputShape;
  const specs = layers.flatMap((layer, index) => {
    const built = layer.build(`model.json: layers[${index}]`, shape);
    shape = built.outputShape;
    return built.parameters.map((spec) => ({
      name: `${layer.name}.${spec.name}`,
      shape: spec.shape,
    }));
  });
  for (const spec of specs) checkTensor(tensors, spec.name, spec.shape);
  const compiled = readCompiled(description, shape);
  const { units = [] } = description;
  const named = layers.map((layer) => ({ name: layer.name ?? "", layer }));
  units.forEach((unit, i) => {
    layerOf(`model.json: units[${i}]`, named, unit);
  });
  for (const spec of specs) {
    for (let slot = 0; slot < (compiled?.optimizer.slots ?? 0); slot++) {
      checkTensor(tensors, `${spec.name}.state.${slot}`, spec.shape);
    }
  }

  const network = new Network(engine, { inputShape, seed, layers });
  const { parameters } = network;
  try {
    if (compiled) {
      parameters.attach(compiled.optimizer);
      network.compiled = compiled;
    }
    for (const { layer, index, frozen, enabled } of units) {
      Object.assign(new Unit(network, layer, index), { frozen, enabled });
    }
    const { f32 } = engine.arena.views;
    for (const parameter of parameters.list) {
      parameters.write(parameter, checkTensor(tensors, parameter.name, parameter.shape));
      for (let slot = 0; slot < (compiled?.optimizer.slots ?? 0); slot++) {
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

function readCompiled(
  { compiled }: ModelJson,
  outputShape: readonly number[],
): Network["compiled"] {
  if (!compiled) return undefined;
  const where = "model.json: compiled";
  const { name, hyper } = compiled.optimizer;
  const loss = resolveLoss(`${where}.loss`, compiled.loss as Parameters<typeof resolveLoss>[1]);
  const outputs = outputShape.reduce((product, size) => product * size, 1);
  return {
    optimizer: optimizerFromConfig({ ...hyper, name }, `${where}.optimizer`),
    loss,
    metrics: compiled.metrics.map((it) => resolveMetric(`${where}.metrics`, it, loss, outputs)),
  };
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
