// What a CSV text holds, seen before anybody says what is to be learned from it: its columns, taken as
// `fromCSV` takes them. Needs the table only.

import { checkOptions } from "../options.ts";
import type { CSVOptions } from "./csv.ts";
import { readColumn, readTable, toNumber } from "./csv-table.ts";

export interface CSVColumn {
  readonly name: string;
  /** Whether more than half of its cells are numbers: then `fromCSV` wants all of them to be. */
  readonly numeric: boolean;
  /** How many different values stand in it; missing ones don't count. */
  readonly values: number;
}

export interface CSVDescription {
  readonly columns: readonly CSVColumn[];
  /** Rows of data. */
  readonly rows: number;
}

/**
 * The columns of a CSV text, to choose from.
 * @throws LayerwiseError `csvSyntax`, `raggedRows`, `emptyData`, `invalidArgument`, `unknownName`
 */
export function describeCSV(
  text: string,
  options: Pick<CSVOptions, "header" | "skipRows" | "delimiter"> = {},
): CSVDescription {
  checkOptions("describeCSV", options, ["header", "skipRows", "delimiter"]);
  const table = readTable(text, options);
  const columns = table.names.map((name, index) => {
    const { values } = readColumn(table, index, "categorical");
    const present = [...values].flatMap((it) => (typeof it === "string" ? [it] : []));
    const numbers = present.map(toNumber).filter((it) => !Number.isNaN(it));
    const numeric = numbers.length * 2 > present.length;
    return { name, numeric, values: new Set<string | number>(numeric ? numbers : present).size };
  });
  return { columns, rows: table.rows.length };
}
