// A layer of one's own, made of what src/index.ts exports alone.

import { expect, test } from "vitest";
import {
  type ActivationName,
  activationCode,
  combineKinds,
  constant,
  defineLayer,
  type Layer,
  loadModel,
  sequential,
  type Tensor,
  throughActivation,
} from "../../src/index.ts";
import { checkLayer, draw } from "../support/layer.ts";
import { rejection } from "../support/rejection.ts";

const { sum, product } = combineKinds;

/** y = x·f(βx). */
function gated(beta: number, f: ActivationName = "sigmoid"): Layer {
  const gate = activationCode(f);
  return defineLayer({
    type: "gated",
    name: undefined,
    config: { beta, f },
    build: (_where, inputShape) => ({ outputShape: inputShape, parameters: [] }),
    emit({ plan, name, x, keep }) {
      const forward = { layer: name, role: "forward" };
      const [scaled, open, y] = ["scaled", "open", "y"].map((it) =>
        plan.tensor(`${name}.${it}`, x.tensor.cols, { keep }),
      ) as [Tensor, Tensor, Tensor];
      plan.combine(forward, sum, x.tensor, undefined, scaled, { scale: [beta, 0] });
      plan.activation(forward, gate, scaled, open);
      plan.combine(forward, product, x.tensor, open, y);
      return {
        output: { tensor: y, mask: x.mask },
        backward(dy) {
          const back = { layer: name, role: "gradient" };
          const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
          const aux = gate.gradientFrom === "output" ? open : scaled;
          plan.combine(back, product, dy, x.tensor, dx);
          plan.activationGradient(back, { ...gate, aux }, dx, dx);
          plan.combine(back, product, dy, open, dy);
          plan.combine(back, sum, dy, dx, dx, { scale: [1, beta] });
          return throughActivation(plan, name, x, dx);
        },
      };
    },
  });
}

const functions = {
  sigmoid: (z: number) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  gaussian: (z: number) => Math.exp(-z * z),
};

for (const [f, of] of Object.entries(functions)) {
  for (const shape of [[1], [4], [7], [3, 3]]) {
    test(`a gate of ${f} over [${shape}] has the values and gradients of its formula`, async () => {
      const layer = gated(1.5, f as ActivationName);
      await checkLayer({ layer, inputShapes: [shape], batch: 3, capacity: 4 }, ([x]) =>
        Float64Array.from(x ?? [], (it) => it * of(1.5 * it)),
      );
    });
  }
}

/** y = x·W·Wᵀ: the same weights in both products. */
function tied(): Layer {
  return defineLayer({
    type: "tied",
    name: undefined,
    config: {},
    build: (_where, [width = 1]) => ({
      outputShape: [width],
      parameters: [{ name: "weight", shape: [width, 2], initializer: constant({ value: 0.5 }) }],
    }),
    emit({ plan, name, x, parameters, gradients, keep }) {
      const weight = parameters.weight as Tensor;
      const label = { layer: name, role: "product" };
      const two = plan.tensor(`${name}.two`, 2, { keep });
      const y = plan.tensor(`${name}.y`, x.tensor.cols, { keep });
      plan.gemm({ ...label, a: x.tensor, b: weight, c: two });
      plan.gemm({ ...label, a: two, b: weight, c: y, transposeB: true });
      return {
        output: { tensor: y },
        backward(dy, wanted) {
          const dtwo = plan.tensor(`${name}.dtwo`, 2);
          plan.gemm({ ...label, a: dy, b: weight, c: dtwo });
          if (gradients?.weight) {
            const more = plan.copyOf(gradients.weight);
            plan.gemm({ ...label, a: x.tensor, b: dtwo, c: gradients.weight, transposeA: true });
            plan.gemm({ ...label, a: dy, b: two, c: more, transposeA: true });
            plan.combine(label, sum, gradients.weight, more, gradients.weight);
          }
          if (wanted === "parameters only") return undefined;
          const dx = plan.tensor(`${name}.dx`, x.tensor.cols);
          plan.gemm({ ...label, a: dtwo, b: weight, c: dx, transposeB: true });
          return throughActivation(plan, name, x, dx);
        },
      };
    },
  });
}

test("tied weights, x·W·Wᵀ, get both parts of their gradient", async () => {
  const parameters = { weight: draw(10, 3) };
  await checkLayer(
    { layer: tied(), inputShapes: [[5]], batch: 3, parameters },
    ([x], { weight }) => {
      const at = (i: number, j: number) => weight?.[i * 2 + j] ?? 0;
      return Float64Array.from(x ?? [], (_, index) => {
        const [row, column] = [Math.floor(index / 5), index % 5];
        let value = 0;
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 2; j++) value += (x?.[row * 5 + i] ?? 0) * at(i, j) * at(column, j);
        }
        return value;
      });
    },
  );
});

test("loadModel refuses a model with a layer that it does not know", async () => {
  const model = await sequential({ inputShape: [3], layers: [gated(1)] });
  const error = await rejection(() => loadModel(model.save()));
  expect(error).toMatchObject({ code: "modelFormat" });
});

test("the kinds of combine and of activations have their names", () => {
  expect(combineKinds).toEqual({ sum: 0, product: 1, maximum: 2, minimum: 3 });
  expect(activationCode("leakyRelu")).toMatchObject({ alpha: 0.2, elementwise: true });
  expect(activationCode("gelu").gradientFrom).toBe("input");
  const name = "nothing" as ActivationName;
  expect(() => activationCode(name)).toThrow(expect.objectContaining({ code: "unknownName" }));
});
