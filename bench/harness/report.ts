// Turns measurements into a table for people, a table for the README, or JSON for machines.

/** One contender in one workload. */
export interface Row {
  readonly workload: string;
  readonly contender: string;
  readonly perSecond: number;
  readonly unit: string;
  /** Products and convolutions only. */
  readonly gflops?: number;
  /** To the rates of other contenders in the same rounds, by their names. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** Those that others are compared with, and how that is written. */
const BASES: readonly {
  readonly name: string;
  readonly title: string;
  readonly format: (ratio: number) => string;
  /** Whether it has its column even if it takes no part. */
  readonly always?: true;
}[] = [
  { name: "pure-js", title: "to pure-js", format: times, always: true },
  { name: "pure-js-f64", title: "to pure-js-f64", format: times, always: true },
  { name: "peak", title: "of peak", format: percent, always: true },
  { name: "gemm", title: "of gemm", format: percent },
  { name: "gemm-cube", title: "of gemm-cube", format: percent },
];

/** One array of `{ workload, contender, perSecond, unit, gflops? }`. */
export function toJson(rows: readonly Row[]): string {
  const facts = rows.map(({ workload, contender, perSecond, unit, gflops }) => ({
    workload,
    contender,
    perSecond,
    unit,
    ...(gflops === undefined ? {} : { gflops }),
  }));
  return JSON.stringify(facts, null, 2);
}

/** Aligned columns, an empty line between workloads. */
export function toTable(rows: readonly Row[]): string {
  const bases = basesOf(rows);
  const head = ["workload", "contender", "rate", "GFLOP/s", ...bases.map(({ title }) => title)];
  const cells = rows.map((row) => [
    row.workload,
    row.contender,
    `${short(row.perSecond)} ${row.unit}/s`,
    row.gflops === undefined ? "" : row.gflops.toFixed(1),
    ...bases.map((base) => compared(row, base)),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const lines = [line(head)];
  let last = "";
  cells.forEach((row, i) => {
    const workload = rows[i]?.workload ?? "";
    if (workload !== last) lines.push("");
    lines.push(line(workload === last ? ["", ...row.slice(1)] : row));
    last = workload;
  });
  return lines.join("\n");
}

/** A line for each workload: what the README shows. */
export function toMarkdown(rows: readonly Row[]): string {
  const bases = basesOf(rows);
  const rates = ["layerwise", "layerwise-2t", "pure-js", "pure-js-f64"];
  const head = ["workload", ...rates, "2 threads to 1", ...bases.map(({ title }) => title)];
  const lines = [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:")))];
  for (const workload of new Set(rows.map((row) => row.workload))) {
    const of = (name: string) =>
      rows.find((row) => row.workload === workload && row.contender === name);
    const ours = of("layerwise");
    lines.push(
      line([
        workload,
        ...rates.map((name) => rate(of(name))),
        of("layerwise-2t") === undefined ? "" : times(of("layerwise-2t")?.ratios.layerwise ?? 0),
        ...bases.map((base) => (ours === undefined ? "" : compared(ours, base))),
      ]),
    );
  }
  return lines.join("\n");
}

/** Those of all tables, and those of whom there is a row. */
function basesOf(rows: readonly Row[]): typeof BASES {
  return BASES.filter(
    ({ name, always }) => always || rows.some(({ contender }) => contender === name),
  );
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function compared({ ratios }: Row, { name, format }: (typeof BASES)[number]): string {
  const ratio = ratios[name];
  return ratio === undefined ? "" : format(ratio);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

/** "4.92×" */
export function times(ratio: number): string {
  return `${ratio.toFixed(ratio >= 10 ? 1 : 2)}×`;
}

function rate(row: Row | undefined): string {
  if (row === undefined) return "";
  return row.gflops === undefined
    ? `${short(row.perSecond)} ${row.unit}/s`
    : `${row.gflops.toFixed(1)} GFLOP/s`;
}

/** Three significant digits and a thousand's letter. */
export function short(value: number): string {
  for (const [scale, letter] of [
    [1e9, " G"],
    [1e6, " M"],
    [1e3, " k"],
  ] as const) {
    if (value >= scale) return `${digits(value / scale)}${letter}`;
  }
  return digits(value);
}

function digits(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
