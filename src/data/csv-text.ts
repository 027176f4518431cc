// Where the cells of a CSV text are (RFC 4180, and what people's files do beyond it): offsets only,
// no strings, so that a big numeric file costs 8 bytes a cell. Knows nothing of headers, columns or
// types; needs only the errors.
//
// Beyond the standard: the delimiter may be any character, lines may end in CR LF, LF or CR, also
// mixed, blank lines are skipped, blanks around cells (also around quotes) don't count, and a quote
// inside an unquoted cell stands for itself. A byte order mark is skipped.

import { fail } from "../errors.ts";

/** Cells by their place in the text. A quoted cell includes its quotes. */
export interface CellTable {
  readonly text: string;
  readonly rows: number;
  /** [rows + 1]: the number of the first cell of each row. */
  readonly rowStart: Uint32Array;
  /** [cells]: offset of the first character. */
  readonly starts: Uint32Array;
  /** [cells]: offset after the last character. */
  readonly ends: Uint32Array;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const BOM = 0xfeff;

// Tabs, semicolons and bars in constant number are hardly there by accident; commas also stand in
// text and in numbers. So comma comes last.
const DELIMITERS = ["\t", ";", "|", ","] as const;
const LINES_TO_GUESS_FROM = 10;

/**
 * Finds the cells of `text`. Without `delimiter`: the first of tab, semicolon, bar and comma that
 * stands outside quotes equally often in each of the first lines (but the very first, which may be a
 * title), else comma. `skipRows` leaves out physical lines at the beginning.
 * @throws LayerwiseError `csvSyntax` (with the physical line), `invalidArgument`
 */
export function scanCells(
  text: string,
  { delimiter, skipRows = 0 }: { delimiter?: string | undefined; skipRows?: number | undefined },
): CellTable {
  const begin = skipLines(text, skipRows);
  const separator = delimiter ?? guessDelimiter(text, begin);
  if (separator.length !== 1 || '"\n\r'.includes(separator)) {
    const required = "one character, not a quote or a line end";
    throw fail("invalidArgument", { where: "CSV: delimiter", required, got: delimiter });
  }
  const comma = separator.charCodeAt(0);
  const { length } = text;
  const bound = countAtMost(text, begin, comma);
  const starts = new Uint32Array(bound.cells);
  const ends = new Uint32Array(bound.cells);
  const rowStart = new Uint32Array(bound.rows + 1);
  const isBlank = (c: number) => (c === SPACE || c === TAB) && c !== comma;

  let rows = 0;
  let cells = 0;
  for (let i = begin; i < length; ) {
    const first = cells;
    let c: number;
    do {
      // charCodeAt is NaN behind the end, which is none of the characters looked for.
      c = text.charCodeAt(i);
      while (isBlank(c)) c = text.charCodeAt(++i);
      starts[cells] = i;
      if (c === QUOTE) {
        i = afterClosingQuote(text, i);
        ends[cells] = i;
        c = text.charCodeAt(i);
        while (isBlank(c)) c = text.charCodeAt(++i);
        if (i < length && c !== comma && c !== LF && c !== CR) {
          const problem = `${JSON.stringify(text.charAt(i))} after a closing quote`;
          const remedy = "A quote inside a quoted cell is written twice.";
          throw fail("csvSyntax", { line: lineAt(text, i), problem, remedy });
        }
      } else {
        while (i < length && c !== comma && c !== LF && c !== CR) c = text.charCodeAt(++i);
        let end = i;
        while (end > (starts[cells] as number) && isBlank(text.charCodeAt(end - 1))) end--;
        ends[cells] = end;
      }
      cells++;
      if (c === comma) i++;
    } while (c === comma);
    i += c === CR && text.charCodeAt(i + 1) === LF ? 2 : 1;
    if (cells === first + 1 && starts[first] === ends[first]) cells = first;
    else rowStart[++rows] = cells;
  }
  return { text, rows, rowStart, starts, ends };
}

/** The text of a cell, without quotes. */
export function cellText({ text, starts, ends }: CellTable, cell: number): string {
  const start = starts[cell] as number;
  const end = ends[cell] as number;
  if (start === end || text.charCodeAt(start) !== QUOTE) return text.slice(start, end);
  return text.slice(start + 1, end - 1).replaceAll('""', '"');
}

/** The physical line on which a cell begins, from 1. */
export function cellLine({ text, starts }: CellTable, cell: number): number {
  return lineAt(text, starts[cell] as number);
}

/** The physical lines, from 1, on which these rows (in ascending order) begin. */
export function rowLines(table: CellTable, rows: Uint32Array): Uint32Array {
  let line = 1;
  let offset = 0;
  return rows.map((row) => {
    const start = table.starts[table.rowStart[row] as number] as number;
    line += lineBreaks(table.text, offset, start);
    offset = start;
    return line;
  });
}

function lineAt(text: string, offset: number): number {
  return 1 + lineBreaks(text, 0, offset);
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === LF || (c === CR && text.charCodeAt(i + 1) !== LF)) count++;
  }
  return count;
}

function afterClosingQuote(text: string, opening: number): number {
  let i = opening + 1;
  for (;;) {
    i = text.indexOf('"', i);
    if (i < 0) {
      const problem = "a quoted cell begins here and doesn't end";
      const remedy = "Close the quote, or write a literal one twice inside quotes.";
      throw fail("csvSyntax", { line: lineAt(text, opening), problem, remedy });
    }
    if (text.charCodeAt(i + 1) !== QUOTE) return i + 1;
    i += 2;
  }
}

function skipLines(text: string, lines: number): number {
  if (!(Number.isSafeInteger(lines) && lines >= 0)) {
    const required = "a number of lines, 0 or more";
    throw fail("invalidArgument", { where: "CSV: skipRows", required, got: lines });
  }
  let i = text.charCodeAt(0) === BOM ? 1 : 0;
  for (let skipped = 0; skipped < lines && i < text.length; skipped++) {
    while (i < text.length && text.charCodeAt(i) !== LF && text.charCodeAt(i) !== CR) i++;
    i += text.charCodeAt(i) === CR && text.charCodeAt(i + 1) === LF ? 2 : 1;
  }
  return i;
}

/** Upper bounds: what stands in quotes is counted too. */
function countAtMost(text: string, begin: number, comma: number): { cells: number; rows: number } {
  let commas = 0;
  let rows = 1;
  for (let i = begin; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === comma) commas++;
    else if (c === LF || c === CR) rows++;
  }
  return { cells: commas + rows, rows };
}

function guessDelimiter(text: string, begin: number): string {
  const lines: number[][] = [];
  let line = DELIMITERS.map(() => 0);
  let quoted = false;
  let blank = true;
  for (let i = begin; i <= text.length && lines.length < LINES_TO_GUESS_FROM; i++) {
    const c = text.charAt(i);
    if (c === '"') quoted = !quoted;
    if (c === "" || (!quoted && (c === "\n" || c === "\r"))) {
      if (!blank) lines.push(line);
      line = DELIMITERS.map(() => 0);
      blank = true;
      continue;
    }
    blank = false;
    const known = quoted ? -1 : DELIMITERS.indexOf(c as ",");
    if (known >= 0) line[known] = (line[known] as number) + 1;
  }
  const body = lines.length > 1 ? lines.slice(1) : lines;
  const steady = DELIMITERS.find((_, d) => {
    const count = body[0]?.[d] ?? 0;
    return count > 0 && body.every((counts) => counts[d] === count);
  });
  return steady ?? ",";
}
