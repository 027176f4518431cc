// A contender's process, seen by the parent: requests and replies, one at a time.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { unavailable } from "./contender.ts";
import type { Contender } from "./contenders.ts";
import { decode, encode, type Hello, type Ready, type Turn } from "./protocol.ts";
import type { Task } from "./task.ts";

/** Those whose Python is tried, the first that has the module is taken. */
const PYTHONS = [process.env.PEERS_PYTHON, "python3", "/usr/bin/python3"];

const pythons = new Map<string, string | undefined>();

/** Starts a contender's process; its first word says whether it can play. */
export async function start(
  contender: Contender,
): Promise<{ readonly hello: Hello; readonly child: PeerProcess | undefined }> {
  const command = commandOf(contender);
  if (command === undefined) {
    return { hello: unavailable(`no python3 with ${contender.library}`), child: undefined };
  }
  const child = new PeerProcess(contender.name, command);
  const hello = (await child.reply()) as Hello;
  return { hello, child };
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

function commandOf({ name, threads, start }: Contender): Command | undefined {
  if ("node" in start) {
    const child = fileURLToPath(new URL("child.mjs", import.meta.url));
    // The flags of this process too: with V8's, the children are what is measured.
    return {
      program: process.execPath,
      args: [...process.execArgv, child, name],
      env: process.env,
    };
  }
  const program = pythonWith(start.python);
  if (program === undefined) return undefined;
  const script = fileURLToPath(new URL("../../bench/peers/child.py", import.meta.url));
  return { program, args: [script, start.python, `${threads}`], env: pythonEnvironment(threads) };
}

/**
 * The numeric libraries below Python choose for themselves, but for their threads. Those of OpenMP must not
 * spin when they wait: with as many threads as cores they would keep OpenBLAS' own from the cores.
 */
function pythonEnvironment(threads: number): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(OPENBLAS|MKL|OMP)_/.test(name));
  const counts = ["OPENBLAS", "MKL", "OMP"].map((it) => [`${it}_NUM_THREADS`, `${threads}`]);
  return Object.fromEntries([...own, ...counts, ["OMP_WAIT_POLICY", "PASSIVE"]]);
}

function pythonWith(module: string): string | undefined {
  if (!pythons.has(module)) {
    const found = PYTHONS.find((program) => program !== undefined && hasModule(program, module));
    pythons.set(module, found);
  }
  return pythons.get(module);
}

function hasModule(program: string, module: string): boolean {
  try {
    execFileSync(program, ["-c", `import numpy, ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export class PeerProcess {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #replies: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  constructor(name: string, { program, args, env }: Command) {
    this.#name = name;
    // Libraries warn on stderr; what matters comes as a reply.
    const stderr = process.env.PEERS_DEBUG === undefined ? "ignore" : "inherit";
    const child = spawn(program, args, { env, stdio: ["pipe", "pipe", stderr] });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#replies = this.#lines[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve) => child.once("close", resolve));
    // A child that dies while it is written to: its missing reply says so.
    child.stdin.once("error", () => {});
    child.once("error", () => this.#lines.close());
  }

  prepare(task: Task): Promise<Ready> {
    this.#process.stdin?.write(encode({ prepare: task }));
    return this.reply() as Promise<Ready>;
  }

  turn(milliseconds: number, cpuTime: boolean): Promise<Turn> {
    this.#process.stdin?.write(encode({ turn: milliseconds, cpuTime }));
    return this.reply() as Promise<Turn>;
  }

  /** The next line that is a message; a library may have written others. */
  async reply(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#replies.next();
      if (done)
        throw new Error(`peers: ${this.#name} ended without a reply (PEERS_DEBUG=1 shows why)`);
      if (value.startsWith("{")) return decode(value);
    }
  }

  async end(): Promise<void> {
    this.#process.stdin?.end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 2000);
    await this.#ended;
    clearTimeout(timer);
  }
}
