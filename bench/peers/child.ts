// The process of one contender: loads it, then prepares and runs what the parent asks for. Usage: node
// child.mjs <contender>; see protocol.ts.

import { createInterface } from "node:readline";
import { cpuTime } from "../harness/measure.ts";
import { type Runner, type Unavailable, unavailable } from "./contender.ts";
import { contenders } from "./contenders.ts";
import { decode, encode, RESULT_LENGTH, type Ready, type Request, type Turn } from "./protocol.ts";

/** Until V8 has compiled everything for good. */
const WARM_UP_MS = 200;
/** A call that takes longer is not made without being counted. */
const FREE_CALL_MS = 100;
/** The clock is read about so often. */
const CHUNK_MS = 5;

let runner: Runner | undefined;
let millisecondsPerCall = 0;

async function main(): Promise<void> {
  // Libraries greet on the console, but stdout belongs to the protocol.
  console.log = console.info = console.warn = console.error;
  const [, , name] = process.argv;
  const contender = contenders.find((it) => it.name === name);
  if (contender === undefined || !("node" in contender.start)) {
    throw new Error(`peers: no contender ${name} that runs in Node`);
  }
  let player: Awaited<ReturnType<typeof contender.start.node>>;
  try {
    player = await contender.start.node();
  } catch (error) {
    process.stdout.write(encode(failure(error)));
    return;
  }
  process.stdout.write(encode({ version: player.version }));
  for await (const line of createInterface({ input: process.stdin })) {
    const request = decode(line) as Request;
    if ("turn" in request) {
      process.stdout.write(
        encode(await turn(request.turn, request.cpuTime ? cpuTime : () => performance.now())),
      );
      continue;
    }
    const prepared = await prepare(() => player.prepare(request.prepare));
    process.stdout.write(encode(prepared));
  }
  // Pools of threads would keep the process.
  process.exit();
}

/** Makes a task ready and warm. */
async function prepare(
  make: () => Runner | Unavailable | Promise<Runner | Unavailable>,
): Promise<Ready> {
  try {
    const made = await make();
    if ("unavailable" in made) return made;
    runner = made;
    await warmUp(made);
  } catch (error) {
    return failure(error);
  }
  const { unitsPerCall, losses, result } = runner;
  return {
    unitsPerCall,
    ...(losses && { losses }),
    ...(result && { result: result.slice(0, RESULT_LENGTH) }),
  };
}

async function warmUp({ run }: Runner): Promise<void> {
  const begin = performance.now();
  for (let calls = 1; ; calls *= 2) {
    const start = performance.now();
    await run(calls);
    const end = performance.now();
    millisecondsPerCall = (end - start) / calls;
    if (end - begin >= WARM_UP_MS) return;
  }
}

async function turn(milliseconds: number, now: () => number): Promise<Turn> {
  if (runner === undefined) throw new Error("peers: a turn before prepare");
  const { run, unitsPerCall } = runner;
  const chunk = Math.max(1, Math.round(Math.min(CHUNK_MS, milliseconds) / millisecondsPerCall));
  // The caches are still full of what the others did, and a second core has fallen asleep: calls that are
  // not counted come first.
  if (millisecondsPerCall < FREE_CALL_MS) {
    for (const end = now() + milliseconds; now() < end; ) await run(chunk);
  }
  const start = now();
  let calls = 0;
  let elapsed = 0;
  do {
    await run(chunk);
    calls += chunk;
    elapsed = now() - start;
  } while (elapsed < milliseconds);
  millisecondsPerCall = elapsed / calls;
  return { rate: (calls * unitsPerCall * 1000) / elapsed, milliseconds: elapsed };
}

function failure(error: unknown): Unavailable {
  return unavailable(error instanceof Error ? error.message : String(error));
}

await main();
