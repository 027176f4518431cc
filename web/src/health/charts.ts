// The three charts: loss, metric, and each layer's probe.

import { type RGB, rgb } from "../draw/palette.ts";
import type { Frame, Measure } from "../protocol.ts";
import type { Recipe } from "../recipe.ts";
import type { Branch } from "../session.svelte.ts";
import { digits, metric } from "../words.ts";
import {
  type Curve,
  dashOf,
  lossCurves,
  metricCurves,
  metricRange,
  probeCurves,
  valuesOf,
} from "./curves.ts";
import type { Ghost, Line, Plot } from "./plot.ts";

/** The page's tokens that charts are drawn in, as #rrggbb. */
export const chartTokens = ["--ink", "--accent", "--edge", "--ink-3", "--line"] as const;
type ChartColors = readonly [ink: string, accent: string, edge: string, text: string, grid: string];

export interface ChartModel {
  readonly title: string;
  /** What it is, for those who don't know. */
  readonly says: string;
  readonly curves: readonly Curve[];
  readonly plot: Plot;
}

export interface ChartSource {
  readonly measures: readonly Measure[];
  readonly branches: readonly Branch[];
  readonly frame: Frame | undefined;
  readonly recipe: Recipe;
  readonly quantities: boolean;
  /** Which points test. */
  readonly scored: string;
  /** Whether the loss has a logarithmic scale. */
  readonly log: boolean;
  readonly colors: ChartColors;
}

export function chartsOf(source: ChartSource): readonly ChartModel[] {
  const { measures, branches, frame, recipe, quantities, scored, log, colors } = source;
  const [ink, accent, edge, text, grid] = colors;
  const common = {
    steps: measures.map((it) => it.step),
    end: frame?.end ?? 0,
    step: frame?.step ?? 0,
    changes: recipe.changes.map((it) => it.step),
    colors: { text, grid, ghost: edge, now: accent },
  };
  const parts = (curves: readonly Curve[], isLog: boolean) => ({
    lines: curves.map((curve, i): Line => {
      const style =
        i === 0 ? { color: ink, dash: [], width: 2 } : { color: accent, dash: [7, 4], width: 1.75 };
      return { label: curve.label, ...style, values: valuesOf(measures, curve, isLog) };
    }),
    ghosts: branches.map((branch, i): Ghost => {
      const [test] = curves;
      return {
        label: `Branch ${i + 1}`,
        dash:
          [
            [2, 3],
            [9, 3, 2, 3],
            [13, 4],
          ][i % 3] ?? [],
        steps: branch.measures.map((it) => it.step),
        values: test ? valuesOf(branch.measures, test, isLog) : [],
      };
    }),
  });
  const score = (value: number) => metric(value, quantities);
  const tick = (value: number) => metric(value, quantities, quantities ? 1 : 0);
  const range = (low: number | null) => metricRange(low, quantities);
  const probes = probeCurves(frame?.layers ?? []);
  const shade = ramp(edge, accent, probes.length);
  return [
    {
      title: "Loss",
      says: "What training makes small: how far the answers are off.",
      curves: lossCurves,
      plot: {
        ...common,
        ...parts(lossCurves, log),
        log,
        format: digits,
        tick: digits,
        range: lossRange,
      },
    },
    {
      title: quantities ? "R²" : "Accuracy",
      says: quantities
        ? `The share of the ups and downs that the answers explain: 1 is all. Tested ${scored}.`
        : `The share of right answers. Tested ${scored}.`,
      curves: metricCurves,
      plot: { ...common, ...parts(metricCurves, false), log: false, format: score, tick, range },
    },
    {
      title: "How simple the task has become, layer by layer",
      says: quantities
        ? `What a probe, a straight fit made behind each layer, explains ${scored}.`
        : `What a probe, a straight boundary fitted behind each layer (logistic regression), gets right ${scored}.`,
      curves: probes,
      plot: {
        ...common,
        lines: probes.map((curve, i) => ({
          label: curve.label,
          color: shade(i),
          dash: dashOf(i, probes.length),
          width: i === probes.length - 1 ? 2.25 : 1.75,
          values: valuesOf(measures, curve, false),
        })),
        ghosts: [],
        log: false,
        format: score,
        tick,
        range,
      },
    },
  ];
}

/** From 0, or below where it goes there. */
function lossRange(low: number | null, high: number | null): readonly [number, number] {
  const bottom = Math.min(0, low ?? 0);
  return [bottom, Math.max(high ?? 1, bottom + 1e-6) * 1.05];
}

/** Colors from one to another, the deeper the closer to the other. */
function ramp(from: string, to: string, count: number): (index: number) => string {
  const [a, b] = [rgb(from), rgb(to)];
  return (index) => {
    const share = index / Math.max(count - 1, 1);
    const at = (i: keyof RGB & (0 | 1 | 2)) => Math.round(a[i] + (b[i] - a[i]) * share);
    return `rgb(${at(0)} ${at(1)} ${at(2)})`;
  };
}
