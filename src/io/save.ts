// A model as two files: model.json says what it is, weights.safetensors holds its numbers: the weights
// under their names, the optimizer's state as "<parameter>.state.<slot>".

import { fail } from "../errors.ts";
import { type Graph, type Head, isChain, type Network } from "../model/network.ts";
import { optimizerConfig } from "../optimizers/index.ts";
import { readRows } from "../plan/plan.ts";
import {
  LONGEST_JSON,
  LONGEST_NAME,
  MOST_ENTRIES,
  MOST_INPUTS,
  MOST_LAYERS,
  MOST_NODES,
} from "./limits.ts";
import { type NamedTensor, writeSafetensors } from "./safetensors.ts";

/** A saved model: the contents of model.json and of weights.safetensors. */
export interface SavedModel {
  readonly json: string;
  readonly weights: Uint8Array;
}

/** Where a model comes from: a folder (Node), or what `save()` returned. */
export type ModelSource =
  | string
  | { readonly json: string; readonly weights: Uint8Array | ArrayBuffer };

export function saveNetwork(network: Network): SavedModel {
  const { parameters, engine, compiled, position, data } = network;
  const { f32 } = engine.arena.views;
  const tensors: NamedTensor[] = [];
  for (const parameter of parameters.list) {
    const { name, shape, rows } = parameter;
    tensors.push({ name, shape, data: parameters.read(parameter) });
    const slots = parameter.trainable ? (compiled?.optimizer.slots ?? 0) : 0;
    for (let slot = 0; slot < slots; slot++) {
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
    ...(isChain(network.graph)
      ? { kind: "sequential", inputShape: network.inputShape }
      : { kind: "graph", graph: graphJson(network.graph) }),
    seed: network.seed,
    layers: network.layers.map(({ name, layer, parameters }) => ({
      type: layer.type,
      name,
      ...layer.config,
      ...(layer.trainable === false && parameters.length > 0 && { trainable: false }),
    })),
    ...(compiled && {
      compiled: {
        optimizer: { name: optimizerName, hyper },
        ...headJson(compiled.heads[0]),
        ...(compiled.heads.length > 1 && { others: compiled.heads.slice(1).map(headJson) }),
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
  checkReadable(json, network.graph, network);
  return { json, weights: writeSafetensors(tensors, { format: "layerwise" }) };
}

function headJson({ loss, weight, metrics }: Head) {
  const configs = metrics.map((it) => it.config);
  return { loss, metrics: configs, ...(weight !== 1 && { weight }) };
}

/** What is not a chain: how its values flow. */
function graphJson({ inputNames, inputShapes, nodes, outputs, outputsListed }: Graph) {
  const inputs = inputNames.map((name, index) => ({ name, shape: inputShapes[index] }));
  return { inputs, nodes, outputs, outputsListed };
}

/**
 * What is written can be read again: names that are too long, say, fail here and not when the model is
 * needed.
 */
function checkReadable(json: string, { layers, nodes }: Graph, { inputs, data }: Network): void {
  const check = (path: string, got: number, most: number) => {
    if (got > most)
      throw fail("modelFormat", { path, required: `a length of at most ${most}`, got });
  };
  check("layers", layers.length, MOST_LAYERS);
  check("graph.nodes", nodes.length, MOST_NODES);
  check("inputs", inputs, MOST_INPUTS);
  check("classNames", data.classNames?.length ?? 0, MOST_ENTRIES);
  check("a text", /"(?:[^"\\]|\\.){10001}/.test(json) ? LONGEST_NAME + 1 : 0, LONGEST_NAME);
  check("", json.length, LONGEST_JSON);
}
