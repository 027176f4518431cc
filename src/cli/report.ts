// What a run comes to: a table of layers and a plain sentence. Pure.

import { scoreText } from "./progress.ts";
import { count, cut, harmless, padEnd, padStart, widthOf, wrap } from "./text.ts";

/** One layer: how well a linear classifier (or fit) does on what it puts out. */
export interface LayerScore {
  readonly name: string;
  readonly units: number;
  /** Accuracy or R² on held-out samples. */
  readonly score: number;
}

export interface Report {
  /** "input", the hidden layers, the output. */
  readonly layers: readonly LayerScore[];
  readonly measure: "accuracy" | "R²";
  /** Held-out samples, and how many features each has. */
  readonly samples: number;
  readonly features: number;
}

interface Column {
  readonly title: string;
  readonly cell: (layer: LayerScore, index: number) => string;
}

/** One row a layer: its probe beside the linear classifier on the same held-out data. */
export function reportTable(report: Report, columns: number): string[] {
  const { layers, measure, features } = report;
  const base = layers[0]?.score ?? Number.NaN;
  const cells = {
    layer: (it: LayerScore) => cut(harmless(it.name), 20),
    units: (it: LayerScore) => String(it.units),
    probe: (it: LayerScore) => scoreText(measure, it.score),
    linear: () => scoreText(measure, base),
    gain: (it: LayerScore, i: number) => (i === 0 ? "–" : gainText(measure, it.score - base)),
  };
  const columnsOf = (titles: Partial<Record<keyof typeof cells, string>>): Column[] =>
    (Object.keys(titles) as (keyof typeof cells)[]).map((key) => ({
      title: titles[key] ?? "",
      cell: cells[key],
    }));
  const long = features === 2 ? "separable by a line" : "separable linearly";
  const [probe, linear] =
    measure === "R²" ? ["R² of a linear fit", "of the input"] : [long, "linear classifier"];
  const head = { layer: "layer", units: "units" };
  const short = { probe: "linear", linear: "input", gain: "gain" };
  const variants = [
    columnsOf({ ...head, probe, linear, gain: "gain" }),
    columnsOf({ ...head, ...short }),
    columnsOf({ layer: "layer", ...short }),
  ];
  const tables = variants.map((variant) => tableOf(layers, variant));
  const fitting = tables.find(([first = ""]) => widthOf(first) <= columns) ?? tables.at(-1);
  return (fitting ?? []).map((line) => cut(line, columns));
}

function tableOf(layers: readonly LayerScore[], columns: readonly Column[]): string[] {
  const head = columns.map(({ title }) => title);
  const rows = layers.map((layer, i) => columns.map(({ cell }) => cell(layer, i)));
  const widths = head.map((title, c) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[c] ?? ""))),
  );
  const pad = (cell: string, c: number) => (c === 0 ? padEnd : padStart)(cell, widths[c] ?? 0);
  const line = (cells: readonly string[]) => cells.map(pad).join("  ");
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)];
}

/** "+41.5": in percentage points, or in R². */
function gainText(measure: string, gain: number): string {
  const text = measure === "R²" ? gain.toFixed(3) : (100 * gain).toFixed(1);
  const isZero = Number(text) === 0;
  return isZero ? text.replace("-", "") : gain > 0 ? `+${text}` : text;
}

/** What the table means, in words. */
export function reportSentence(report: Report, columns: number): string[] {
  return wrap(sentence(report), columns, "");
}

function sentence({ layers, measure, samples, features }: Report): string {
  const [input] = layers;
  const last = layers.length > 2 ? layers.at(-2) : undefined;
  const text = (layer: LayerScore | undefined) => scoreText(measure, layer?.score ?? Number.NaN);
  const linear = features === 2 ? "A straight line" : "A linear classifier";
  const points = `the ${count(samples, `held-out ${features === 2 ? "point" : "sample"}`)}`;
  const first =
    measure === "R²"
      ? `A linear fit of the input reaches R² ${text(input)} on ${points}`
      : `${linear} gets ${text(input)} of ${points} right`;
  if (last === undefined) return `${first}; there is no hidden layer that could do better.`;
  const verb = measure === "R²" ? "reaches" : "gets";
  const then = `${first}; after ${harmless(last.name)} it ${verb} ${text(last)}`;
  const gains = Number(gainText(measure, last.score - (input?.score ?? Number.NaN))) > 0;
  return gains ? `${then}.` : `${then}: here the hidden layers gain nothing.`;
}
