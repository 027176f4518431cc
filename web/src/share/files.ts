// Runs as files, and runs and models from files.

import * as v from "valibot";
import type { Settings } from "../recipe.ts";
import { recipeSchema } from "../recipe-schema.ts";
import type { Session } from "../session.svelte.ts";
import type { Linked } from "./link.ts";

/** A run as a file: what a link holds, of any length. */
export function runFile(linked: Linked): string {
  return `${JSON.stringify({ format: "layerwise-run", ...linked }, undefined, 1)}\n`;
}

const run = v.strictObject({
  format: v.literal("layerwise-run", "this is not a saved run"),
  recipe: recipeSchema,
  step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
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
  const { layers, inputs, parameters } = await session.ask("load", {
    json: await json.text(),
    weights: new Uint8Array(await weights.arrayBuffer()),
  });
  const given = session.points?.inputs.length ?? 0;
  if (inputs !== given) {
    throw new Error(
      `This model reads ${inputs} inputs, the page's data has ${given}. Switch inputs on or off until they agree.`,
    );
  }
  const start: Settings = { ...session.settings, layers };
  session.open({ start, changes: [{ step: 0, parameters }] });
}
