// A model from its two files (save.ts), which may be hostile. Loaded when somebody loads a model: it knows
// every layer.

import { loadFolder } from "#platform";
import { fail } from "../errors.ts";
import { layerFromConfig } from "../layers/registry.ts";
import { resolveLoss } from "../losses/index.ts";
import { type MetricChoice, resolveMetric } from "../metrics/index.ts";
import { chain, Network } from "../model/network.ts";
import { layerOf, Unit } from "../model/unit.ts";
import { optimizerFromConfig } from "../optimizers/index.ts";
import { isRecord } from "../options.ts";
import { writeRows } from "../plan/plan.ts";
import type { Engine } from "../runtime/engine.ts";
import { scheduleFromConfig } from "../schedules/registry.ts";
import { formatShape } from "../shape.ts";
import { type ModelJson, parseModelJson } from "./model-json.ts";
import { type NamedTensor, readSafetensors } from "./safetensors.ts";
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
  const { inputShape, seed } = description;
  // The shapes first, from the layers alone: a file that asks for other sizes is refused here.
  let shape: readonly number[] = inputShape;
  const specs = layers.flatMap((layer, index) => {
    const built = layer.build(`model.json: layers[${index}]`, shape);
    shape = built.outputShape;
    return built.parameters.map((spec) => ({
      name: `${layer.name}.${spec.name}`,
      shape: spec.shape,
      trainable: spec.trainable !== false && layer.trainable !== false,
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
    const slots = spec.trainable ? (compiled?.optimizer.slots ?? 0) : 0;
    for (let slot = 0; slot < slots; slot++) {
      checkTensor(tensors, `${spec.name}.state.${slot}`, spec.shape);
    }
  }

  const network = new Network(engine, "loadModel", chain(inputShape, layers), seed);
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

function readCompiled(
  { compiled }: ModelJson,
  outputShape: readonly number[],
): Network["compiled"] {
  if (!compiled) return undefined;
  const where = "model.json: compiled";
  const { name, hyper } = compiled.optimizer;
  const { learningRate: rate } = hyper;
  const schedule = isRecord(rate) && {
    learningRate: scheduleFromConfig(`${where}.optimizer.learningRate`, rate),
  };
  const loss = resolveLoss(`${where}.loss`, compiled.loss as Parameters<typeof resolveLoss>[1]);
  const outputs = outputShape.reduce((product, size) => product * size, 1);
  return {
    optimizer: optimizerFromConfig({ ...hyper, ...schedule, name }, `${where}.optimizer`),
    loss,
    metrics: compiled.metrics.map((it) =>
      resolveMetric(`${where}.metrics`, it as MetricChoice, loss, outputs),
    ),
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
