// Results as markdown tables: a line for each contender.

import { short, times } from "../harness/report.ts";
import { contenders } from "./contenders.ts";
import type { PeerLoss, PeerRow, Results } from "./results.ts";

const KINDS = ["nn", "nt", "tn"];
const NONE = "–";

/** All tables, and below them who does not take part in what, and why. */
export function toReport(results: Results): string {
  return [toTables(results), absentees(results), problems(results)].filter(Boolean).join("\n\n");
}

/** The tables, and where they come from: for a README. */
export function toTables({ rows, machine, versions }: Results): string {
  const { node, cpu, cores, date, clock } = machine;
  const where = `Node ${node}, ${cpu}, ${cores} cores, ${date}; one thread each unless the name says otherwise`;
  const note = `${where}; ${clock}, medians of interleaved rounds, in brackets the ratio to layerwise within a round.`;
  return [
    trainings(rows),
    losses(rows),
    predictions(rows),
    products(rows),
    note,
    `Versions: ${Object.entries(versions)
      .map((it) => it.join(" "))
      .join(", ")}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

function trainings(rows: readonly PeerRow[]): string {
  const names = workloadsOf(rows, "train");
  const cell = (row: PeerRow) => `${short(row.perSecond)}${compared(row)}`;
  return table("training, samples/s", { rows, names, title: (it) => it.slice(6), cell });
}

function losses(rows: readonly PeerRow[]): string {
  const names = workloadsOf(rows, "train");
  const cell = ({ loss }: PeerRow) => (loss === undefined ? NONE : lossText(loss));
  return table("mean loss over the checked steps", {
    rows,
    names,
    title: (it) => it.slice(6),
    cell,
  });
}

function predictions(rows: readonly PeerRow[]): string {
  const names = workloadsOf(rows, "predict");
  const cell = (row: PeerRow) => `${short(row.perSecond)}${compared(row)}`;
  return table("prediction, samples/s", { rows, names, title: (it) => it.slice(8), cell });
}

/** All three kinds of one size in a cell. */
function products(rows: readonly PeerRow[]): string {
  const names = workloadsOf(rows, "gemm");
  const sides = [...new Set(names.map((it) => it.slice(8)))];
  const kinds = KINDS.filter((kind) => names.some((it) => it.startsWith(`gemm-${kind}-`)));
  const products = rows.filter(({ gflops }) => gflops !== undefined);
  const cellOf = (contender: string, side: string) =>
    kinds
      .map((kind) => `gemm-${kind}-${side}`)
      .map((name) => find(products, contender, name)?.gflops)
      .map((gflops) => gflops?.toFixed(1) ?? NONE)
      .join(" / ");
  const lines = contendersOf(products).map((it) => [it, ...sides.map((side) => cellOf(it, side))]);
  return markdown([`products, GFLOP/s: ${kinds.join(" / ")}`, ...sides], lines);
}

function absentees({ absent, rows }: Results): string {
  const seen = new Map<string, string[]>();
  for (const { contender, unavailable, workload } of absent) {
    const key = `${contender}: ${unavailable}`;
    seen.set(key, [...(seen.get(key) ?? []), workload]);
  }
  const lines = [...seen].map(([key, names]) => `- ${key} (${inShort(names, rows)})`);
  return lines.length === 0 ? "" : ["Not taking part:", ...lines].join("\n");
}

const KIND_WORDS = { train: "training", predict: "prediction", gemm: "products" } as const;

/** Names of workloads, or one word for all of a kind that were measured. */
function inShort(names: readonly string[], rows: readonly PeerRow[]): string {
  return Object.entries(KIND_WORDS)
    .flatMap(([kind, word]) => {
      const some = names.filter((it) => it.startsWith(kind));
      const all = workloadsOf(rows, kind);
      return some.length > 0 && some.length === all.length ? [word] : some;
    })
    .join(", ");
}

function problems({ problems }: Results): string {
  if (problems.length === 0) return "All that can be compared computed the same.";
  return ["Wrong:", ...problems.map((it) => `- ${it}`)].join("\n");
}

interface TableOptions {
  readonly rows: readonly PeerRow[];
  readonly names: readonly string[];
  readonly title: (workload: string) => string;
  readonly cell: (row: PeerRow) => string;
}

function table(corner: string, { rows, names, title, cell }: TableOptions): string {
  const among = rows.filter(({ workload }) => names.includes(workload));
  const lines = contendersOf(among).map((contender) => [
    contender,
    ...names.map((name) => {
      const row = find(among, contender, name);
      return row === undefined ? NONE : cell(row);
    }),
  ]);
  return markdown([corner, ...names.map(title)], lines);
}

/** Columns padded, so that it reads well as it stands. */
function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  if (lines.length === 0) return "";
  const widths = head.map((title, i) =>
    Math.max(title.length, 3, ...lines.map((cells) => cells[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((it, i) => (i === 0 ? it.padEnd(widths[i] ?? 0) : it.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, i) =>
    i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...lines.map(line)].join("\n");
}

function lossText({ mean, own, before }: PeerLoss): string {
  return own === undefined ? mean.toFixed(4) : `own: ${before?.toFixed(3)} → ${mean.toFixed(3)}`;
}

function compared({ ratio, contender }: PeerRow): string {
  return ratio === undefined || contender === "layerwise" ? "" : ` (${shortRatio(ratio)})`;
}

/** Small ratios keep two digits. */
function shortRatio(ratio: number): string {
  return ratio >= 0.1 ? times(ratio) : `${ratio.toPrecision(2)}×`;
}

function workloadsOf(rows: readonly PeerRow[], kind: string): string[] {
  const names = rows.map(({ workload }) => workload).filter((it) => it.startsWith(kind));
  return [...new Set(names)];
}

/** Those that have a row, in the order of the registry. */
function contendersOf(rows: readonly PeerRow[]): string[] {
  const names = contenders.map(({ name }) => name);
  return names.filter((it) => rows.some(({ contender }) => contender === it));
}

function find(rows: readonly PeerRow[], contender: string, workload: string): PeerRow | undefined {
  return rows.find((row) => row.contender === contender && row.workload === workload);
}
