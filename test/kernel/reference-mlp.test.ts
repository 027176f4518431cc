// The oracle's dense net on trial: its gradients against central differences, for every activation
// and loss. Nothing here runs the kernel.

import { describe, expect, test } from "vitest";
import { numericalGradient } from "../support/gradients.ts";
import { at } from "../support/reference/array.ts";
import {
  heads,
  kinkDistance,
  kinks,
  type LossCase,
  lossCases,
  OUTPUTS,
  random,
} from "../support/reference/cases.ts";
import {
  activationNames,
  activations,
  gemm,
  type LossName,
  losses,
  type ReferenceBatch,
  type ReferenceLayer,
  type ReferenceMlp,
  referenceMlp,
} from "../support/reference.ts";

const CLOSE = { relative: 1e-5, absolute: 1e-9 };
const ALPHA = 0.3;
const smooth = activationNames.filter((name) => name !== "step");

const INPUTS = 3;
const HIDDEN = 4;
const ROWS = 4;

interface Trial {
  readonly mlp: ReferenceMlp;
  readonly layers: readonly ReferenceLayer[];
  readonly batch: ReferenceBatch & { readonly x: Float64Array };
}

/** A 3-4-4-3 net and a batch, made from the seed. */
function trial(seed: number, hidden: ReferenceLayer["activation"], it: LossCase): Trial {
  const layer = (index: number, width: number, units: number, activation = hidden) => ({
    weight: Float64Array.from(random(seed + index, width * units, -0.9, 0.9)),
    bias: Float64Array.from(random(seed + index, units, -0.5, 0.7)),
    activation,
    alpha: ALPHA,
  });
  const layers = [
    layer(1, INPUTS, HIDDEN),
    layer(2, HIDDEN, HIDDEN),
    layer(3, HIDDEN, OUTPUTS, it.head),
  ];
  return {
    mlp: referenceMlp({ inputs: INPUTS, layers, loss: it.loss }),
    layers,
    batch: {
      x: Float64Array.from(random(seed + 4, ROWS * INPUTS, -1.5, 1.5)),
      t: Array.from({ length: ROWS }, (_, i) => it.targets(seed + 5 + i)).flat(),
    },
  };
}

/** Whether no value of a trial is so near a kink that a difference quotient could cross it. */
function isSmooth({ mlp, layers, batch }: Trial, lossName: string): boolean {
  const margin = 1e-3;
  const values = mlp.forward(batch.x);
  const distance = kinkDistance[lossName as LossName] ?? (() => 1);
  const predictions = values.at(-1)?.y ?? [];
  return (
    layers.every(({ activation }, index) => {
      const jumps = activation === "softmax" ? [] : (kinks[activation] ?? []);
      return values[index]?.z.every((z) => jumps.every((kink) => Math.abs(z - kink) > margin));
    }) && Array.from(predictions).every((p, i) => distance(p, at(batch.t, i)) > margin)
  );
}

/** The first trial without kinks nearby. */
function smoothTrial(hidden: ReferenceLayer["activation"], it: LossCase): Trial {
  for (let seed = 1000; seed < 2000; seed += 20) {
    const candidate = trial(seed, hidden, it);
    if (isSmooth(candidate, it.name)) return candidate;
  }
  throw new Error("every trial is near a kink");
}

function expectGradients({ mlp, layers, batch }: Trial): void {
  const gradients = mlp.gradients(batch);
  const loss = () => mlp.loss(batch);
  expect(gradients.loss).toBe(loss());
  layers.forEach(({ weight, bias = new Float64Array() }, index) => {
    expect(gradients.layers[index]?.weight ?? []).toBeNear(numericalGradient(loss, weight), CLOSE);
    expect(gradients.layers[index]?.bias ?? []).toBeNear(numericalGradient(loss, bias), CLOSE);
  });
  expect(gradients.x).toBeNear(numericalGradient(loss, batch.x), CLOSE);
  expect(Math.max(...gradients.x.map(Math.abs))).toBeGreaterThan(1e-5);
}

const hiddenKinds = [...smooth, "softmax"] as const;
const mseCase: LossCase = {
  name: "meanSquaredError",
  loss: losses.meanSquaredError,
  ...heads.meanSquaredError,
};
/** Losses of any real prediction go with every output activation. */
const anyOutput = lossCases.filter(({ head }) => head === "linear" || head === "tanh");

describe("the dense net", () => {
  test.each(hiddenKinds.flatMap((hidden) => lossCases.map((it) => ({ hidden, ...it }))))(
    "$hidden layers below $name: every gradient is the slope",
    ({ hidden, ...it }) => expectGradients(smoothTrial(hidden, it)),
  );

  test.each(hiddenKinds.flatMap((head) => anyOutput.map((it) => ({ ...it, head }))))(
    "$head outputs below $name: every gradient is the slope",
    (it) => expectGradients(smoothTrial("tanh", it)),
  );

  test("sample weights and penalties are in the gradients", () => {
    const { layers, batch } = smoothTrial("tanh", mseCase);
    const penalized = layers.map((layer) => ({
      ...layer,
      weightPenalty: { l1: 0.02, l2: 0.03 },
      biasPenalty: { l2: 0.05 },
    }));
    const mlp = referenceMlp({ inputs: INPUTS, layers: penalized, loss: mseCase.loss });
    const sampleWeights = [0.5, 2, 0, 1.25];
    expectGradients({ mlp, layers: penalized, batch: { ...batch, sampleWeights } });
  });

  test("the loss is the weighted sum over rows, divided by the rows, plus the penalties", () => {
    const layer = { weight: Float64Array.of(2, -1), activation: "linear" } as const;
    const mlp = referenceMlp({
      inputs: 2,
      layers: [{ ...layer, weightPenalty: { l1: 0.5, l2: 0.25 } }],
      loss: "meanSquaredError",
    });
    // Predictions 0 and 3 for targets 1 and 1: losses 1 and 4.
    const batch = { x: [1, 2, 2, 1], t: [1, 1], sampleWeights: [3, 0.5] };
    expect(mlp.predict(batch.x)).toEqual(Float64Array.of(0, 3));
    expect(mlp.gradients(batch).sampleLosses).toEqual(Float64Array.of(1, 4));
    expect(mlp.loss(batch)).toBe((3 * 1 + 0.5 * 4) / 2 + 0.5 * 3 + 0.25 * 5);
  });

  test("below a step the gradient is that of the straight line through its output", () => {
    const { layers, batch, mlp } = smoothTrial("step", mseCase);
    const [first, second, last] = layers;
    if (!first || !second || !last) throw new Error("three layers were made");
    const gradients = mlp.gradients(batch);
    const upper = referenceMlp({ inputs: HIDDEN, layers: [last], loss: mseCase.loss });
    const [below, middle] = mlp.forward(batch.x);
    if (!below || !middle) throw new Error("three layers ran");
    const line = () => {
      const z = gemm(below.y, second.weight, { m: ROWS, n: HIDDEN, k: HIDDEN });
      const y = z.map((value, i) => {
        const [bias, from] = [at(second.bias ?? [], i % HIDDEN), at(middle.z, i)];
        const inside = activations.step.derivative(from, 0);
        return at(middle.y, i) + inside * (value + bias - from);
      });
      return upper.loss({ x: y, t: batch.t });
    };
    expect(gradients.layers[1]?.weight ?? []).toBeNear(
      numericalGradient(line, second.weight),
      CLOSE,
    );
  });
});
