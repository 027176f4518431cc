// What the columns of a CSV text were taken for, as plain data that is saved with a model, and the
// one way from columns to features: so that another file is encoded exactly as the first one was.
// Knows nothing of targets' values or data sets; needs the table.

import { fail } from "../errors.ts";
import {
  type Column,
  findColumn,
  isMissing,
  place,
  readColumn,
  readTable,
  type Table,
} from "./csv-table.ts";

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
  /** `[rows]`, the line of the file, from 1, on which the row begins. */
  readonly lines: readonly number[];
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
  const names = schema.columns.map(({ name }) => name);
  const table = readTable(text, { ...options, header: schema.named ? names : "auto" });
  const byName = schema.named && names.some((name) => table.named && table.names.includes(name));
  const width = table.names.length;
  if (!byName && width !== schema.width && width !== names.length) {
    const expected = `${schema.width} columns as in the first file, or its ${names.length} features`;
    throw fail("shapeMismatch", { where: "CSV", expected, got: `${width} columns` });
  }
  const order = schema.columns.map(({ index }) => index).sort((a, b) => a - b);
  const columns = schema.columns.map(({ kind, name, index }) => {
    const position = width === schema.width ? index : order.indexOf(index);
    return readColumn(table, byName ? findColumn(table, name, "CSV") : position, kind);
  });
  const rows = rowsWith(table, schema.missing === "mean" ? [] : columns, schema.missing);
  return {
    features: encodeColumns(table, rows, columns, schema.columns),
    rows: rows.length,
    columns: featureNames(schema.columns).length,
    lines: rows.map((row) => table.rows[row]?.line ?? 0),
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

/**
 * The rows in which none of these columns misses its value.
 * @throws LayerwiseError `csvMissingValue` where one does under the rule "error"; `emptyData`
 */
export function rowsWith(
  table: Table,
  columns: readonly Column[],
  rule: MissingRule,
): readonly number[] {
  const rows = [...table.rows.keys()].filter((row) => {
    const gap = columns.find((column) => isMissing(column, row));
    if (gap && rule === "error") throw fail("csvMissingValue", place(table, row, gap.index));
    return !gap;
  });
  if (rows.length === 0) throw fail("emptyData", { where: "CSV, without rows that miss values" });
  return rows;
}

/**
 * [rows × features]: numbers as they are, categories as one-hot rows, missing values as `fill`.
 * @throws LayerwiseError `unknownName` for a category that the schema doesn't have
 */
export function encodeColumns(
  table: Table,
  rows: readonly number[],
  columns: readonly Column[],
  schemas: readonly ColumnSchema[],
): Float32Array {
  const width = featureNames(schemas).length;
  const features = new Float32Array(rows.length * width);
  let offset = 0;
  schemas.forEach((schema, c) => {
    const column = columns[c] as Column;
    const { kind, values } = column;
    if (schema.kind === "numeric" && kind === "numeric") {
      rows.forEach((row, i) => {
        const number = values[row] as number;
        features[i * width + offset] = Number.isNaN(number) ? (schema.fill ?? number) : number;
      });
      offset++;
    } else if (schema.kind === "categorical" && kind === "categorical") {
      const codes = new Map(schema.categories.map((category, code) => [category, code]));
      rows.forEach((row, i) => {
        const code = codes.get(values[row] ?? schema.fill ?? "");
        if (code === undefined) throw unknownCategory(table, row, column, schema.categories);
        features[i * width + offset + code] = 1;
      });
      offset += codes.size;
    }
  });
  return features;
}

function unknownCategory(
  table: Table,
  row: number,
  { index }: Column,
  known: readonly string[],
): Error {
  const { line, column, text } = place(table, row, index);
  const where = `CSV: line ${line}, column ${JSON.stringify(column)}`;
  return fail("unknownName", { where, kind: "category", got: text, known });
}
