// A person's CSV text as a data set: which columns are features, which is the target, what they mean.
// Knows nothing of files or models; needs the table and the schema.

import { fail } from "../errors.ts";
import {
  type ColumnSchema,
  encodeColumns,
  featureNames,
  isMissing,
  keptRows,
  type MissingRule,
  type TableSchema,
} from "./csv-schema.ts";
import {
  type ColumnValues,
  findColumn,
  place,
  readColumn,
  readTable,
  type Table,
} from "./csv-table.ts";
import { Dataset, type Task } from "./dataset.ts";

export type { ColumnSchema, MissingRule, TableFeatures, TableSchema } from "./csv-schema.ts";
export { readFeatures } from "./csv-schema.ts";

/** Options of {@link fromCSV}. A column is said by its name, or by its position from 0; −1 is the last. */
export interface CSVOptions {
  /** The column to predict. Default: the last one. */
  readonly target?: string | number;
  /**
   * Whether the first line holds the columns' names. "auto", the default: it does if none of its
   * cells is a number or stands for a missing value (empty ones may, but not all) and none appears
   * again in its column in the next 100 rows. "auto" also knows the first line of scikit-learn's
   * files, `150,4,setosa,versicolor,virginica`: the exact number of rows below, the number of
   * features, and the names of the classes 0, 1, … of the last column. Without names, columns are
   * called x0, x1, …
   */
  readonly header?: boolean | "auto";
  /** Lines to leave out at the beginning, before anything else is looked at. Default 0. */
  readonly skipRows?: number;
  /**
   * The character between cells. Default: the first of tab, ";", "|" and "," that stands equally
   * often in each of the first lines.
   */
  readonly delimiter?: string;
  /** The columns to learn from. Default: all but the target. */
  readonly columns?: readonly (string | number)[];
  /**
   * Columns of categories even if they hold numbers: they become one-hot features, sorted by
   * category. So do, unasked, columns in which no more than half of the cells are numbers.
   */
  readonly categorical?: readonly (string | number)[];
  /**
   * What happens where a cell is empty, ?, NA, N/A, NaN, nan, null or NULL. "error", the default;
   * "dropRow" leaves the row out; "mean" puts the column's mean there, or its most frequent category,
   * and leaves out rows without a target.
   */
  readonly missing?: MissingRule;
  /**
   * Names of the classes: in the order of the labels for the labels 0, 1, …; otherwise the labels
   * themselves in the order wanted, or as many names as there are labels, in sorted order.
   */
  readonly classNames?: readonly string[];
  /**
   * "auto", the default: classification if the target isn't numeric, or if it is made of at most 20
   * different integers; else regression.
   */
  readonly task?: Task | "auto";
}

const MOST_GUESSED_CLASSES = 20;

/** Text columns with more categories than that, and than half of the rows, are names or remarks. */
const MOST_UNASKED_CATEGORIES = 20;

/**
 * Reads a CSV text (RFC 4180; lines may end in CR LF, LF or CR, blank ones don't count). The data
 * set's `schema` keeps how, for {@link readFeatures}. Bits don't depend on the engine: numbers are
 * read as f64 and rounded once; means are summed in f64 in the order of the rows.
 * @throws LayerwiseError with the line in the file where there is one: `csvSyntax`, `raggedRows`,
 * `csvMissingValue`, `csvNotANumber`, `csvManyCategories`, `unknownColumn`, `emptyData`, `oneClass`,
 * `invalidArgument`, `unknownName`
 */
export function fromCSV(text: string, options: CSVOptions = {}): Dataset {
  const { missing = "error", task: wantedTask = "auto", classNames } = options;
  checkName("missing", missing, ["error", "dropRow", "mean"]);
  checkName("task", wantedTask, ["auto", "classification", "regression"]);
  const table = readTable(text, options);
  const at = (column: string | number, option: string) =>
    findColumn(table, column, `fromCSV: ${option}`);
  const target = at(options.target ?? -1, "target");
  const positions =
    options.columns?.map((column) => at(column, "columns")) ??
    [...table.names.keys()].filter((c) => c !== target);
  const isSet = new Set(positions).size === positions.length && !positions.includes(target);
  if (!isSet || positions.length === 0) {
    const required = "at least one column, none of them twice, and not the target";
    const got = positions.map((c) => table.names[c]);
    throw fail("invalidArgument", { where: "fromCSV: columns", required, got });
  }
  const categorical = new Set(options.categorical?.map((column) => at(column, "categorical")));
  const values = positions.map((c) =>
    readColumn(table, c, categorical.has(c) ? "categorical" : "auto"),
  );
  const targetMode = { auto: "auto", regression: "numeric", classification: "whole" } as const;
  const targetValues = readColumn(table, target, targetMode[wantedTask]);

  const kept = rowsToKeep(table, [...values, targetValues], [...positions, target], missing);
  const columns = positions.map((index, i): ColumnSchema => {
    const column = describe(table, index, values[i] as ColumnValues, kept, missing === "mean");
    if (column.kind === "categorical" && !categorical.has(index)) {
      const { length: categories } = column.categories;
      if (categories > MOST_UNASKED_CATEGORIES && categories * 2 > kept.length) {
        throw fail("csvManyCategories", { column: column.name, categories, rows: kept.length });
      }
    }
    return column;
  });
  const where = `fromCSV: target ${JSON.stringify(table.names[target])}`;
  const fileNames = target === table.names.length - 1 ? table.classNames : undefined;
  const goal = readTarget(where, targetValues, kept, wantedTask, classNames, fileNames);
  const schema: TableSchema = {
    named: table.named,
    width: table.names.length,
    columns,
    target: { name: table.names[target] as string, index: target },
    ...(goal.classNames && { classNames: goal.classNames }),
    missing,
  };
  const unknown = () => fail("internal", { what: "a category of the file itself is unknown" });
  const features = encodeColumns(columns, values, kept, unknown);
  const names = featureNames(columns);
  return new Dataset(
    { features, inputShape: [names.length], featureNames: names, ...goal, schema },
    "fromCSV",
  );
}

function checkName(option: string, got: string, known: readonly string[]): void {
  if (known.includes(got)) return;
  throw fail("unknownName", { where: "fromCSV", kind: option, got, known });
}

/** The rows that stay under the rule; `columns` are the features' and, last, the target's. */
function rowsToKeep(
  table: Table,
  columns: readonly ColumnValues[],
  positions: readonly number[],
  rule: MissingRule,
): Uint32Array {
  const kept = keptRows(table.rows, columns.length, (row, i) => {
    if (!isMissing(columns[i] as ColumnValues, row)) return false;
    if (rule === "error") throw fail("csvMissingValue", place(table, row, positions[i] as number));
    return rule === "dropRow" || i === columns.length - 1;
  });
  if (kept.length === 0) throw fail("emptyData", { where: "CSV, without rows that miss values" });
  return kept;
}

/** @throws LayerwiseError `csvMissingValue` if a mean is needed and there is no value at all */
function describe(
  table: Table,
  index: number,
  values: ColumnValues,
  kept: Uint32Array,
  withFill: boolean,
): ColumnSchema {
  const name = table.names[index] as string;
  if (values.kind === "numeric") {
    if (!withFill) return { kind: "numeric", name, index };
    const present = Array.from(kept, (row) => values.numbers[row] as number).filter(
      (number) => !Number.isNaN(number),
    );
    if (present.length === 0) {
      throw fail("csvMissingValue", place(table, kept[0] as number, index));
    }
    const fill = present.reduce((sum, number) => sum + number, 0) / present.length;
    return { kind: "numeric", name, index, fill };
  }
  const counts = new Map<string, number>();
  for (const row of kept) {
    const text = values.texts[row];
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const categories = [...counts.keys()].sort();
  if (!withFill) return { kind: "categorical", name, index, categories };
  const count = (category: string) => counts.get(category) ?? 0;
  const [first, ...others] = categories;
  if (first === undefined) throw fail("csvMissingValue", place(table, kept[0] as number, index));
  const fill = others.reduce((best, next) => (count(next) > count(best) ? next : best), first);
  return { kind: "categorical", name, index, categories, fill };
}

interface Goal {
  readonly task: Task;
  readonly targets: Float32Array;
  readonly classNames?: readonly string[];
}

/** The target of the kept rows: quantities, or classes under their names. */
function readTarget(
  where: string,
  values: ColumnValues,
  kept: Uint32Array,
  wantedTask: Task | "auto",
  names: readonly string[] | undefined,
  fileNames: readonly string[] | undefined,
): Goal {
  if (values.kind === "categorical") {
    const texts = Array.from(kept, (row) => values.texts[row] as string);
    const labels = [...new Set(texts)].sort();
    return classify(where, texts, labels, names);
  }
  const numbers = Array.from(kept, (row) => values.numbers[row] as number);
  const labels = [...new Set(numbers)].sort((a, b) => a - b);
  const looksLikeClasses =
    labels.length <= MOST_GUESSED_CLASSES && labels.every((label) => Number.isInteger(label));
  if (wantedTask === "regression" || (wantedTask === "auto" && !looksLikeClasses)) {
    return { task: "regression", targets: Float32Array.from(numbers) };
  }
  const isIndex = (list: readonly string[]) => labels.every((label) => list[label] !== undefined);
  const known = names ?? (fileNames && isIndex(fileNames) ? fileNames : undefined);
  if (known && isIndex(known)) {
    checkClasses(where, known);
    const targets = Float32Array.from(numbers);
    return { task: "classification", targets, classNames: [...known] };
  }
  return classify(where, numbers.map(String), labels.map(String), known);
}

/** `labels` are the texts that occur, sorted. */
function classify(
  where: string,
  texts: readonly string[],
  labels: readonly string[],
  names: readonly string[] | undefined,
): Goal {
  const namesAreLabels = names !== undefined && labels.every((label) => names.includes(label));
  if (names && !namesAreLabels && names.length !== labels.length) {
    throw fail("invalidArgument", {
      where: `${where}: classNames`,
      required: `the ${labels.length} labels ${labels.slice(0, 10).join(", ")} or a name for each`,
      got: names,
    });
  }
  const order = names && namesAreLabels ? names : labels;
  const classNames = [...(names ?? labels)];
  checkClasses(where, classNames);
  const classes = new Map(order.map((label, index) => [label, index]));
  const targets = Float32Array.from(texts, (text) => classes.get(text) as number);
  return { task: "classification", targets, classNames };
}

function checkClasses(where: string, names: readonly string[]): void {
  if (names.length < 2) throw fail("oneClass", { where, className: names[0] ?? "" });
}
