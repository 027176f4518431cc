// `layerwise predict`: a saved model over the rows of a file.

import {
  loadModel,
  type NdArray,
  readFeatures,
  type Sequential,
  type TableSchema,
} from "../index.ts";
import type { PredictCommand } from "./args.ts";
import { readText, writeText } from "./files.ts";
import { count } from "./text.ts";

/**
 * Writes CSV: the line of the file, what the model says of it, and for classes how sure it is.
 * @returns what to tell the user, if the result went to a file
 * @throws LayerwiseError
 */
export async function predict(
  command: PredictCommand,
  write: (text: string) => unknown,
): Promise<string | undefined> {
  const { folder, path, out, skipRows, delimiter } = command;
  const model = await loadModel(folder);
  try {
    const { features, rows, columns, lines } = readFeatures(readText(path), schemaOf(model), {
      ...(skipRows !== undefined && { skipRows }),
      ...(delimiter !== undefined && { delimiter }),
    });
    const rowsOf = Array.from({ length: rows }, (_, i) =>
      Array.from(features.subarray(i * columns, (i + 1) * columns)),
    );
    const text = predictionCSV(await model.predict(rowsOf), lines, model.data.classNames);
    if (out === undefined) {
      write(text);
      return undefined;
    }
    writeText(out, text);
    return `${count(rows, "prediction")} written to ${out}`;
  } finally {
    model.dispose();
  }
}

/** How the model's table was read; of a generated data set, as if its points had stood in one. */
function schemaOf(model: Sequential): TableSchema {
  const { schema, featureNames } = model.data;
  if (schema) return schema;
  const inputs = model.inputShape.reduce((product, size) => product * size, 1);
  const columns = Array.from({ length: inputs }, (_, index) => {
    const name = featureNames?.[index] ?? `x${index}`;
    return { kind: "numeric", name, index } as const;
  });
  const target = { name: "target", index: inputs };
  return { named: true, width: inputs + 1, columns, target, missing: "error" };
}

/** One line for each row of outputs [rows × outputs]. One output and two names: the second one's probability. */
export function predictionCSV(
  outputs: NdArray,
  lines: ArrayLike<number>,
  classNames: readonly string[] | undefined,
): string {
  const width = outputs.data.length / (outputs.shape[0] ?? 1);
  const rows = outputs.rows();
  const name = (label: number) => quoted(classNames?.[label] ?? String(label));
  if (classNames === undefined) {
    const head = width === 1 ? ["prediction"] : rows[0]?.map((_, j) => `prediction_${j}`);
    return csv([
      ["line", ...(head ?? [])],
      ...rows.map((row, i) => [lines[i], ...row.map(figure)]),
    ]);
  }
  const body = rows.map((row, i) => {
    const [first = Number.NaN] = row;
    const shares = width === 1 ? [1 - first, first] : row;
    const label = shares.reduce((best, it, j) => (it > (shares[best] ?? 0) ? j : best), 0);
    return [lines[i], name(label), figure(shares[label] ?? Number.NaN)];
  });
  return csv([["line", "prediction", "probability"], ...body]);
}

function csv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}

/** As many digits as an f32 has. */
function figure(value: number): string {
  return String(Number(value.toPrecision(7)));
}

/** A cell as RFC 4180 wants it. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
