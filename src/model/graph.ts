// From what the user has drawn with input() and apply() to layers, nodes and the numbers of values.

import { fail } from "../errors.ts";
import { defineLayer, type Layer } from "../layers/layer.ts";
import { SymbolicTensor } from "../layers/symbolic.ts";
import { checkThat } from "../options.ts";
import type { Graph, GraphNode, Network } from "./network.ts";

/** One value, or several. */
export type OneOrMore = SymbolicTensor | readonly SymbolicTensor[];

/**
 * The graph between inputs and outputs. Nodes stand in the order in which the outputs need them.
 * @throws LayerwiseError `invalidArgument`
 */
export function traceGraph(where: string, inputs: OneOrMore, outputs: OneOrMore): Graph {
  const from = tensorsOf(`${where}: inputs`, inputs);
  const to = tensorsOf(`${where}: outputs`, outputs);
  const layers: Layer[] = [];
  const nodes: GraphNode[] = [];
  const values = new Map(from.map((it, index) => [it, index]));
  for (const it of from) {
    const required = "values made by input(), each of them once";
    checkThat(it.layer === undefined, `${where}: inputs`, required, it);
    checkThat(values.size === from.length, `${where}: inputs`, required, from);
  }
  const visit = (end: SymbolicTensor): void => {
    // Not by recursion: a chain of layers may be longer than the stack is deep.
    const open = [end];
    while (open.length > 0) {
      const it = open.at(-1) as SymbolicTensor;
      const missing = it.inputs.find((before) => !values.has(before));
      if (values.has(it)) open.pop();
      else if (missing) open.push(missing);
      else {
        for (const one of it.made) values.set(one, values.size);
        nodes.push({ layer: numberOf(it), inputs: it.inputs.map((one) => values.get(one) ?? 0) });
      }
    }
  };
  const numberOf = ({ layer, name }: SymbolicTensor): number => {
    if (layer === undefined) {
      throw fail("invalidArgument", {
        where: `${where}: inputs`,
        required: "every input that the outputs depend on",
        got: name === undefined ? "without one of them" : `without ${name}`,
      });
    }
    const known = layers.indexOf(layer);
    return known < 0 ? layers.push(layer) - 1 : known;
  };
  for (const it of to) visit(it);
  return {
    inputShapes: from.map((it) => it.shape),
    inputNames: namesOf(where, from),
    layers,
    nodes,
    outputs: to.map((it) => values.get(it) ?? 0),
    outputsListed: Array.isArray(outputs),
  };
}

function tensorsOf(where: string, it: unknown): readonly SymbolicTensor[] {
  const list: readonly unknown[] = Array.isArray(it) ? it : [it];
  const areTensors = list.length > 0 && list.every((one) => one instanceof SymbolicTensor);
  checkThat(areTensors, where, "values made by input() and apply(), one or an array", it);
  return list as readonly SymbolicTensor[];
}

/** The inputs' names: the user's, or input_1, input_2, … */
function namesOf(where: string, inputs: readonly SymbolicTensor[]): string[] {
  const names = inputs.map(({ name }, index) => name ?? `input_${index + 1}`);
  const differ = new Set(names).size === names.length;
  checkThat(differ, `${where}: inputs`, "names that differ", names.join(", "));
  return names;
}

/** The layers of a network, to start elsewhere from the weights that they have now. */
export function copyLayers({ layers, parameters }: Network, trainable: boolean): Layer[] {
  return layers.map(({ layer, parameters: own }) =>
    defineLayer({
      ...layer,
      initial: Object.fromEntries(own.map((it) => [it.spec.name, parameters.read(it)])),
      ...(!trainable && { trainable }),
    }),
  );
}

/** What a graph, its layers replaced by others, gives for `values` in the place of its inputs. */
export function applyGraph(
  { nodes, outputs, inputShapes }: Graph,
  layers: readonly Layer[],
  values: readonly SymbolicTensor[],
): SymbolicTensor[] {
  checkThat(
    values.length === inputShapes.length,
    "apply",
    `${inputShapes.length} values, one an input`,
    `${values.length} of them`,
  );
  const all = [...values];
  for (const { layer, inputs } of nodes) {
    const it = layers[layer] as Layer;
    all.push(...it.applyAll(inputs.map((value) => all[value] as SymbolicTensor)));
  }
  return outputs.map((value) => all[value] as SymbolicTensor);
}
