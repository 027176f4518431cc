// A look through the lens, with maps of the size that the terminal has room for.

import type { Lens } from "../index.ts";
import { type Arrangement, arrange, renderBars, renderMaps } from "./maps.ts";
import { scoreText } from "./progress.ts";
import type { Run, Terminal } from "./run.ts";
import { dotsOf, hasMaps, layerScores, measureOf, pictureOf, windowOn } from "./views.ts";

export interface Look {
  readonly lens: Lens;
  /** Of the maps; undefined where there are none. */
  readonly arrangement: Arrangement | undefined;
}

/** How closely: steps of each probe, samples to train it on, samples to score it on. */
interface Care {
  readonly steps: number;
  readonly train: number;
  readonly test: number;
}

const GLANCE: Care = { steps: 60, train: 400, test: 400 };
const CLOSELY: Care = { steps: 300, train: 10_000, test: Number.MAX_SAFE_INTEGER };

/** Lines below the maps of a live picture: legend, progress, and where the cursor stands. */
const LINES_BELOW = 6;

/** Fast, for pictures that pass by. */
export function glance(run: Run, terminal: Terminal): Promise<Look> {
  return look(run, terminal, GLANCE);
}

/** The figures that are reported. */
export function lookClosely(run: Run, terminal: Terminal): Promise<Look> {
  return look(run, terminal, CLOSELY);
}

async function look({ model, parts }: Run, terminal: Terminal, care: Care): Promise<Look> {
  const { train, test, all } = parts;
  const rows = terminal.surface.live ? terminal.rows - LINES_BELOW : Number.POSITIVE_INFINITY;
  const arrangement = hasMaps(all)
    ? arrange(model.layers.length + 1, terminal.columns, rows)
    : undefined;
  const lens = await model.lens(test.take(Math.min(care.test, test.samples)), {
    train: train.take(Math.min(care.train, train.samples)),
    probeSteps: care.steps,
    resolution: arrangement?.size ?? 0,
    lines: 0,
    ...(arrangement && { plane: windowOn([train, test]) }),
  });
  return { lens, arrangement };
}

/** Maps of all layers; bars where there are none. */
export function lookLines({ lens, arrangement }: Look, run: Run, terminal: Terminal): string[] {
  const { columns, surface } = terminal;
  const { parts } = run;
  if (arrangement && lens.plane) {
    const picture = pictureOf(lens, parts, dotsOf(parts.test, lens.plane));
    return renderMaps(picture, arrangement, columns, surface.color);
  }
  const measure = measureOf(parts.all);
  const rows = layerScores(lens, parts.all).map(({ name, score }) => ({
    name,
    share: score,
    score: scoreText(measure, score),
  }));
  return renderBars(rows, columns, surface.color);
}
