// What a layer makes of samples: feature maps, hidden states, codes.

import type { Dataset } from "../data/dataset.ts";
import { emitCell } from "../layers/cell.ts";
import { isRecurrent, type RecurrentLayer } from "../layers/recurrent.ts";
import { asFeatures, type Several } from "../model/data.ts";
import type { NetworkPart } from "../model/emit.ts";
import { NdArray } from "../model/nd-array.ts";
import type { PlacedNode } from "../model/network.ts";
import { checkThat } from "../options.ts";
import type { NestedNumbers } from "../shape.ts";
import { layerRows } from "./forward.ts";
import { type AnyModel, findLayer, look, partUpTo } from "./look.ts";

/**
 * What a layer gives for samples, in its shape: [samples, height, width, channels] for a convolution, so its
 * feature maps; [samples, steps, units] for a recurrent layer that returns sequences; [samples, units] for a
 * dense layer, and so the codes of an autoencoder. Layers that a graph applies several times are named with the
 * number of the use, from the second one on: "dense_1:2".
 * @throws LayerwiseError `unknownName`, `shapeMismatch`, `nanInData`, `disposed`
 */
export function featureMaps(
  model: AnyModel,
  x: Dataset | NestedNumbers | Several,
  layer: string,
): Promise<NdArray> {
  const where = "featureMaps";
  return look(where, model, async (network) => {
    const seen = findLayer(where, network, layer);
    const { features, samples } = asFeatures(where, network, x);
    const { outputShape } = seen.node;
    return new NdArray(await layerRows(network, seen, features), [samples, ...outputShape]);
  });
}

/**
 * The state that a recurrent layer shows after each step, [samples, steps, units], whether it returns
 * sequences or not; step by step as the input comes, also where the layer reads it backwards. Of an lstm it is h,
 * not c.
 * @throws LayerwiseError `unknownName`; `invalidArgument` if the layer is no simpleRNN, lstm or gru; as featureMaps
 */
export function hiddenStates(
  model: AnyModel,
  x: Dataset | NestedNumbers | Several,
  layer: string,
): Promise<NdArray> {
  const where = "hiddenStates";
  return look(where, model, async (network) => {
    const seen = findLayer(where, network, layer);
    const recurrent = seen.node.placed.layer;
    const remedy = "Give it returnSequences and use featureMaps().";
    const required = "a layer made by simpleRNN, lstm or gru";
    checkThat(isRecurrent(recurrent), where, required, recurrent.type, remedy);
    const { features, samples } = asFeatures(where, network, x);
    const [steps = 1] = seen.node.placed.inputShape;
    const shape = [steps, recurrent.cell.units];
    const node: PlacedNode = { ...seen.node, outputShape: shape, outputShapes: [shape] };
    const part = withStates(partUpTo(network, seen), node, recurrent);
    const all = await layerRows(network, { ...seen, node }, features, part);
    return new NdArray(all, [samples, ...shape]);
  });
}

/** The part with `node`, as if it returned sequences, at its end. */
function withStates(part: NetworkPart, node: PlacedNode, recurrent: RecurrentLayer): NetworkPart {
  const layer: RecurrentLayer = {
    ...recurrent,
    emit(context) {
      const { y } = emitCell(context, { ...recurrent.cell, sequences: true });
      return { output: { tensor: y }, backward: () => undefined };
    },
  };
  const last = { ...node, placed: { ...node.placed, layer } };
  return { ...part, nodes: [...part.nodes.slice(0, -1), last] };
}
