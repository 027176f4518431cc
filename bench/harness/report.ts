// Turns measurements into a table for people, a table for the README, or JSON for machines.

/** One contender in one workload. */
export interface Row {
  readonly workload: string;
  readonly contender: string;
  readonly perSecond: number;
  readonly unit: string;
  /** Products only. */
  readonly gflops?: number;
  /** To the rate of pure-js in the same rounds, if it took part. */
  readonly ratio?: number;
  /** Of the rate of peak in the same rounds, if it took part. */
  readonly share?: number;
}

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
  const head = ["workload", "contender", "rate", "GFLOP/s", "to pure-js", "of peak"];
  const cells = rows.map((row) => [
    row.workload,
    row.contender,
    `${short(row.perSecond)} ${row.unit}/s`,
    row.gflops === undefined ? "" : row.gflops.toFixed(1),
    row.ratio === undefined ? "" : `${row.ratio.toFixed(2)}×`,
    row.share === undefined ? "" : `${(row.share * 100).toFixed(0)} %`,
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
  const lines = [
    "| workload | layerwise | pure JavaScript | ratio | of peak |",
    "|---|--:|--:|--:|--:|",
  ];
  for (const workload of new Set(rows.map((row) => row.workload))) {
    const of = (name: string) =>
      rows.find((row) => row.workload === workload && row.contender === name);
    const ours = of("layerwise");
    lines.push(
      `| ${[
        workload,
        rate(ours),
        rate(of("pure-js")),
        ours?.ratio === undefined ? "" : `${ours.ratio.toFixed(1)}×`,
        ours?.share === undefined ? "" : `${(ours.share * 100).toFixed(0)} %`,
      ].join(" | ")} |`,
    );
  }
  return lines.join("\n");
}

function rate(row: Row | undefined): string {
  if (row === undefined) return "";
  return row.gflops === undefined
    ? `${short(row.perSecond)} ${row.unit}/s`
    : `${row.gflops.toFixed(1)} GFLOP/s`;
}

/** Three significant digits and a thousand's letter. */
function short(value: number): string {
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
