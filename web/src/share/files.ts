// Runs as files, and runs and models from files.

import * as v from "valibot";
import { outputFor } from "../losses.ts";
import type { LoadedModel, Points } from "../protocol.ts";
import type { LayerSettings, Settings } from "../recipe.ts";
import { recipeSchema, stepSchema } from "../recipe-schema.ts";
import type { Session } from "../session.svelte.ts";
import type { Linked } from "./link.ts";

/** A run as a file: what a link holds, of any length. */
export function runFile(linked: Linked): string {
  return `${JSON.stringify({ format: "layerwise-run", ...linked }, undefined, 1)}\n`;
}

const run = v.strictObject({
  format: v.literal("layerwise-run", "this is not a saved run"),
  recipe: recipeSchema,
  step: stepSchema,
  hash: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
});

/** @throws Error that says what is wrong with the file */
function readRun(text: string): Linked {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("This file is not JSON: it is cut off or damaged.");
  }
  const result = v.safeParse(run, data);
  if (!result.success) {
    const [issue] = result.issues;
    throw new Error(
      `This file can't be opened: ${v.getDotPath(issue) ?? "file"}: ${issue.message}.`,
    );
  }
  const { recipe, step, hash } = result.output;
  return { recipe, step, hash };
}

/**
 * Opens a saved run, or a model with its weights: training goes on from them with a fresh optimizer.
 * @throws Error or Trouble that says what is wrong
 */
export async function openFiles(session: Session, files: readonly File[]): Promise<void> {
  const json = files.find((it) => it.name.endsWith(".json"));
  const weights = files.find((it) => it.name.endsWith(".safetensors"));
  if (json && !weights) {
    const linked = readRun(await json.text());
    session.open(linked.recipe, linked.step, linked.hash);
    return;
  }
  if (!json || !weights) {
    throw new Error("Choose a saved run (.json), or model.json and weights.safetensors together.");
  }
  const model = await session.ask("load", {
    json: await json.text(),
    weights: new Uint8Array(await weights.arrayBuffer()),
  });
  const { settings, points, arrived } = session;
  if (!points || !arrived) {
    throw new Error("The page has no data for a model now. Choose a data set first.");
  }
  checkFit(model, settings, points);
  const { layers, parameters, units } = model;
  session.open({ start: { ...settings, layers }, changes: [{ step: 0, parameters, units }] });
}

/** @throws Error that says what to choose, unless a model reads what the data has and answers what it asks */
export function checkFit(
  { inputs, output }: Pick<LoadedModel, "inputs" | "output">,
  { loss }: Pick<Settings, "loss">,
  { inputs: given, classes }: Pick<Points, "inputs" | "classes">,
): void {
  if (inputs !== given.length) {
    throw new Error(
      `This model reads ${inputs} inputs, the page's data has ${given.length}. Switch inputs on or off until they agree.`,
    );
  }
  const { units, activation } = outputFor({ classes }, loss);
  if (output.units === units && output.activation === activation) return;
  const asked = classes === 0 ? "asks for a quantity" : `has ${classes} classes`;
  const under = classes === 2 && loss !== "auto" ? ` and the loss is ${loss}` : "";
  const { what, choose } = answerOf(output);
  throw new Error(
    `This model gives ${what}; the page's data ${asked}${under}. First choose ${choose}.`,
  );
}

/** What an output layer gives, and what to choose for it. */
function answerOf({ units, activation }: LayerSettings) {
  if (units > 1) {
    return { what: `one of ${units} classes`, choose: `data with ${units} classes` };
  }
  if (activation === "sigmoid") {
    return {
      what: "one of two classes (by a sigmoid unit)",
      choose: "data with two classes, and a loss other than the hinges",
    };
  }
  return {
    what: "a quantity (by a linear unit)",
    choose:
      "data that asks for a quantity, or for a model trained by a hinge loss: two classes and that loss",
  };
}
