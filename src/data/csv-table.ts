// A CSV text as a table: rows of equal length under names, and its columns as numbers or texts. Knows
// nothing of targets or data sets.

import { fail } from "../errors.ts";
import { type Row, readRows, type TextOptions } from "./csv-text.ts";

/** How a CSV text is to be taken apart. */
export interface TableOptions extends TextOptions {
  /** Whether the first line holds names. Names given here: also if it holds all of them. */
  readonly header?: boolean | "auto" | readonly string[] | undefined;
}

/** Rows of data under names. */
export interface Table {
  readonly rows: readonly Row[];
  /** One for each column, all different: from the header, else x0, x1, … */
  readonly names: readonly string[];
  /** Whether the names come from the file. */
  readonly named: boolean;
  /** From scikit-learn's first line. */
  readonly classNames: readonly string[] | undefined;
}

/** One column, with a value for each row; NaN and undefined stand for missing cells. */
export type Column = { readonly index: number } & (
  | { readonly kind: "numeric"; readonly values: Float64Array }
  | { readonly kind: "categorical"; readonly values: readonly (string | undefined)[] }
);

/** Texts that stand for "no value", quoted or not. */
const MISSING = ["", "?", "NA", "N/A", "NaN", "nan", "null", "NULL"];

const ROWS_TO_GUESS_FROM = 100;

/**
 * Reads the layout of a CSV text; see `CSVOptions` for the rules.
 * @throws LayerwiseError `csvSyntax`, `raggedRows`, `emptyData`, `invalidArgument`
 */
export function readTable(text: string, { header = "auto", ...options }: TableOptions): Table {
  const all = readRows(text, options);
  const classNames = typeof header === "boolean" ? undefined : sklearnNames(all);
  const rows = classNames ? all.slice(1) : all;
  const titles = rows[0]?.cells ?? [];
  rows.forEach(({ line, cells: { length } }, row) => {
    const expected = titles.length;
    if (length === expected) return;
    throw fail("raggedRows", { where: "CSV", row, line, length, expected });
  });
  const hasAll = Array.isArray(header) && header.every((name) => titles.includes(name));
  const named =
    typeof header === "boolean" ? header : !classNames && (hasAll || looksLikeHeader(rows));
  if (rows.length <= Number(named)) throw fail("emptyData", { where: "CSV" });
  return {
    rows: named ? rows.slice(1) : rows,
    names: named ? uniqueNames(titles) : titles.map((_, c) => `x${c}`),
    named,
    classNames,
  };
}

/**
 * The position of a column said by name or by position (negative: from the end). Names come first; a
 * text like "4" that is no name is a position.
 * @throws LayerwiseError `unknownColumn`
 */
export function findColumn({ names }: Table, column: string | number, where: string): number {
  const byName = typeof column === "string" ? names.indexOf(column) : -1;
  if (byName >= 0) return byName;
  const position = /^-?\d+$/.test(`${column}`) ? Number(column) : Number.NaN;
  const index = position < 0 ? names.length + position : position;
  if (names[index] !== undefined) return index;
  throw fail("unknownColumn", { where, column, known: names });
}

/**
 * One column of the table.
 *
 * "auto" is numeric if more than half of the cells that aren't missing are numbers; then every one
 * must be. "numeric" requires numbers, "whole" is numeric if all of them are, "categorical" is text.
 * A number is what JavaScript's `Number` reads and f32 can hold.
 * @throws LayerwiseError `csvNotANumber`
 */
export function readColumn(
  table: Table,
  index: number,
  mode: "auto" | "numeric" | "whole" | "categorical",
): Column {
  const texts = table.rows.map(({ cells }) => cells[index] ?? "");
  if (mode !== "categorical") {
    const values = new Float64Array(texts.map(toNumber));
    const isBad = (text: string, row: number) =>
      Number.isNaN(values[row]) && !MISSING.includes(text);
    const bad = texts.filter(isBad).length;
    if (bad === 0) return { index, kind: "numeric", values };
    const good = values.filter((value) => !Number.isNaN(value)).length;
    if (mode === "numeric" || (mode === "auto" && good > bad)) {
      throw fail("csvNotANumber", place(table, texts.findIndex(isBad), index));
    }
  }
  const values = texts.map((text) => (MISSING.includes(text) ? undefined : text));
  return { index, kind: "categorical", values };
}

/** Whether the cell in that row has no value. */
export function isMissing({ kind, values }: Column, row: number): boolean {
  return kind === "numeric" ? Number.isNaN(values[row]) : values[row] === undefined;
}

/** The facts for an error about a cell. */
export function place(
  { rows, names }: Table,
  row: number,
  column: number,
): { line: number; column: string; text: string } {
  const { line = 0, cells = [] } = rows[row] ?? {};
  return { line, column: names[column] ?? "", text: cells[column] ?? "" };
}

/** NaN unless it is a number that f32 can hold. */
export function toNumber(text: string): number {
  const number = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(Math.fround(number)) ? number : Number.NaN;
}

/** Neither a number nor a missing value. */
function isName(text: string): boolean {
  return Number.isNaN(toNumber(text)) && !MISSING.includes(text);
}

/** scikit-learn's first line: data rows, features, class names; and only if the counts are right. */
function sklearnNames([first, ...others]: readonly Row[]): string[] | undefined {
  const [rows, features, ...names] = first?.cells ?? [];
  const isOne =
    rows === `${others.length}` &&
    features === `${(others[0]?.cells.length ?? 0) - 1}` &&
    names.length > 0 &&
    names.every(isName);
  return isOne ? names : undefined;
}

function looksLikeHeader([top, ...others]: readonly Row[]): boolean {
  const titles = top?.cells ?? [];
  const below = others.slice(0, ROWS_TO_GUESS_FROM);
  const isTitle = (title: string, c: number) =>
    title === "" || (isName(title) && !below.some(({ cells }) => cells[c] === title));
  return titles.some((title) => title !== "") && titles.every(isTitle);
}

/** "a", "a" and "" become "a", "a.1" and "x2". */
function uniqueNames(titles: readonly string[]): string[] {
  const names = new Set<string>();
  titles.forEach((title, c) => {
    const wanted = title || `x${c}`;
    let name = wanted;
    for (let i = 1; names.has(name); i++) name = `${wanted}.${i}`;
    names.add(name);
  });
  return [...names];
}
