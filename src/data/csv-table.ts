// A CSV text as a table: its header (or scikit-learn's line of counts), its column names, its columns
// as numbers or as text. Knows nothing of targets, one-hot or data sets; needs the scanner.

import { fail } from "../errors.ts";
import { type CellTable, cellLine, cellText, scanCells } from "./csv-text.ts";

/** How a CSV text is to be taken apart. */
export interface TableOptions {
  /** Whether the first line holds names. Names given here: also if it holds all of them. */
  readonly header?: boolean | "auto" | readonly string[] | undefined;
  readonly skipRows?: number | undefined;
  readonly delimiter?: string | undefined;
}

/** Cells in rows of equal length under names. */
export interface Table {
  readonly cells: CellTable;
  /** Row of `cells` with the first data. */
  readonly first: number;
  /** Rows of data. */
  readonly rows: number;
  /** One for each column, all different: from the header, else x0, x1, … */
  readonly names: readonly string[];
  /** Whether the names come from the file. */
  readonly named: boolean;
  /** From scikit-learn's first line. */
  readonly classNames: readonly string[] | undefined;
}

/** What {@link readColumn} makes of one. NaN and undefined stand for missing cells. */
export type ColumnValues =
  | { readonly kind: "numeric"; readonly numbers: Float64Array }
  | { readonly kind: "categorical"; readonly texts: readonly (string | undefined)[] };

/** Texts that stand for "no value", quoted or not. */
const MISSING: ReadonlySet<string> = new Set("|?|NA|N/A|NaN|nan|null|NULL".split("|"));

const ROWS_TO_GUESS_FROM = 100;

/**
 * Reads the layout of a CSV text; see `CSVOptions` for the rules.
 * @throws LayerwiseError `csvSyntax`, `raggedRows`, `emptyData`, `invalidArgument`
 */
export function readTable(text: string, { header = "auto", ...options }: TableOptions): Table {
  const cells = scanCells(text, options);
  const classNames = header === true || header === false ? undefined : sklearnNames(cells);
  const top = classNames ? 1 : 0;
  if (cells.rows === top) throw fail("emptyData", { where: "CSV" });
  checkWidths(cells, top);
  const titles = rowTexts(cells, top);
  const named = classNames
    ? false
    : typeof header === "boolean"
      ? header
      : (header !== "auto" && header.every((name) => titles.includes(name))) ||
        looksLikeHeader(cells, titles);
  const first = named ? top + 1 : top;
  const rows = cells.rows - first;
  if (rows === 0) throw fail("emptyData", { where: "CSV, below its header" });
  const names = named ? uniqueNames(titles) : titles.map((_, c) => `x${c}`);
  return { cells, first, rows, names, named, classNames };
}

/**
 * The position of a column said by name or by position (negative: from the end). Names come first; a
 * text like "4" that is no name is a position.
 * @throws LayerwiseError `unknownColumn`
 */
export function findColumn({ names }: Table, column: string | number, where: string): number {
  const byName = typeof column === "string" ? names.indexOf(column) : -1;
  if (byName >= 0) return byName;
  const position = typeof column === "string" && !/^-?\d+$/.test(column) ? NaN : Number(column);
  const index = position < 0 ? names.length + position : position;
  if (Number.isSafeInteger(index) && index >= 0 && index < names.length) return index;
  throw fail("unknownColumn", { where, column, known: names });
}

/**
 * One column of the table, all its rows.
 *
 * "auto" is numeric if more than half of the cells that aren't missing are numbers; then every one
 * must be. "numeric" requires numbers, "whole" is numeric if all of them are, "categorical" is text.
 * A number is what JavaScript's `Number` reads and f32 can hold.
 * @throws LayerwiseError `csvNotANumber`
 */
export function readColumn(
  table: Table,
  column: number,
  mode: "auto" | "numeric" | "whole" | "categorical",
): ColumnValues {
  const texts = () =>
    Array.from({ length: table.rows }, (_, row) => {
      const text = cellAt(table, row, column);
      return MISSING.has(text) ? undefined : text;
    });
  if (mode === "categorical") return { kind: "categorical", texts: texts() };
  const numbers = new Float64Array(table.rows);
  let present = 0;
  let bad = 0;
  let firstBad = -1;
  for (let row = 0; row < table.rows; row++) {
    const text = cellAt(table, row, column);
    const number = toNumber(text);
    numbers[row] = number;
    if (!Number.isNaN(number)) present++;
    else if (!MISSING.has(text)) {
      if (bad++ === 0) firstBad = row;
    }
  }
  if (bad === 0) return { kind: "numeric", numbers };
  if (mode === "whole" || (mode === "auto" && present <= bad)) {
    return { kind: "categorical", texts: texts() };
  }
  throw fail("csvNotANumber", place(table, firstBad, column));
}

/** The facts for an error about a cell. */
export function place(
  table: Table,
  row: number,
  column: number,
): { line: number; column: string; text: string } {
  return {
    line: cellLine(table.cells, cellNumber(table, row, column)),
    column: table.names[column] as string,
    text: cellAt(table, row, column),
  };
}

function cellAt(table: Table, row: number, column: number): string {
  return cellText(table.cells, cellNumber(table, row, column));
}

function cellNumber({ cells, first }: Table, row: number, column: number): number {
  return (cells.rowStart[first + row] as number) + column;
}

/** NaN unless it is a number that f32 can hold. */
function toNumber(text: string): number {
  const number = text === "" ? NaN : Number(text);
  return Number.isFinite(Math.fround(number)) ? number : NaN;
}

/** Neither a number nor a missing value. */
function isName(text: string): boolean {
  return Number.isNaN(toNumber(text)) && !MISSING.has(text);
}

function width({ rowStart }: CellTable, row: number): number {
  return (rowStart[row + 1] as number) - (rowStart[row] as number);
}

function rowTexts(cells: CellTable, row: number): string[] {
  const start = cells.rowStart[row] as number;
  return Array.from({ length: width(cells, row) }, (_, c) => cellText(cells, start + c));
}

function checkWidths(cells: CellTable, top: number): void {
  const expected = width(cells, top);
  for (let row = top + 1; row < cells.rows; row++) {
    const length = width(cells, row);
    if (length === expected) continue;
    const line = cellLine(cells, cells.rowStart[row] as number);
    throw fail("raggedRows", { where: "CSV", row: row - top, line, length, expected });
  }
}

/** scikit-learn's first line: data rows, features, class names; and only if the counts are right. */
function sklearnNames(cells: CellTable): string[] | undefined {
  if (cells.rows < 2 || width(cells, 0) < 3) return undefined;
  const [rows, features, ...names] = rowTexts(cells, 0);
  const isOne =
    rows === String(cells.rows - 1) &&
    features === String(width(cells, 1) - 1) &&
    names.every(isName);
  return isOne ? names : undefined;
}

function looksLikeHeader(cells: CellTable, titles: readonly string[]): boolean {
  if (titles.every((title) => title === "")) return false;
  const last = Math.min(cells.rows - 1, ROWS_TO_GUESS_FROM);
  return titles.every((title, c) => {
    if (title === "") return true;
    if (!isName(title)) return false;
    for (let row = 1; row <= last; row++) {
      if (cellText(cells, (cells.rowStart[row] as number) + c) === title) return false;
    }
    return true;
  });
}

/** "a", "a" and "" become "a", "a.1" and "x2". */
function uniqueNames(titles: readonly string[]): string[] {
  const used = new Set(titles);
  const seen = new Set<string>();
  return titles.map((title, c) => {
    let name = title === "" ? `x${c}` : title;
    for (let i = 1; seen.has(name) || (name !== title && used.has(name)); i++) {
      name = `${title || `x${c}`}.${i}`;
    }
    seen.add(name);
    return name;
  });
}
