// Results as a picture: a panel for each workload, a bar for each contender, the longest on top. One SVG
// without scripts, so that it can stand in a README; light or dark as the reader's system is. It paints its
// own ground, for the page around it may be of the other kind.

import { short } from "../harness/report.ts";
import type { PeerRow, Results } from "./results.ts";

interface Panel {
  readonly workload: string;
  readonly title: string;
  readonly subtitle: string;
}

const PANELS: readonly Panel[] = [
  {
    workload: "train-2-8-8-1",
    title: "Train a small network, 2-8-8-1",
    subtitle: "tanh, SGD, batches of 10 · samples/s",
  },
  {
    workload: "train-784-256-128-10",
    title: "Train a medium one, 784-256-128-10",
    subtitle: "ReLU, Adam, batches of 64 · samples/s",
  },
  {
    workload: "train-1024-1024-1024-10",
    title: "Train a wide one, 1024-1024-1024-10",
    subtitle: "ReLU, Adam, batches of 128 · samples/s",
  },
  {
    workload: "predict-784-256-128-10-batch-256",
    title: "Predict with the medium one",
    subtitle: "256 samples at a time · samples/s",
  },
  {
    workload: "gemm-nn-512",
    title: "Multiply matrices, 512 × 512",
    subtitle: "as in the forward pass · GFLOP/s",
  },
  {
    workload: "gemm-tn-512",
    title: "Multiply, the first one transposed",
    subtitle: "as in a weight's gradient · GFLOP/s",
  },
];

const WIDTH = 960;
const COLUMNS = 2;
const MARGIN = 28;
const GAP = 36;
const HEAD = 88;
const FOOT = 44;
/** Of a panel: title and subtitle above its bars, ticks below. */
const PANEL_HEAD = 46;
const PANEL_FOOT = 34;
const BAR = 13;
const PITCH = 19;
const NAMES = 176;
/** Room for a value behind the longest bar. */
const VALUES = 52;
const COLUMN = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;

const STYLE = `
  svg { --ground: #ffffff; --ink: #1b1f27; --quiet: #596070; --line: #e3e6ec; --ours: #c2410c; --others: #4f6496; --native: #8b97ae; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #14171d; --ink: #e9ecf2; --quiet: #a3abba; --line: #2b313c; --ours: #fb8b4b; --others: #8da1d4; --native: #5f6c87; }
  }
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; font-size: 12px; fill: var(--ink); }
  .ground { fill: var(--ground); }
  .heading { font-size: 19px; font-weight: 650; }
  .title { font-size: 14px; font-weight: 650; }
  .quiet { fill: var(--quiet); }
  .tick { fill: var(--quiet); font-size: 11px; }
  .line { stroke: var(--line); stroke-width: 1; }
  .ours { fill: var(--ours); }
  .others { fill: var(--others); }
  .native { fill: var(--native); }
  .name, .value { font-variant-numeric: tabular-nums; }
  .value { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; }
  .strong { font-weight: 650; }`;

export function toChart({ rows, machine }: Results): string {
  const panels = PANELS.map((panel) => ({ ...panel, bars: barsOf(rows, panel) })).filter(
    ({ bars }) => bars.length > 0,
  );
  const heights: number[] = [];
  panels.forEach(({ bars }, i) => {
    const line = Math.floor(i / COLUMNS);
    const height = PANEL_HEAD + bars.length * PITCH + PANEL_FOOT;
    heights[line] = Math.max(heights[line] ?? 0, height);
  });
  const top = (line: number) => HEAD + heights.slice(0, line).reduce((sum, it) => sum + it + 14, 0);
  const height = top(heights.length) + FOOT;
  const { node, cpu, cores, date } = machine;
  const where = `Node ${node}, ${cpu}, ${cores} cores, ${date}. One thread each unless it says otherwise. Logarithmic scales.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">The speed of Layerwise and of other libraries</title>
<desc id="description">${escaped(`${panels.map(inWords).join(" ")} ${where}`)}</desc>
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="12"/>
<text class="heading" x="${MARGIN}" y="40">Layerwise and others, longer is faster</text>
${legend(64)}
${panels.map((panel, i) => drawPanel(panel, MARGIN + (i % COLUMNS) * (COLUMN + GAP), top(Math.floor(i / COLUMNS)))).join("\n")}
<text class="quiet" x="${MARGIN}" y="${height - 22}">${escaped(where)}</text>
</svg>
`;
}

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly kind: Kind;
}

type Kind = "ours" | "others" | "native";

const LEGEND: readonly (readonly [Kind, string])[] = [
  ["ours", "Layerwise"],
  ["others", "JavaScript and WebAssembly"],
  ["native", "native code, not for browsers"],
];

function barsOf(rows: readonly PeerRow[], { workload }: Panel): Bar[] {
  return rows
    .filter((row) => row.workload === workload)
    .map(({ contender, perSecond, gflops }) => ({
      name: nameOf(contender),
      value: gflops ?? perSecond,
      kind: kindOf(contender),
    }))
    .sort((a, b) => b.value - a.value);
}

function kindOf(contender: string): Kind {
  if (contender.startsWith("layerwise")) return "ours";
  return /^(pytorch|numpy)/.test(contender) ? "native" : "others";
}

function nameOf(contender: string): string {
  return contender
    .replace(/^layerwise/, "Layerwise")
    .replace(/^pytorch/, "PyTorch")
    .replace(/^numpy/, "NumPy")
    .replace(/^convnetjs/, "ConvNetJS")
    .replace(/^pure-js-f64/, "plain JS, doubles")
    .replace(/^pure-js/, "plain JS")
    .replace(/-tuned/, ", tuned")
    .replace(/-2t$/, ", 2 threads")
    .replace(/-fast$/, ", fast mode");
}

function inWords({ title, subtitle, bars }: Panel & { readonly bars: readonly Bar[] }): string {
  const values = bars.map(({ name, value }) => `${name} ${short(value)}`).join(", ");
  return `${title} (${subtitle}): ${values}.`;
}

function legend(y: number): string {
  let x = MARGIN;
  return LEGEND.map(([kind, text]) => {
    const at = x;
    // About as wide as the text will be.
    x += 24 + text.length * 6.6 + 18;
    return `<rect class="${kind}" x="${at}" y="${y - 10}" width="12" height="12" rx="3"/><text class="quiet" x="${at + 18}" y="${y}">${text}</text>`;
  }).join("");
}

function drawPanel(
  { title, subtitle, bars }: Panel & { readonly bars: readonly Bar[] },
  left: number,
  top: number,
): string {
  const values = bars.map(({ value }) => value);
  // Whole decades; a bar of the least one begins half a decade below, or it would have no length.
  const low = Math.floor(Math.log10(Math.min(...values)) - 0.3);
  const high = Math.log10(Math.max(...values));
  const width = COLUMN - NAMES - VALUES;
  const length = (value: number) => ((Math.log10(value) - low) / (high - low)) * width;
  const x = left + NAMES;
  const first = top + PANEL_HEAD;
  const bottom = first + bars.length * PITCH;
  const ticks = Array.from({ length: Math.floor(high) - low + 1 }, (_, i) => low + i).map(
    (decade) => {
      const at = round(x + length(10 ** decade));
      return `<line class="line" x1="${at}" y1="${first - 4}" x2="${at}" y2="${bottom}"/><text class="tick" x="${at}" y="${bottom + 14}" text-anchor="middle">${tick(decade)}</text>`;
    },
  );
  const drawn = bars.map(({ name, value, kind }, i) => {
    const y = first + i * PITCH;
    const end = round(length(value));
    const strong = kind === "ours" ? " strong" : "";
    const middle = y + BAR - 2.5;
    return (
      `<text class="name${strong}" x="${x - 8}" y="${middle}" text-anchor="end">${escaped(name)}</text>` +
      `<rect class="${kind}" x="${x}" y="${y}" width="${end}" height="${BAR}" rx="2.5"/>` +
      `<text class="value${strong}" x="${round(x + end + 6)}" y="${middle}">${short(value)}</text>`
    );
  });
  return [
    "<g>",
    `<text class="title" x="${left}" y="${top + 14}">${escaped(title)}</text>`,
    `<text class="quiet" x="${left}" y="${top + 31}">${escaped(subtitle)}</text>`,
    ...ticks,
    ...drawn,
    "</g>",
  ].join("\n");
}

/** "1", "10", "100", "1 k", … */
function tick(decade: number): string {
  return decade < 0 ? `${10 ** decade}` : short(10 ** decade).replace(/\.0+/, "");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
