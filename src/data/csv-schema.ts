// What the columns of a CSV text were taken for, as plain data that is saved with a model, and the
// one way from columns to features: so that another file is encoded exactly as the first one was.
// Knows nothing of targets' values or data sets; needs the table.

import { fail } from "../errors.ts";
import { type ColumnValues, findColumn, place, readColumn, readTable } from "./csv-table.ts";
import { rowLines } from "./csv-text.ts";

/** What happens to rows with missing cells. See `CSVOptions.missing`. */
export type MissingRule = "error" | "dropRow" | "mean";

/** One column of the file: one feature, or one feature for each category. */
export type ColumnSchema =
  | {
      readonly kind: "numeric";
      readonly name: string;
      /** Position in the file, from 0. */
      readonly index: number;
      /** The mean; stands for missing cells under the rule "mean". */
      readonly fill?: number;
    }
  | {
      readonly kind: "categorical";
      readonly name: string;
      readonly index: number;
      /** In the order of the features; all different. */
      readonly categories: readonly string[];
      /** The most frequent one; stands for missing cells under the rule "mean". */
      readonly fill?: string;
    };

/** How to read features from a CSV text. JSON. */
export interface TableSchema {
  /** Whether the file had names; otherwise its columns go by position. */
  readonly named: boolean;
  /** Columns of the file, used or not. */
  readonly width: number;
  /** In the order of the features. */
  readonly columns: readonly ColumnSchema[];
  readonly target: { readonly name: string; readonly index: number };
  /** Of the target; absent for regression. */
  readonly classNames?: readonly string[];
  readonly missing: MissingRule;
}

/** What {@link readFeatures} returns. */
export interface TableFeatures {
  /** [rows × columns], compact, row-major. */
  readonly features: Float32Array;
  readonly rows: number;
  /** Features of a row: 1 for a numeric column, one for each category of a categorical one. */
  readonly columns: number;
  /** [rows]: the line of the file, from 1, on which the row begins. */
  readonly lines: Uint32Array;
}

/**
 * Reads the features of a CSV text as those of the text that `schema` comes from. With a header, by
 * the columns' names in any order (others, like the target, are ignored); otherwise by position, with
 * the target's column or without it. Missing cells are treated by the schema's rule.
 * @throws LayerwiseError `unknownColumn`, `shapeMismatch` for another number of columns, `unknownName`
 * for a category that the schema doesn't have, `csvMissingValue`, `csvNotANumber`, `csvSyntax`,
 * `raggedRows`, `emptyData`, `invalidArgument`
 */
export function readFeatures(
  text: string,
  schema: TableSchema,
  options: { readonly skipRows?: number; readonly delimiter?: string } = {},
): TableFeatures {
  const header = schema.named ? schema.columns.map(({ name }) => name) : "auto";
  const table = readTable(text, { ...options, header });
  const byName =
    schema.named && table.named && schema.columns.some(({ name }) => table.names.includes(name));
  const width = table.names.length;
  if (!byName && width !== schema.width && width !== schema.columns.length) {
    const expected = `${schema.width} columns as in the first file, or its ${schema.columns.length} features`;
    throw fail("shapeMismatch", { where: "CSV", expected, got: `${width} columns` });
  }
  const byOrder = [...schema.columns].sort((a, b) => a.index - b.index);
  const positions = schema.columns.map((column) => {
    if (byName) return findColumn(table, column.name, "CSV");
    return width === schema.width ? column.index : byOrder.indexOf(column);
  });
  const values = schema.columns.map(({ kind }, i) =>
    readColumn(table, positions[i] as number, kind),
  );
  const missing = (row: number, i: number) => isMissing(values[i] as ColumnValues, row);
  const kept = keptRows(table.rows, values.length, (row, i) => {
    if (!missing(row, i)) return false;
    if (schema.missing === "error") {
      throw fail("csvMissingValue", place(table, row, positions[i] as number));
    }
    return schema.missing === "dropRow";
  });
  if (kept.length === 0) throw fail("emptyData", { where: "CSV, without rows that miss values" });
  return {
    features: encodeColumns(schema.columns, values, kept, (row, i) => {
      const { line, column, text: got } = place(table, row, positions[i] as number);
      const { categories: known } = schema.columns[i] as { categories: readonly string[] };
      const where = `CSV: line ${line}, column ${JSON.stringify(column)}`;
      return fail("unknownName", { where, kind: "category", got, known });
    }),
    rows: kept.length,
    columns: featureNames(schema.columns).length,
    lines: rowLines(
      table.cells,
      kept.map((row) => table.first + row),
    ),
  };
}

/** "age" for a numeric column, "color=blue", "color=red" for a categorical one. */
export function featureNames(columns: readonly ColumnSchema[]): string[] {
  return columns.flatMap((column) =>
    column.kind === "numeric"
      ? [column.name]
      : column.categories.map((category) => `${column.name}=${category}`),
  );
}

/** Whether the cell of that row has no value. */
export function isMissing(values: ColumnValues, row: number): boolean {
  return values.kind === "numeric"
    ? Number.isNaN(values.numbers[row])
    : values.texts[row] === undefined;
}

/** The rows for which `drop(row, column)` holds for no column. */
export function keptRows(
  rows: number,
  columns: number,
  drop: (row: number, column: number) => boolean,
): Uint32Array {
  const kept = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    let keep = true;
    for (let i = 0; i < columns; i++) if (drop(row, i)) keep = false;
    if (keep) kept[count++] = row;
  }
  return kept.slice(0, count);
}

/**
 * [kept × features]: numbers as they are, categories as one-hot rows, missing values as `fill`.
 * @param unknown makes the error for a category that the schema doesn't have
 */
export function encodeColumns(
  columns: readonly ColumnSchema[],
  values: readonly ColumnValues[],
  kept: Uint32Array,
  unknown: (row: number, column: number) => Error,
): Float32Array {
  const width = featureNames(columns).length;
  const features = new Float32Array(kept.length * width);
  let offset = 0;
  columns.forEach((column, c) => {
    const cells = values[c] as ColumnValues;
    if (column.kind === "numeric" && cells.kind === "numeric") {
      const { fill = NaN } = column;
      for (let i = 0; i < kept.length; i++) {
        const number = cells.numbers[kept[i] as number] as number;
        features[i * width + offset] = Number.isNaN(number) ? fill : number;
      }
      offset += 1;
    } else if (column.kind === "categorical" && cells.kind === "categorical") {
      const codes = new Map(column.categories.map((category, code) => [category, code]));
      for (let i = 0; i < kept.length; i++) {
        const row = kept[i] as number;
        const code = codes.get(cells.texts[row] ?? column.fill ?? "");
        if (code === undefined) throw unknown(row, c);
        features[i * width + offset + code] = 1;
      }
      offset += column.categories.length;
    }
  });
  return features;
}
