#!/usr/bin/env node
// The command `layerwise`: words in, text and an exit code out. 0: done; 1: failed; 2: not understood;
// 130: stopped by Ctrl-C.

import { readFileSync } from "node:fs";
import { LayerwiseError } from "../index.ts";
import { type Command, parseCommand } from "./args.ts";
import { surfaceOf } from "./color.ts";
import { reason } from "./files.ts";
import { helpText } from "./help.ts";
import { predict } from "./predict.ts";
import type { Terminal } from "./run.ts";
import { train } from "./train.ts";
import { UsageError } from "./usage.ts";

const { stdout, stderr } = process;
/** When nobody says how wide it is. */
const COLUMNS = 80;
const ROWS = 24;

// Whoever reads our output may stop reading: `layerwise … | head`.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  try {
    return await execute(parseCommand(words));
  } catch (error) {
    if (error instanceof UsageError) {
      const help = `layerwise help${error.topic ? ` ${error.topic}` : ""}`;
      stderr.write(`layerwise: ${error.message} See: ${help}\n`);
      return 2;
    }
    stderr.write(`layerwise: ${explain(error)}\n`);
    return 1;
  }
}

async function execute(command: Command): Promise<number> {
  switch (command.command) {
    case "help":
      stdout.write(`${helpText(command.topic, stdout.columns || COLUMNS)}\n`);
      return 0;
    case "version":
      stdout.write(`${version()}\n`);
      return 0;
    case "predict": {
      const note = await predict(command, (text) => stdout.write(text));
      if (note !== undefined) stderr.write(`${note}\n`);
      return 0;
    }
    case "train": {
      const stop = stopOnSignals();
      const { stopped } = await train(command, terminalFor(command.plain), stop);
      return stopped ? 130 : 0;
    }
    default:
      return command satisfies never;
  }
}

function terminalFor(plain: boolean): Terminal {
  const surface = surfaceOf({ isTTY: stdout.isTTY === true, plain, env: process.env });
  // COLUMNS is how a person sets the width where no terminal says it: some say 0.
  const asked = Math.max(0, Number(process.env.COLUMNS) || 0);
  return {
    surface,
    write: (text) => stdout.write(text),
    get columns() {
      return stdout.columns || asked || COLUMNS;
    },
    get rows() {
      return stdout.rows || ROWS;
    },
  };
}

/** Ctrl-C ends training and leads to the report; again, it ends the process. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  const showCursor = () => {
    if (stdout.isTTY) stdout.write("\u001b[?25h");
  };
  process.on("SIGINT", () => {
    if (!controller.signal.aborted) return controller.abort();
    showCursor();
    process.exit(130);
  });
  process.on("SIGTERM", () => {
    showCursor();
    process.exit(143);
  });
  return controller.signal;
}

/** One line for what is the user's to mend; the whole stack for what is ours. */
function explain(error: unknown): string {
  if (error instanceof LayerwiseError && error.code !== "internal") return error.message;
  if (error instanceof Error && "syscall" in error) {
    const { path = "a file" } = error as NodeJS.ErrnoException;
    return `${path}: ${reason(error, "read")}.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function version(): string {
  const file = new URL(import.meta.resolve("layerwise/package.json"));
  return String((JSON.parse(readFileSync(file, "utf8")) as { version: unknown }).version);
}
