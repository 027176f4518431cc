// What the page asks about a table before it is used.

import { describeCSV } from "layerwise";
import type { TableReport } from "../protocol.ts";
import { defaultSettings, type TableSettings } from "../recipe.ts";
import { makeData } from "./data.ts";

/** @throws LayerwiseError for text that is no table, with its line */
export function readTable(text: string): TableReport {
  return describeCSV(text);
}

/** @throws LayerwiseError for what can't be learned, with its line where it has one */
export function tryTable(table: TableSettings): {
  readonly samples: number;
  readonly classes: number;
} {
  const { all } = makeData({
    ...defaultSettings,
    data: { ...defaultSettings.data, name: "table", table },
  });
  return { samples: all.samples, classes: all.classes };
}
