// How the charts look: uPlot's options, and what is drawn besides its lines.

import uPlot from "uplot";
import { digits, whole } from "../words.ts";

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly width: number;
  /** At each step of the chart. */
  readonly values: readonly (number | null)[];
}

/** A run that was left, drawn faintly behind the lines. */
export interface Ghost {
  readonly label: string;
  readonly dash: readonly number[];
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface PlotColors {
  readonly text: string;
  readonly grid: string;
  readonly ghost: string;
  readonly now: string;
}

/** What a chart shows. */
export interface Plot {
  readonly steps: readonly number[];
  readonly lines: readonly Line[];
  readonly ghosts: readonly Ghost[];
  /** The furthest step that was trained. */
  readonly end: number;
  /** The step shown. */
  readonly step: number;
  /** Steps at which something was changed. */
  readonly changes: readonly number[];
  readonly colors: PlotColors;
  readonly log: boolean;
  /** How a value reads, and how short at the axis. */
  readonly format: (value: number) => string;
  readonly tick: (value: number) => string;
  /** What the values span, from the least and the largest of them. */
  readonly range: (low: number | null, high: number | null) => readonly [number, number];
}

const FONT = '12px "Inter", system-ui, sans-serif';
const off = () => null;
/**
 * The pointer is followed outside: all charts read at one place, by keyboard too. uPlot then takes each click
 * for the end of a drag, and is told not to swallow it.
 */
const bind = { mousemove: off, mouseenter: off, mouseleave: off, mousedown: off, dblclick: off };

/** `now` gives the plot as it stands when it is drawn. */
export function plotOptions(
  { lines, colors, log }: Plot,
  now: () => Plot,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const axis = {
    stroke: colors.text,
    font: FONT,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    ...size,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, click: off }, bind, points: { size: 7 } },
    scales: {
      x: { time: false, range: () => [0, Math.max(now().end, 1)] },
      y: log
        ? { distr: 3, range: (_, low, high) => uPlot.rangeLog(low ?? 0.1, high ?? 1, 10, false) }
        : { range: (_, low, high) => [...now().range(low, high)] as [number, number] },
    },
    axes: [
      { ...axis, size: 28, space: 70, values: (_, ticks) => ticks.map(stepLabel) },
      {
        ...axis,
        size: 52,
        space: 32,
        values: (_, ticks) => ticks.map((it) => (it === null ? "" : now().tick(it))),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, color, dash, width }) => ({
        label,
        stroke: color,
        width,
        ...(dash.length > 0 && { dash: [...dash] }),
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: {
      drawAxes: [(chart) => inside(chart, () => drawBehind(chart, now()))],
      draw: [(chart) => inside(chart, () => drawNow(chart, now()))],
    },
  };
}

/** 1,500,000 takes no more room than 900. */
function stepLabel(step: number): string {
  if (!Number.isInteger(step)) return "";
  if (step >= 1e6) return `${digits(step / 1e6)} M`;
  return step >= 1e4 ? `${digits(step / 1e3)} k` : whole(step);
}

function inside({ ctx: context, bbox }: uPlot, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(bbox.left - 1, bbox.top, bbox.width + 2, bbox.height);
  context.clip();
  draw();
  context.restore();
}

/** The runs that were left, and a small wedge on the axis for each change. */
function drawBehind(chart: uPlot, { ghosts, changes, colors }: Plot): void {
  const { ctx: context, bbox } = chart;
  const ratio = uPlot.pxRatio;
  context.strokeStyle = colors.ghost;
  context.lineWidth = 1.5 * ratio;
  for (const { steps, values, dash } of ghosts) {
    context.setLineDash(dash.map((it) => it * ratio));
    context.beginPath();
    values.forEach((value, i) => {
      if (value === null) return;
      context.lineTo(chart.valToPos(steps[i] ?? 0, "x", true), chart.valToPos(value, "y", true));
    });
    context.stroke();
  }
  const size = 5 * ratio;
  const base = bbox.top + bbox.height;
  context.fillStyle = colors.text;
  for (const step of changes) {
    const x = chart.valToPos(step, "x", true);
    context.beginPath();
    context.moveTo(x, base - 1.6 * size);
    context.lineTo(x + size, base);
    context.lineTo(x - size, base);
    context.fill();
  }
}

/** A line at the step shown. */
function drawNow(chart: uPlot, { step, colors }: Plot): void {
  const { ctx: context, bbox } = chart;
  const width = 1.5 * uPlot.pxRatio;
  context.fillStyle = colors.now;
  context.globalAlpha = 0.7;
  context.fillRect(chart.valToPos(step, "x", true) - width / 2, bbox.top, width, bbox.height);
}
