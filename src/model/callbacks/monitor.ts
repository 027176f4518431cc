// Watching one number of the logs: which way is better, and by how much.

import { fail } from "../../errors.ts";
import { checkName, checkThat } from "../../options.ts";
import type { Logs } from "../callbacks.ts";

/** What a callback watches. */
export interface MonitorOptions {
  /** What to watch. Default: "valLoss". */
  readonly monitor?: string;
  /** What counts as an improvement. Default: 0. */
  readonly minDelta?: number;
  /** "auto": larger is better for accuracies, precision, recall, f1Score, auc and r2, smaller for the rest. */
  readonly mode?: "auto" | "min" | "max";
}

const RISING = /accuracy$|^(val)?(r2|auc|precision|recall|f1Score)$/i;

export class Monitor {
  readonly #where: string;
  readonly #name: string;
  readonly #minDelta: number;
  readonly #rises: boolean;

  /** @throws LayerwiseError `unknownName`, `invalidArgument` */
  constructor(where: string, options: MonitorOptions) {
    const { monitor = "valLoss", minDelta = 0, mode = "auto" } = options;
    checkThat(Number.isFinite(minDelta), where, "a finite minDelta", minDelta);
    checkName(where, "mode", mode, ["auto", "min", "max"]);
    this.#where = where;
    this.#name = monitor;
    this.#minDelta = minDelta;
    this.#rises = mode === "max" || (mode === "auto" && RISING.test(monitor));
  }

  /**
   * The number watched.
   * @throws LayerwiseError `unknownName` if nothing of that name is measured
   */
  read(logs: Logs): number {
    const value = logs[this.#name];
    if (value !== undefined) return value;
    const where = `${this.#where}({ monitor })`;
    throw fail("unknownName", { where, kind: "log", got: this.#name, known: Object.keys(logs) });
  }

  /** Whether `value` is better than `best`; any value is better than NaN, which stands for none so far. */
  improves(value: number, best: number): boolean {
    const gain = this.#rises ? value - best : best - value;
    return Number.isNaN(best) || gain > this.#minDelta;
  }
}
