// The cells of a CSV text (RFC 4180, and what people's files do beyond it). Knows nothing of headers,
// columns or types.
//
// Beyond the standard: the delimiter may be any character, lines may end in CR LF, LF or CR, also
// mixed, blank lines are skipped, blanks around cells (also around quotes) don't count, and a quote
// inside an unquoted cell stands for itself. A byte order mark is skipped.

import { fail } from "../errors.ts";
import { checkInteger, checkThat } from "../options.ts";

/** One row of cells, without their quotes. */
export interface Row {
  /** The physical line of the text on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** How to find the cells. */
export interface TextOptions {
  readonly delimiter?: string | undefined;
  /** Physical lines to leave out at the beginning. */
  readonly skipRows?: number | undefined;
}

const LINE_END = /\r\n?|\n/;

// Tabs, semicolons and bars in constant number are hardly there by accident; commas also stand in
// text and in numbers. So comma comes last.
const DELIMITERS = ["\t", ";", "|", ","];
const LINES_TO_GUESS_FROM = 10;
const CHARACTERS_TO_GUESS_FROM = 1_000_000;

/**
 * The rows of `text` that aren't blank. Without `delimiter`: the first of tab, semicolon, bar and comma
 * that stands outside quotes equally often in each of the first lines (but the very first, which may be
 * a title), else comma.
 * @throws LayerwiseError `csvSyntax`, `invalidArgument`
 */
export function readRows(text: string, { delimiter, skipRows = 0 }: TextOptions): Row[] {
  checkInteger("CSV", "skipRows", skipRows, 0);
  const rest = /[^\r\n]*(?:\r\n?|\n|$)/y;
  rest.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  for (; line <= skipRows && rest.lastIndex < text.length; line++) rest.exec(text);

  const separator = delimiter ?? guessDelimiter(text, rest.lastIndex);
  const isOne = separator.length === 1 && !'"\n\r'.includes(separator);
  checkThat(isOne, "CSV", "delimiter as one character, no quote or line end", delimiter);
  const cell = cellPattern(separator);
  const rows: Row[] = [];
  while (rest.lastIndex < text.length) {
    cell.lastIndex = rest.lastIndex;
    const row = rest.exec(text)?.[0] ?? "";
    let cells = row.split(separator).map((it) => it.trim());
    let lines = 1;
    if (row.includes('"')) {
      const begin = cell.lastIndex;
      cells = readCells(text, cell, separator, line);
      lines = text.slice(begin, cell.lastIndex).split(LINE_END).length - 1;
      rest.lastIndex = cell.lastIndex;
    }
    if (cells.length > 1 || cells[0] !== "") rows.push({ line, cells });
    line += lines;
  }
  return rows;
}

/** Blanks, what stands between quotes or else what begins without one, and what ends the cell. */
function cellPattern(separator: string): RegExp {
  const comma = `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const blanks = `(?:(?!${comma})[ \\t])*`;
  const quoted = `"([^"]*(?:""[^"]*)*)"${blanks}`;
  const plain = `([^" \\t\\r\\n${comma}][^\\r\\n${comma}]*)?`;
  return new RegExp(`${blanks}(?:${quoted}|${plain})(${comma}|\\r\\n?|\\n|$)`, "y");
}

/** The cells of one row, some in quotes, from the pattern's position on. */
function readCells(text: string, cell: RegExp, separator: string, line: number): string[] {
  const cells: string[] = [];
  for (;;) {
    const match = cell.exec(text);
    if (!match) {
      const problem = "a quoted cell has no end, or text behind it";
      throw fail("csvSyntax", { line, problem, remedy: "Write quotes inside quotes twice." });
    }
    const [, quoted, plain = "", end] = match;
    cells.push(quoted?.replaceAll('""', '"') ?? plain.trimEnd());
    if (end !== separator) return cells;
  }
}

function guessDelimiter(text: string, start: number): string {
  const unquoted = text.slice(start, start + CHARACTERS_TO_GUESS_FROM).replaceAll(/"[^"]*"/g, "");
  const lines = unquoted.split(LINE_END).filter((line) => line.trim() !== "");
  const [title = "", ...others] = lines.slice(0, LINES_TO_GUESS_FROM);
  const body = others.length > 0 ? others : [title];
  const isSteady = (delimiter: string) => {
    const widths = new Set(body.map((line) => line.split(delimiter).length));
    return widths.size === 1 && !widths.has(1);
  };
  return DELIMITERS.find(isSteady) ?? ",";
}
