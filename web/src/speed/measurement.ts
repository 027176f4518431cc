// What is measured on the visitor's machine, in words, and what the measuring worker says. Plain data:
// the page reads it without the library or the bench.

import type { Row } from "../../../bench/harness/report.ts";

export type { Row };

/** From the measuring worker; it begins by itself and is ended by terminating it. */
export type Message =
  /** About the workload at hand: the share of it that is done, 0 to 1. */
  | { readonly type: "progress"; readonly workload: string; readonly share: number }
  | { readonly type: "measured"; readonly rows: readonly Row[] }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly message: string };

/** The bench's workloads that a page can run, in the order in which they are run. */
export const tasks: readonly {
  readonly workload: string;
  readonly title: string;
  readonly about: string;
}[] = [
  {
    workload: "train-2-8-8-1",
    title: "Train a small network",
    about: "2-8-8-1, as on this page: plain gradient descent, 10 points a step",
  },
  {
    workload: "train-784-256-128-10",
    title: "Train a larger network",
    about: "784-256-128-10, made for small pictures of digits: Adam, 64 pictures a step",
  },
  {
    workload: "predict-784-256-128-10-batch-1",
    title: "Ask the larger network about one picture",
    about: "a single row times each matrix",
  },
  {
    workload: "predict-784-256-128-10-batch-256",
    title: "Ask it about 256 pictures at once",
    about: "whole matrix products",
  },
];

/** Who takes part, by the bench's names. */
export const contenders: Readonly<
  Record<string, { readonly title: string; readonly about: string }>
> = {
  layerwise: {
    title: "Layerwise",
    about: "this page's engine: AssemblyScript, compiled to WebAssembly with SIMD",
  },
  "pure-js": {
    title: "Pure JS",
    about:
      "the same training in plain JavaScript, as a good engineer writes it: Float32Arrays, products in blocks, no allocation while it runs",
  },
  "pure-js-f64": {
    title: "Pure JS, tuned",
    about:
      "the fastest plain JavaScript that we found: blocks of doubles, a smaller tile, a rational function for tanh",
  },
};

/** How far all of it is, 0 to 1, given how far the workload at hand is. */
export function progressOf(workload: string, share: number): number {
  const at = tasks.findIndex((it) => it.workload === workload);
  return (at + share) / tasks.length;
}

/** The fastest rate of a workload: what its bars are drawn against. */
export function fastest(rows: readonly Row[]): number {
  return rows.reduce((most, { perSecond }) => Math.max(most, perSecond), 0);
}
