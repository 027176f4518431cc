// Signs of how training goes: what is taken for what, how large gradients and weights are.

import type { Sequential } from "layerwise";
import type { Health } from "../protocol.ts";
import { classesOf } from "./answers.ts";
import type { RunData } from "./data.ts";

/** The model is compiled. Weights and biases of a layer count together. */
export async function health(model: Sequential, data: RunData): Promise<Health> {
  const [gradients, weights] = [model.getGradients(), model.getWeights()];
  const normOf = (arrays: ReturnType<Sequential["getWeights"]>, layer: string) => {
    let squares = 0;
    for (const [name, { data }] of Object.entries(arrays)) {
      if (!name.startsWith(`${layer}.`)) continue;
      for (const it of data) squares += it * it;
    }
    return Math.sqrt(squares);
  };
  return {
    confusion: await confusion(model, data),
    gradients: model.layers
      .filter(({ name }) => `${name}.weight` in weights)
      .map(({ name }) => ({
        layer: name,
        gradient: normOf(gradients, name),
        weights: normOf(weights, name),
      })),
  };
}

async function confusion(
  model: Sequential,
  { test, points: { classes } }: RunData,
): Promise<readonly (readonly number[])[]> {
  if (classes === 0) return [];
  const table = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const said = await classesOf(model, test);
  test.labels().forEach((label, sample) => {
    const row = table[label];
    const answer = said[sample];
    if (row !== undefined && answer !== undefined) row[answer] = (row[answer] ?? 0) + 1;
  });
  return table;
}
