// What the fixtures are asked and what they answer (../fixtures/bits.mjs).

import type { EngineOptions, EngineReport } from "../../../src/index.ts";

export interface Run extends Omit<EngineOptions, "wasm"> {
  readonly wasm?: { readonly form: WasmForm; readonly url: string };
}

export const WASM_FORMS = ["module", "bytes", "url", "response"] as const;
export type WasmForm = (typeof WASM_FORMS)[number];

export interface Result {
  /** SHA-256 of all weights, by net. */
  readonly hashes: Readonly<Record<string, string>>;
  /** On how many threads each net ran. */
  readonly ran: Readonly<Record<string, number>>;
  readonly report: EngineReport;
  readonly ms: number;
}

/** The most that a run may take before its engine is ended. */
export const TIMEOUT = 50_000;

/** Of each result the threads that all its nets ran on. */
export function threadsOf(results: readonly Result[]): (number | string)[] {
  return results.map(({ ran }) => {
    const [first, ...others] = new Set(Object.values(ran));
    return first === undefined || others.length > 0 ? JSON.stringify(ran) : first;
  });
}
