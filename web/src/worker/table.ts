// What the page asks about a table before it is used.

import { describeCSV } from "layerwise";
import type { TableReport } from "../protocol.ts";
import { defaultSettings, type TableSettings } from "../recipe.ts";
import { loadSource, makeData } from "./data.ts";

/** @throws LayerwiseError for text that is no table, with its line */
export function readTable(text: string): TableReport {
  return describeCSV(text);
}

/** @throws LayerwiseError for what can't be learned, with its line where it has one */
export async function tryTable(
  table: TableSettings,
): Promise<{ readonly samples: number; readonly classes: number }> {
  await loadSource({ table });
  const { all } = makeData({
    ...defaultSettings,
    data: { ...defaultSettings.data, name: "table", table },
  });
  return { samples: all.samples, classes: all.classes };
}
