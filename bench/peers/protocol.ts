// What parent and child say to each other: one JSON object a line, a reply to each request. Arrays of
// numbers go as base64, so that Python reads them as well as Node.

import type { Losses, Unavailable } from "./contender.ts";
import type { Task } from "./task.ts";

export type Request =
  | { readonly prepare: Task }
  /** Calls for about so many milliseconds, of the process' CPU time if so asked. */
  | { readonly turn: number; readonly cpuTime: boolean };

/** The first line of a child, unasked, when its library is loaded. */
export type Hello = { readonly version: string } | Unavailable;

/** The reply to prepare. */
export type Ready = ReadyRunner | Unavailable;

export interface ReadyRunner {
  readonly unitsPerCall: number;
  /** At most the first RESULT_LENGTH numbers. */
  readonly result?: Float32Array;
  readonly losses?: Losses;
}

/** The reply to turn. */
export interface Turn {
  /** Units per second. */
  readonly rate: number;
  readonly milliseconds: number;
}

/** So many numbers of a result are sent and checked. */
export const RESULT_LENGTH = 4096;

export function encode(message: Request | Hello | Ready | Turn): string {
  return `${JSON.stringify(message, pack)}\n`;
}

export function decode(line: string): unknown {
  return JSON.parse(line, unpack);
}

function pack(_key: string, value: unknown): unknown {
  if (!(value instanceof Float32Array)) return value;
  const { buffer, byteOffset, byteLength } = value;
  return { f32: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
}

function unpack(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("f32" in value)) return value;
  // Copied: a Float32Array wants its bytes aligned, and Buffers come out of a pool.
  return new Float32Array(new Uint8Array(Buffer.from(String(value.f32), "base64")).buffer);
}
