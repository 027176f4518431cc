// A layer of several outputs as one that gives some of them one behind another: what checks layers of one
// output checks it too.

import type { Layer } from "../../src/layers/layer.ts";
import { elementCount } from "../../src/shape.ts";

/** Outputs `parts` of `layer` in a row; nobody reads the others. */
export function joined(layer: Layer, parts: readonly number[]): Layer {
  return {
    ...layer,
    outputs: undefined,
    build(where, inputShape, inputShapes) {
      const { outputShapes = [], parameters } = layer.build(where, inputShape, inputShapes);
      const widths = parts.map((part) => elementCount(outputShapes[part] ?? []));
      return { outputShape: [widths.reduce((sum, it) => sum + it, 0)], parameters };
    },
    emit(context) {
      const { plan, x, inputs } = context;
      const label = { layer: "test", role: "join" };
      const shapes = inputs.map((it) => it.shape);
      const { outputShape, outputShapes = [] } = layer.build("test", x.shape, shapes);
      const it = layer.emit({ ...context, outputShape });
      const all = [it.output, ...(it.others ?? [])].map(({ tensor }) => tensor);
      const y = plan.tensor("joined", elementCount(context.outputShape), { keep: true });
      let next = 0;
      const blocks = parts.map((part) => {
        const start = next;
        const size = [elementCount(outputShapes[part] ?? [])];
        next += size[0] ?? 0;
        return { part, start, block: { size, from: [1], to: [1] } };
      });
      for (const { part, start, block } of blocks) {
        const from = all[part];
        if (from) plan.copy(label, from, y, { ...block, toStart: start });
      }
      return {
        output: { tensor: y },
        backward(dy, wanted) {
          const gradients = all.map((one, part) => {
            const own = blocks.find((block) => block.part === part);
            const d = plan.tensor(`d${part}`, one.cols);
            if (own) plan.copy(label, dy, d, { ...own.block, fromStart: own.start });
            else if (part === 0) plan.select(label, undefined, d);
            return own || part === 0 ? d : undefined;
          });
          const [first, ...others] = gradients;
          return first && it.backward(first, wanted, others);
        },
      };
    },
  };
}
