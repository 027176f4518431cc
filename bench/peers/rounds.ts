// Takes the time of one workload: contenders take turns, round after round, so that a noisy moment of the
// machine meets all of them; what is compared is compared within a round.

import { median, ratio } from "../harness/measure.ts";
import { type Losses, type Unavailable, unavailable } from "./contender.ts";
import type { Contender } from "./contenders.ts";
import { type PeerProcess, start } from "./process.ts";
import type { ReadyRunner, Turn } from "./protocol.ts";
import type { Task } from "./task.ts";

/** Many short rounds rather than few long ones; fewer than three are no median. */
const ROUNDS = { least: 3, most: 15 };
const TURN_MS = 100;
/** Whose turn takes longer, has had enough of them after the fewest rounds. */
const SLOW_MS = 400;

/** What one contender did on one workload. */
export interface Measured {
  readonly contender: string;
  readonly version: string;
  /** Units per second. */
  readonly perSecond: number;
  /** To the base's in the same rounds. */
  readonly ratio: number | undefined;
  readonly losses: Losses | undefined;
  readonly result: Float32Array | undefined;
}

/** One who does not take part, and why. */
export interface Absent extends Unavailable {
  readonly contender: string;
}

export interface RoundsOptions {
  readonly contenders: readonly Contender[];
  /** About how long to measure all of them together. */
  readonly milliseconds: number;
  /** The contender that others are compared with. */
  readonly base: string;
  /** Count the processes' CPU time. */
  readonly cpuTime: boolean;
}

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly child: PeerProcess;
  readonly ready: ReadyRunner;
  readonly turns: Turn[];
}

export async function measureTask(
  task: Task,
  { contenders, milliseconds, base, cpuTime }: RoundsOptions,
): Promise<{ readonly measured: readonly Measured[]; readonly absent: readonly Absent[] }> {
  const entries: Entry[] = [];
  const absent: Absent[] = [];
  try {
    for (const contender of contenders) {
      const entry = await enter(contender, task);
      if ("turns" in entry) entries.push(entry);
      else absent.push(entry);
    }
    await takeTurns(entries, milliseconds, cpuTime);
  } finally {
    await Promise.all(entries.map(({ child }) => child.end()));
  }
  const rates = ({ turns }: Entry) => turns.map(({ rate }) => rate);
  const baseEntry = entries.find(({ name }) => name === base);
  const measured = entries.map((entry) => ({
    contender: entry.name,
    version: entry.version,
    perSecond: median(rates(entry)),
    ratio: baseEntry && ratio(rates(entry), rates(baseEntry)),
    losses: entry.ready.losses,
    result: entry.ready.result,
  }));
  return { measured, absent };
}

async function enter(contender: Contender, task: Task): Promise<Entry | Absent> {
  const { name } = contender;
  const { hello, child } = await start(contender);
  const refuse = async ({ unavailable }: Unavailable) => {
    await child?.end();
    return { contender: name, unavailable };
  };
  if (child === undefined || "unavailable" in hello) {
    return refuse("unavailable" in hello ? hello : { unavailable: "not started" });
  }
  const ready = await child.prepare(task).catch(({ message }: Error) => unavailable(message));
  if ("unavailable" in ready) return refuse(ready);
  return { name, version: hello.version, child, ready, turns: [] };
}

async function takeTurns(
  entries: readonly Entry[],
  milliseconds: number,
  cpuTime: boolean,
): Promise<void> {
  const begin = performance.now();
  for (let round = 0; round < ROUNDS.most; round++) {
    const least = round < ROUNDS.least;
    if (!least && performance.now() - begin > milliseconds) return;
    // Another one starts each round, so that nobody always follows the same neighbour.
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[(round + i) % entries.length];
      if (entry === undefined) continue;
      const last = entry.turns.at(-1)?.milliseconds ?? 0;
      if (!least && last > SLOW_MS) continue;
      entry.turns.push(await entry.child.turn(TURN_MS, cpuTime));
    }
  }
}
