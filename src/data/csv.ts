// A person's CSV text as a data set: which columns are features, which is the target, what they mean.
// Knows nothing of files or models; needs the table and the schema.

import { fail } from "../errors.ts";
import { checkName, checkOptions, checkThat } from "../options.ts";
import {
  type ColumnSchema,
  encodeColumns,
  featureNames,
  type MissingRule,
  rowsWith,
  type TableSchema,
} from "./csv-schema.ts";
import {
  type Column,
  findColumn,
  isMissing,
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

const KEYS: readonly (keyof CSVOptions)[] = [
  "target",
  "header",
  "skipRows",
  "delimiter",
  "columns",
  "categorical",
  "missing",
  "classNames",
  "task",
];

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
  const where = "fromCSV";
  checkOptions(where, options, KEYS);
  const { missing = "error", task: wantedTask = "auto", classNames } = options;
  checkName(where, "missing", missing, ["error", "dropRow", "mean"]);
  checkName(where, "task", wantedTask, ["auto", "classification", "regression"]);
  const table = readTable(text, options);
  const { names, named } = table;
  const at = (option: string) => (column: string | number) =>
    findColumn(table, column, `${where}: ${option}`);
  const index = at("target")(options.target ?? -1);
  const indices =
    options.columns?.map(at("columns")) ?? [...names.keys()].filter((c) => c !== index);
  const isSet = new Set(indices).size === indices.length && !indices.includes(index);
  checkThat(
    isSet && indices.length > 0,
    where,
    "at least one of columns, none of them twice, and not the target",
    indices.map((c) => names[c]),
  );
  const categorical = options.categorical?.map(at("categorical")) ?? [];
  const features = indices.map((c) =>
    readColumn(table, c, categorical.includes(c) ? "categorical" : "auto"),
  );
  const modes = { auto: "auto", regression: "numeric", classification: "whole" } as const;
  const target = readColumn(table, index, modes[wantedTask]);

  const rows = rowsWith(table, missing === "mean" ? [target] : [...features, target], missing);
  const columns = features.map((column) => {
    const schema = describe(table, rows, column, missing === "mean");
    if (schema.kind === "numeric" || categorical.includes(column.index)) return schema;
    const { length: categories } = schema.categories;
    if (categories > MOST_UNASKED_CATEGORIES && categories * 2 > rows.length) {
      throw fail("csvManyCategories", { column: schema.name, categories, rows: rows.length });
    }
    return schema;
  });
  const name = names[index] ?? "";
  const fileNames = index === names.length - 1 ? table.classNames : undefined;
  const goal = readTarget(
    `${where}: target ${JSON.stringify(name)}`,
    rows.map((row) => target.values[row] ?? ""),
    { wantedTask, classNames, fileNames },
  );
  const schema: TableSchema = {
    named,
    width: names.length,
    columns,
    target: { name, index },
    ...(goal.classNames && { classNames: goal.classNames }),
    missing,
  };
  const labels = featureNames(columns);
  return new Dataset(
    {
      features: encodeColumns(table, rows, features, columns),
      inputShape: [labels.length],
      featureNames: labels,
      ...goal,
      schema,
    },
    where,
  );
}

/** @throws LayerwiseError `csvMissingValue` if there is no value at all */
function describe(
  table: Table,
  rows: readonly number[],
  column: Column,
  withFill: boolean,
): ColumnSchema {
  const { index, kind, values } = column;
  const name = table.names[index] ?? "";
  const present = rows.filter((row) => !isMissing(column, row));
  if (present.length === 0) throw fail("csvMissingValue", place(table, rows[0] ?? 0, index));
  if (kind === "numeric") {
    const fill = present.reduce((sum, row) => sum + (values[row] ?? 0), 0) / present.length;
    return { kind, name, index, ...(withFill && { fill }) };
  }
  const counts = new Map<string, number>();
  for (const row of present) {
    const category = values[row] ?? "";
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  const categories = [...counts.keys()].sort();
  const count = (category: string) => counts.get(category) ?? 0;
  // Sorting is stable: of equally frequent ones the first.
  const [fill = ""] = [...categories].sort((a, b) => count(b) - count(a));
  return { kind, name, index, categories, ...(withFill && { fill }) };
}

interface Goal {
  readonly task: Task;
  readonly targets: Float32Array;
  readonly classNames?: readonly string[];
}

interface Wishes {
  readonly wantedTask: Task | "auto";
  readonly classNames: readonly string[] | undefined;
  /** From scikit-learn's first line. */
  readonly fileNames: readonly string[] | undefined;
}

/** Quantities, or classes under their names. `values` are all numbers or all texts. */
function readTarget(
  where: string,
  values: readonly (number | string)[],
  { wantedTask, classNames, fileNames }: Wishes,
): Goal {
  const found = [...new Set(values)];
  const whole = found.length <= MOST_GUESSED_CLASSES && found.every(Number.isInteger);
  const isText = typeof found[0] === "string";
  if (wantedTask === "regression" || (wantedTask === "auto" && !whole && !isText)) {
    return { task: "regression", targets: Float32Array.from(values, Number) };
  }
  const labels = (isText ? found.sort() : found.sort((a, b) => Number(a) - Number(b))).map(String);
  const areIndices = (names: readonly string[] = []) =>
    !isText && found.every((label) => names[Number(label)] !== undefined);
  const names = classNames ?? (areIndices(fileNames) ? fileNames : undefined) ?? labels;
  if (names.length < 2) throw fail("oneClass", { where, className: names[0] ?? "" });
  // The labels of the classes, in their order: indices, the names themselves, or in sorted order.
  const order = areIndices(names)
    ? [...names.keys()].map(String)
    : labels.every((label) => names.includes(label))
      ? names
      : labels;
  checkThat(
    order.length === names.length,
    where,
    `classNames for the ${labels.length} labels ${labels.slice(0, 10).join(", ")}`,
    names,
  );
  const classes = new Map(order.map((label, index) => [label, index]));
  const targets = Float32Array.from(values, (value) => classes.get(String(value)) ?? Number.NaN);
  return { task: "classification", targets, classNames: [...names] };
}
