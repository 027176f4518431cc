// Batch, instance and layer normalization.

import { batchNormalization, groupNormalization, layerNormalization } from "../../../src/index.ts";
import { elementCount } from "../../../src/shape.ts";
import { type Convert, predict, predictOne, Skip } from "../call.ts";
import { axesLast, channelsFirst, channelsLast, inverse, shaped, transpose } from "../floats.ts";

export const normalizations: Readonly<Record<string, Convert>> = {
  async BatchNormalization(call) {
    if (call.integer("training_mode", 0)) {
      throw new Skip("in training: predict uses the moving averages and does not change them");
    }
    const layer = batchNormalization({ epsilon: call.number("epsilon", 1e-5), name: "it" });
    const names = ["it.gamma", "it.beta", "it.movingMean", "it.movingVariance"];
    const weights = Object.fromEntries(names.map((it, i) => [it, call.floats(i + 1).data]));
    const [y] = await predict([channelsLast(call.floats(0))], (x) => layer.apply(x), weights);
    return [channelsFirst(y)];
  },
  async InstanceNormalization(call) {
    const epsilon = call.number("epsilon", 1e-5);
    const layer = groupNormalization({ groups: -1, epsilon, name: "it" });
    const weights = { "it.gamma": call.floats(1).data, "it.beta": call.floats(2).data };
    const [y] = await predict([channelsLast(call.floats(0))], (x) => layer.apply(x), weights);
    return [channelsFirst(y)];
  },
  // Normalized axes become one, the last; the others are the batch.
  async LayerNormalization(call) {
    const x = call.floats(0);
    const axis = call.axis(call.integer("axis", -1), x.shape.length);
    const columns = elementCount(x.shape.slice(axis));
    const layer = layerNormalization({ epsilon: call.number("epsilon", 1e-5), name: "it" });
    const bias = call.optional(2)?.data ?? new Float32Array(columns);
    const weights = { "it.gamma": call.floats(1).data, "it.beta": bias };
    const rows = shaped(x, [x.data.length / columns, columns]);
    const [y] = await predict([rows], (it) => layer.apply(it), weights);
    return [shaped(y, x.shape)];
  },
  // Over the batch too: all of x is one sample, the axes that stay are its channels.
  async MeanVarianceNormalization(call) {
    const x = call.floats(0);
    const axes = (call.list("axes") ?? [0, 2, 3]).map((it) => call.axis(it, x.shape.length));
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const order = axesLast(x.shape.length, kept);
    const moved = transpose(x, order);
    const channels = elementCount(kept.map((axis) => x.shape[axis] as number));
    const layer = groupNormalization({ groups: -1, epsilon: 1e-9, center: false, scale: false });
    const rows = shaped(moved, [x.data.length / channels, channels]);
    const [y] = await predictOne([rows], (it) => layer.apply(it));
    return [transpose(shaped(y, moved.shape), inverse(order))];
  },
};
