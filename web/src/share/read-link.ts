// Reads a run from an address. What comes from outside is checked in full before anything is made of it.

import * as v from "valibot";
import { type DataSettings, defaultSettings } from "../recipe.ts";
import { recipeSchema, stepSchema } from "../recipe-schema.ts";
import { dataKey, dataKeys, type Linked, plainKeys } from "./link.ts";

/**
 * Reads what writeLink wrote, or an address written by hand; undefined for an empty one.
 * @throws Error that says which part is wrong and what was required
 */
export function readLink(text: string): Linked | undefined {
  const source = text.replace(/^#/, "");
  if (source === "") return undefined;
  const fields = new Map(new URLSearchParams(source.replaceAll("+", "%2B")));
  const take = (key: string) => {
    const value = fields.get(key);
    fields.delete(key);
    return value;
  };
  const usual = defaultSettings;
  const data: Record<string, unknown> = { ...usual.data, name: take("data") ?? usual.data.name };
  for (const key of dataKeys) data[key] = asNumber(take(dataKey(key)), usual.data[key]);
  const start: Record<string, unknown> = {
    features: take("inputs")?.split(",") ?? usual.features,
    layers: readLayers(take("layers")) ?? usual.layers,
    optimizer: readOptimizer(take("optimizer")) ?? usual.optimizer,
    schedule: readOptions(take("schedule")) ?? usual.schedule,
  };
  for (const key of plainKeys) {
    const standard = usual[key];
    const value = take(key);
    start[key] = typeof standard === "number" ? asNumber(value, standard) : (value ?? standard);
  }
  data.edits = readEdits(take("edits"));
  data.table = asJson("table", take("table"));
  const changes = readChanges(asJson("changes", take("changes")) ?? []);
  const step = asNumber(take("step"), 0);
  const hash = take("weights");
  const [unknown] = fields.keys();
  if (unknown !== undefined) throw new Error(`${unknown}: nothing by this name can be set`);

  const result = v.safeParse(recipeSchema, { start: { ...start, data }, changes });
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue)?.replace(/^start\./, "");
    throw new Error(`${path ?? "settings"}: ${issue.message}`);
  }
  const checked = v.safeParse(stepSchema, step);
  if (!checked.success) throw new Error(`step: ${checked.issues[0].message}`);
  if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash)) {
    throw new Error("weights: required a SHA-256 of 64 hexadecimal digits");
  }
  return { recipe: result.output, step: checked.output, hash };
}

/** What isn't a number stays text, for the check to refuse. */
function asNumber(text: string | undefined, standard: number): number | string {
  if (text === undefined) return standard;
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}

function asJson(key: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${key}: it is cut off or damaged`);
  }
}

function readLayers(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (text === "") return [];
  return text.split(",").map((it) => {
    const [units, activation] = it.split("-");
    return { units: asNumber(units, 0), activation };
  });
}

function readOptions(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const [name, ...pairs] = text.split(",");
  const options = pairs.map((pair) => {
    const [key = "", value] = pair.split(":");
    return [key, value === "true" ? true : value === "false" ? false : asNumber(value, 0)];
  });
  return { ...Object.fromEntries(options), name };
}

function readOptimizer(text: string | undefined): unknown {
  const read = readOptions(text);
  if (read === undefined) return undefined;
  const { name, learningRate = defaultSettings.optimizer.learningRate, ...options } = read;
  return { name, learningRate, options };
}

/** Their edits are written as those of the start are. */
function readChanges(changes: unknown): unknown {
  if (!Array.isArray(changes)) return changes;
  return changes.map((it: unknown) => {
    const isWritten = it instanceof Object && "edits" in it && typeof it.edits === "string";
    return isWritten ? { ...it, edits: readEdits(String(it.edits)) } : it;
  });
}

function readEdits(text: string | undefined): DataSettings["edits"] | unknown[] {
  if (!text) return [];
  return text.split(";").map((it) => {
    const [a, b, c] = it.slice(1).split(",").map(Number);
    switch (it[0]) {
      case "a":
        return { do: "add", x: a, y: b, label: c };
      case "m":
        return { do: "move", point: a, x: b, y: c };
      default:
        return { do: it[0] === "r" ? "remove" : it[0], point: a };
    }
  });
}
