// A table of the visitor's own: what its columns are probably meant for, and where an error is in its text.

import type { TableReport } from "../protocol.ts";
import { MAX_CLASSES, type TableSettings } from "../recipe.ts";

/** What is chosen of a table. */
export type TableChoice = Pick<TableSettings, "target" | "columns" | "task">;

/** The last column that can be learned is to be, all others are what it is learned from. */
export function guessed(report: TableReport): TableChoice {
  const target = targetColumns(report).at(-1) ?? report.columns.length - 1;
  return { target, task: taskOf(report, target), columns: columnsFor(report, target, "all") };
}

/** With another target: as much as can be of what was chosen. */
export function withTarget(report: TableReport, target: number, before: TableChoice): TableChoice {
  return {
    target,
    task: taskOf(report, target),
    columns: columnsFor(report, target, before.columns),
  };
}

/** Numbers with many values are quantities. */
function taskOf({ columns }: TableReport, target: number): TableSettings["task"] {
  const column = columns[target];
  return column?.numeric && column.values > MAX_CLASSES ? "regression" : "classification";
}

/** Columns that can be learned: quantities, or texts of few enough classes. */
export function targetColumns({ columns }: TableReport): readonly number[] {
  return [...columns.entries()]
    .filter(([, { numeric, values }]) => numeric || values <= MAX_CLASSES)
    .map(([i]) => i);
}

/** The first number of a text that has a comma for its point, such as 3,5: it is no number to a table. */
export function decimalComma(text: string): string | undefined {
  return /(?:^|[;\t|"])[ ]*([+-]?\d+,\d+)[ ]*(?=$|[\r;\t|"])/m.exec(text)?.[1];
}

/** Columns that can span the map: numbers, and not what is to be learned. */
export function mapColumns({ columns }: TableReport, target: number): readonly number[] {
  return [...columns.keys()].filter((i) => i !== target && columns[i]?.numeric);
}

/** Two columns where there are no more, or where two were chosen. */
function columnsFor(
  report: TableReport,
  target: number,
  before: TableChoice["columns"],
): TableChoice["columns"] {
  const possible = mapColumns(report, target);
  const chosen = before === "all" ? [] : before.filter((it) => possible.includes(it));
  const two = before !== "all" || report.columns.length === 3;
  const [first, second] = two ? new Set([...chosen, ...possible]) : [];
  return first === undefined || second === undefined ? "all" : [first, second];
}

/** The line that a message names, from 1. */
export function lineOf(message: string): number | undefined {
  const line = /\bline (\d+)/.exec(message)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** Where a line begins and ends in a text. Lines end in CR LF, LF or CR. */
export function lineRange(text: string, line: number): readonly [start: number, end: number] {
  const ends = /\r\n|\n|\r/g;
  let start = 0;
  for (let at = 1; at < line; at++) {
    if (!ends.exec(text)) break;
    start = ends.lastIndex;
  }
  return [start, ends.exec(text)?.index ?? text.length];
}

/**
 * The text of a file that was chosen or dropped.
 * @throws Error that says what is wrong with the file
 */
export async function readTextFile(
  file: Pick<File, "name" | "size" | "text">,
  most: number,
): Promise<string> {
  const millions = (count: number) => `${(count / 1e6).toFixed(1)} million characters`;
  if (file.size > most) {
    throw new Error(
      `${file.name} holds ${millions(file.size)}; tables of up to ${millions(most)} can be used here.`,
    );
  }
  const text = await file.text();
  if (text.includes("\0")) throw new Error(`${file.name} is not a text file.`);
  return text;
}
