// Where training stands, as text: pieces of a line that is redrawn, or rows of a plain table. Pure, but
// for the clock that is handed in.

import type { ColorLevel } from "./color.ts";
import { bar } from "./maps.ts";
import { duration, flow, large, padStart, percent, small, widthOf } from "./text.ts";

/** What there is to say after an epoch. */
export interface Progress {
  /** Epochs done, and to do in all. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** "accuracy", or "R²". */
  readonly measure: string;
  /** On the training part, and on the held-out part. */
  readonly trained: number;
  readonly heldOut: number;
  readonly samplesPerSecond: number;
  readonly leftMs: number;
}

/** "99.5 %" of accuracy, "0.995" of R². */
export function scoreText(measure: string, value: number): string {
  return measure === "R²" ? value.toFixed(3) : percent(value);
}

const LONGEST_BAR = 30;
const SHORTEST_BAR = 10;

/** One line, or a few on a narrow terminal. A bar takes what is left of a wide one. */
export function renderProgress(it: Progress, columns: number, color: ColorLevel): string[] {
  const head = `epoch ${padStart(String(it.epoch), String(it.epochs).length)}/${it.epochs}`;
  const pieces = [
    `loss ${padStart(small(it.loss), 6)}`,
    `${it.measure} ${padStart(scoreText(it.measure, it.trained), 7)}`,
    `held-out ${padStart(scoreText(it.measure, it.heldOut), 7)}`,
    `${padStart(large(it.samplesPerSecond), 5)} samples/s`,
    ...(it.epoch < it.epochs ? [`${padStart(duration(it.leftMs), 6)} left`] : []),
  ];
  const room = Math.min(LONGEST_BAR, columns - widthOf([head, ...pieces].join("  ")) - 2);
  const middle = room < SHORTEST_BAR ? [] : [bar(it.epoch / it.epochs, room, color)];
  return flow([head, ...middle, ...pieces], columns);
}

const TITLES = ["epoch", "loss", "", "held-out", "samples/s", "left"] as const;
const WIDTHS = [9, 9, 10, 10, 11, 8] as const;

/** The head of the plain table, and one of its rows. Columns that don't fit are left out. */
export function plainHead(measure: string, columns: number): string {
  return plainCells(
    TITLES.map((title) => title || measure),
    columns,
  );
}

export function plainRow(it: Progress, columns: number): string {
  const cells = [
    `${it.epoch}/${it.epochs}`,
    small(it.loss),
    scoreText(it.measure, it.trained),
    scoreText(it.measure, it.heldOut),
    large(it.samplesPerSecond),
    it.epoch === it.epochs ? "–" : duration(it.leftMs),
  ];
  return plainCells(cells, columns);
}

function plainCells(cells: readonly string[], columns: number): string {
  let line = "";
  for (const [i, cell] of cells.entries()) {
    const next = line + padStart(cell, WIDTHS[i] ?? 0);
    if (i > 0 && next.length > columns) break;
    line = next;
  }
  return line;
}

/** About `rows` of `epochs` at equal distances, the last one among them. */
export function evenly(epochs: number, rows: number): ReadonlySet<number> {
  return new Set(Array.from({ length: rows }, (_, i) => Math.ceil(((i + 1) * epochs) / rows)));
}

/** At most `most` epochs, dense in the beginning, when most is learned; the last one among them. */
export function milestones(epochs: number, most: number): ReadonlySet<number> {
  const step = (i: number) => Math.round(epochs ** (i / Math.max(1, most - 1)));
  return new Set([...Array.from({ length: most }, (_, i) => step(i)), epochs]);
}

/** Adds up what training alone takes: neither drawing nor waiting. */
export class TrainingClock {
  readonly #now: () => number;
  #start = 0;
  #epochs = 0;
  /** Milliseconds of finished epochs, their held-out evaluation included. */
  trainMs = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  beginEpoch(): void {
    this.#start = this.#now();
  }

  endEpoch(): void {
    this.trainMs += this.#now() - this.#start;
    this.#epochs++;
  }

  get msPerEpoch(): number {
    return this.#epochs === 0 ? 0 : this.trainMs / this.#epochs;
  }

  /** @param samples in one epoch */
  samplesPerSecond(samples: number): number {
    return this.trainMs === 0 ? 0 : (1000 * samples * this.#epochs) / this.trainMs;
  }
}
