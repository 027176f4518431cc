// How the functions of this folder come to a model: which network and which of its layers are meant, and
// what of the network it takes to compute that layer. They only read, so they may run beside training.

import { fail } from "../errors.ts";
import type { NetworkPart } from "../model/emit.ts";
import { networks } from "../model/inside.ts";
import type { Network, PlacedNode } from "../model/network.ts";
import { checkInteger, checkName, checkThat } from "../options.ts";

/** A model, as `sequential`, `model` and `loadModel` make it; an `rbm` is one too. */
export interface AnyModel {
  /** Copies of all parameters by name. */
  getWeights(): Readonly<Record<string, unknown>>;
}

/**
 * The network of a model.
 * @throws LayerwiseError `invalidArgument`, `disposed`
 */
export function networkOf(where: string, model: AnyModel): Network {
  const network = typeof model === "object" && model !== null ? networks.get(model) : undefined;
  checkThat(network !== undefined, where, "a model, as sequential() or model() makes it", model);
  network.checkUsable(where);
  return network;
}

/** Models that calls are at work on: a model that its owner has let go of must not become garbage meanwhile. */
const held = new Set<{ readonly model: AnyModel }>();

/** Runs `work`, which only reads the model's weights. @throws LayerwiseError `invalidArgument`, `disposed` */
export async function look<T>(
  where: string,
  model: AnyModel,
  work: (network: Network) => Promise<T>,
): Promise<T> {
  const network = networkOf(where, model);
  const call = { model };
  held.add(call);
  try {
    return await network.reading(where, () => work(network));
  } finally {
    held.delete(call);
  }
}

/** A layer where it is applied. */
export interface Seen {
  /** Its number among the network's nodes. */
  readonly index: number;
  readonly node: PlacedNode;
  /** Units, or channels: what its output's last dimension counts. */
  readonly units: number;
  /** Of one channel: 1 for a dense layer, height · width of an image. */
  readonly positions: number;
}

/** The nodes' names: their layers'; from a layer's second use on with its number, "dense_1:2". */
export function nodeNames({ nodes }: Pick<Network, "nodes">): string[] {
  const uses = new Map<string, number>();
  return nodes.map(({ placed: { name } }) => {
    const use = (uses.get(name) ?? 0) + 1;
    uses.set(name, use);
    return use === 1 ? name : `${name}:${use}`;
  });
}

/** The layer of that name. @throws LayerwiseError `unknownName` */
export function findLayer(where: string, network: Network, layer: string): Seen {
  const names = nodeNames(network);
  return seenAt(network, names.indexOf(checkName(where, "layer", layer, names)));
}

function seenAt(network: Network, index: number): Seen {
  const node = network.nodes[index];
  if (node === undefined) throw fail("internal", { what: `no node ${index}` });
  const units = node.outputShape.at(-1) ?? 1;
  const positions = node.outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
  return { index, node, units, positions };
}

/** The layer that the model's output comes from, if it has one. @throws LayerwiseError `invalidArgument` */
export function outputLayer(where: string, network: Network): Seen {
  const { outputs } = network.graph;
  const index = network.nodes.findIndex((it) => it.first === outputs[0]);
  const isClear = outputs.length === 1 && index >= 0;
  checkThat(isClear, where, `a layer, one of ${nodeNames(network).join(", ")}`, undefined);
  return seenAt(network, index);
}

/** Checks the number of a unit. @throws LayerwiseError `invalidArgument` */
export function checkUnit(where: string, { units }: Seen, unit: unknown): number {
  return checkInteger(where, "unit", unit, 0, units - 1);
}

/** What of a network gives that layer's output, as a network of one output. */
export function partUpTo(network: Network, { index, node }: Seen): NetworkPart {
  const { engine, graph, nodes, parameters, inputs } = network;
  const own = graph.nodes.slice(0, index + 1);
  const outputs = [node.first];
  return {
    engine,
    parameters,
    inputs,
    graph: { ...graph, nodes: own, outputs },
    nodes: nodes.slice(0, index + 1),
  };
}
