// A run as an address: everything after the # that differs from the default settings, readable where it is
// short. With the weights' hash a reader can tell whether the same bits were trained again.

import {
  type Change,
  defaultSettings,
  type LayerSettings,
  type PointEdit,
  type Recipe,
} from "../recipe.ts";

/** What a link holds. */
export interface Linked {
  readonly recipe: Recipe;
  readonly step: number;
  /** SHA-256 of the weights at that step, in hex, if it was known. */
  readonly hash: string | undefined;
}

/** Longer addresses are cut by some mail programs and chats. */
export const LONGEST_LINK = 30_000;

export const dataKeys = ["samples", "noise", "seed", "classes", "trainShare"] as const;
export const plainKeys = ["initializer", "loss", "seed", "batchSize", "l1", "l2"] as const;
/** The data's seed has a name of its own: the network has one too. */
export const dataKey = (key: (typeof dataKeys)[number]) => (key === "seed" ? "dataSeed" : key);

/** The part of an address after #. */
export function writeLink({ recipe, step, hash }: Linked): string {
  const { start, changes } = recipe;
  const { data, optimizer, schedule } = start;
  const usual = defaultSettings;
  const fields: [string, string][] = [["data", data.name]];
  const add = (key: string, value: unknown, standard: unknown) => {
    if (value !== standard) fields.push([key, String(value)]);
  };
  for (const key of dataKeys) add(dataKey(key), data[key], usual.data[key]);
  add("inputs", start.features.join(","), usual.features.join(","));
  add("layers", writeLayers(start.layers), writeLayers(usual.layers));
  for (const key of plainKeys) add(key, start[key], usual[key]);
  add("optimizer", writeOptions(optimizer), writeOptions(usual.optimizer));
  add("schedule", writeOptions(schedule), writeOptions(usual.schedule));
  add("edits", writeEdits(data.edits), "");
  if (data.table) fields.push(["table", JSON.stringify(data.table)]);
  if (changes.length > 0) fields.push(["changes", JSON.stringify(changes.map(writeChange))]);
  if (step > 0) fields.push(["step", String(step)]);
  if (hash !== undefined) fields.push(["weights", hash]);
  return fields.map(([key, value]) => `${key}=${encodeText(value)}`).join("&");
}

/** Percent-encodes what an address needs, and keeps commas and the like readable. */
function encodeText(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%2C", ",")
    .replaceAll("%3B", ";")
    .replaceAll("%3A", ":");
}

function writeLayers(layers: readonly LayerSettings[]): string {
  return layers.map(({ units, activation }) => `${units}-${activation}`).join(",");
}

/** "adam,learningRate:0.01,beta1:0.8" */
function writeOptions({ name, options, ...rest }: { name: string; options?: object }): string {
  const all = { ...rest, ...options };
  return [name, ...Object.entries(all).map(([key, value]) => `${key}:${value}`)].join(",");
}

/** Of all that a change can hold, drawn points are what comes in numbers. */
function writeChange({ edits, ...change }: Change): object {
  return edits ? { ...change, edits: writeEdits(edits) } : change;
}

function writeEdits(edits: readonly PointEdit[]): string {
  return edits.map(writeEdit).join(";");
}

function writeEdit(edit: PointEdit): string {
  switch (edit.do) {
    case "add":
      return `a${edit.x},${edit.y},${edit.label}`;
    case "move":
      return `m${edit.point},${edit.x},${edit.y}`;
    case "remove":
      return `r${edit.point}`;
  }
}
