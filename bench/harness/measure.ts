// Takes the time, with tinybench. Contenders take turns, round after round, so that a noisy moment of the
// machine meets all of them; what is compared is compared within a round. Knows no workload.

import { Bench } from "tinybench";
import type { Runner } from "./contender.ts";

export interface MeasureOptions {
  /** About how long to measure all runners together: as many rounds as fit, within bounds. */
  readonly milliseconds: number;
  /** The clock, in milliseconds. Default: performance.now. */
  readonly now?: () => number;
  /** Called before each turn, with the share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Until V8 has compiled everything for good. */
const WARM_UP_MS = 100;
/** Many short rounds rather than few long ones: noise comes and goes within a second. */
const TURN_MS = 20;
/** Calls that are not counted come first for so long, unless a call is a long one itself. */
const SETTLE_MS = 100;
const LONG_MS = 500;
/** A median of fewer says little; of more, little more. */
const ROUNDS = { least: 5, most: 31 };
/** A timed iteration is made at least so long, of many calls if need be: the clock has a grain. */
const ITERATION_MS = 2;

/** Units per second of each runner (by name) in each round. */
export async function measure(
  runners: ReadonlyMap<string, Runner>,
  { milliseconds, now = () => performance.now(), onProgress }: MeasureOptions,
): Promise<Map<string, number[]>> {
  const entries = [];
  for (const [name, runner] of runners) {
    entries.push({ name, runner, rates: [] as number[], ...(await warmUp(runner, now)) });
  }
  const turn = Math.max(TURN_MS, milliseconds / (runners.size * ROUNDS.most));
  const perRound = entries.reduce((sum, { perCall }) => sum + Math.max(turn, perCall), 0);
  const fit = Math.floor(milliseconds / perRound);
  const rounds = Math.min(ROUNDS.most, Math.max(ROUNDS.least, fit));
  for (let round = 0; round < rounds; round++) {
    // Another one starts each round, so that nobody always follows the same neighbour.
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[(round + i) % entries.length];
      onProgress?.((round + i / entries.length) / rounds);
      entry?.rates.push(await takeTurn(entry, turn, now));
    }
  }
  return new Map(entries.map(({ name, rates }) => [name, rates]));
}

/** What the first calls of a runner tell. */
interface Warm {
  /** Milliseconds that one call takes. */
  readonly perCall: number;
  readonly async: boolean;
}

/** Runs ever more calls, until all is compiled. */
async function warmUp({ run }: Runner, now: () => number): Promise<Warm> {
  let async = false;
  const begin = now();
  for (let calls = 1; ; calls *= 2) {
    const start = now();
    for (let i = 0; i < calls; i++) {
      // One `await` too many would count for short synchronous calls.
      const result = run();
      async = isPromise(result);
      if (async) await result;
    }
    const end = now();
    if (end - begin >= WARM_UP_MS) return { perCall: (end - start) / calls, async };
  }
}

/** Units per second over one turn. */
async function takeTurn(
  { runner, perCall, async }: Warm & { readonly runner: Runner },
  time: number,
  now: () => number,
): Promise<number> {
  const { run, unitsPerCall } = runner;
  const calls = Math.max(1, Math.round(ITERATION_MS / perCall));
  const iteration = async
    ? async () => {
        for (let i = 0; i < calls; i++) await run();
      }
    : () => {
        for (let i = 0; i < calls; i++) run();
      };
  // While the others had their turns the caches were filled with theirs, and a second core fell asleep.
  if (perCall < LONG_MS) for (const end = now() + SETTLE_MS; now() < end; ) await run();
  const bench = new Bench({ time, iterations: 1, warmup: false, now, throws: true });
  bench.add("turn", iteration, { async });
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !("latency" in result))
    throw new Error("bench: nothing was measured");
  // The mean: a median would forgive a disturbance to short iterations, but not to long ones.
  return (unitsPerCall * calls * 1000) / result.latency.mean;
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
