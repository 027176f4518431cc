// Takes the time, with tinybench. Contenders take turns, round after round, so that a noisy moment of the
// machine meets all of them; what is compared is compared within a round.

import { Bench } from "tinybench";
import type { Runner } from "./contender.ts";

export interface MeasureOptions {
  readonly rounds: number;
  /** How long each contender runs in each round, at least one call. */
  readonly milliseconds: number;
  /** The clock, in milliseconds. Default: performance.now. */
  readonly now?: () => number;
}

/** A timed iteration is made at least so long, of many calls if need be: the clock has a grain. */
const ITERATION_MS = 2;

/** Units per second of each runner (by name) in each round. */
export async function measure(
  runners: ReadonlyMap<string, Runner>,
  { rounds, milliseconds, now = () => performance.now() }: MeasureOptions,
): Promise<Map<string, number[]>> {
  const turns = [];
  for (const [name, runner] of runners) {
    turns.push({ name, turn: await warmUp(runner, milliseconds, now), rates: [] as number[] });
  }
  for (let round = 0; round < rounds; round++) {
    // Another one starts each round, so that nobody always follows the same neighbour.
    for (let i = 0; i < turns.length; i++) {
      const entry = turns[(round + i) % turns.length];
      entry?.rates.push(await entry.turn());
    }
  }
  return new Map(turns.map(({ name, rates }) => [name, rates]));
}

/** Runs until compiled and as long as a turn; gives a function that takes one turn. */
async function warmUp(
  runner: Runner,
  milliseconds: number,
  now: () => number,
): Promise<() => Promise<number>> {
  const async = isPromise(runner.run());
  if (async) await runner.run();
  let calls = 0;
  const start = now();
  do {
    // One `await` too many would count for short synchronous calls.
    if (async) await runner.run();
    else runner.run();
    calls++;
  } while (now() - start < milliseconds);
  const perCall = (now() - start) / calls;
  const repeats = Math.max(1, Math.round(ITERATION_MS / perCall));
  const { run } = runner;
  const iteration = async
    ? async () => {
        for (let i = 0; i < repeats; i++) await run();
      }
    : () => {
        for (let i = 0; i < repeats; i++) run();
      };
  return async () => {
    const bench = new Bench({
      time: milliseconds,
      iterations: 1,
      warmup: false,
      now,
      throws: true,
    });
    bench.add("turn", iteration, { async });
    const [task] = await bench.run();
    const result = task?.result;
    if (result === undefined || !("latency" in result))
      throw new Error("bench: nothing was measured");
    // The mean: a median would forgive a disturbance to short iterations, but not to long ones.
    return (runner.unitsPerCall * repeats * 1000) / result.latency.mean;
  };
}

/**
 * The CPU time of this process, in milliseconds: for a machine that is busy with other things. Counts all
 * of the process' threads, so it says nothing of contenders that use several.
 */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median over rounds of `rates` ÷ `base`: both of one round met the same noise. */
export function ratio(rates: readonly number[], base: readonly number[]): number {
  return median(rates.map((rate, round) => rate / (base[round] ?? Number.NaN)));
}
