// Callbacks that tell how training goes: a table in CSV, a line in the terminal.

import { writeText } from "#platform";
import { checkOptions, checkThat } from "../../options.ts";
import type { Callback, Logs } from "../callbacks.ts";

export interface CSVLoggerOptions {
  /** A file (Node), written anew by each fit. */
  readonly path?: string;
  /** Gets each line, its line break included; awaited. */
  readonly write?: (line: string) => void | Promise<void>;
  /** Default: ",". */
  readonly separator?: string;
  /** Goes on in the file, and in the text, without another header. Default: false. */
  readonly append?: boolean;
}

/** A callback that keeps what it has written. */
export interface CSVLogger extends Callback {
  /** All lines so far: epoch, then loss, metrics, and those of the validation. */
  readonly text: string;
}

/**
 * Collects the logs of all epochs as CSV: in `text`, and in a file or by a function as they come.
 * @throws LayerwiseError `unknownName`, `invalidArgument`; `fileUnreadable` if the file can't be written
 */
export function csvLogger(options: CSVLoggerOptions = {}): CSVLogger {
  const where = "csvLogger";
  checkOptions(where, options, ["path", "write", "separator", "append"]);
  const { path, write, separator = ",", append = false } = options;
  checkThat(typeof separator === "string", where, "separator as a text", separator);
  checkThat(path === undefined || typeof path === "string", where, "path as a text", path);
  const isFunction = write === undefined || typeof write === "function";
  checkThat(isFunction, where, "write as a function", write);
  let text = "";
  let columns: readonly string[] = [];
  let fresh = true;
  const put = async (cells: readonly (string | number)[]) => {
    const line = `${cells.join(separator)}\n`;
    text += line;
    await write?.(line);
    if (path !== undefined) await writeText(path, line, !fresh || append);
    fresh = false;
  };
  return {
    get text() {
      return text;
    },
    onTrainBegin() {
      if (append) return;
      text = "";
      columns = [];
      fresh = true;
    },
    async onEpochEnd(epoch, logs) {
      if (columns.length === 0) {
        columns = Object.keys(logs);
        if (!append || (path === undefined && fresh)) await put(["epoch", ...columns]);
      }
      await put([epoch, ...columns.map((it) => logs[it] ?? "")]);
    },
  };
}

export interface ProgressLineOptions {
  /** Gets the text that replaces the line: "\r…", and "\n" at the end. Default: the terminal's, in Node. */
  readonly write?: (text: string) => void;
  /** How many epochs there will be, to be shown. */
  readonly epochs?: number;
}

/**
 * One line that is replaced after each epoch: its number, loss and metrics, and how long it took.
 * @throws LayerwiseError `unknownName`, `invalidArgument` without `write` where there is no terminal
 */
export function progressLine(options: ProgressLineOptions = {}): Callback {
  const where = "progressLine";
  checkOptions(where, options, ["write", "epochs"]);
  const { write = terminal(), epochs } = options;
  checkThat(typeof write === "function", where, "write as a function", write);
  let width = 0;
  let start = 0;
  return {
    onEpochBegin() {
      start = performance.now();
    },
    onEpochEnd(epoch, logs) {
      const number = epochs === undefined ? `${epoch + 1}` : `${epoch + 1}/${epochs}`;
      const line = `epoch ${number}  ${show(logs)}  ${Math.round(performance.now() - start)} ms`;
      // Spaces over what was longer.
      write(`\r${line.padEnd(width)}`);
      width = line.length;
    },
    onTrainEnd() {
      if (width > 0) write("\n");
      width = 0;
    },
  };
}

function show(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join("  ");
}

interface Terminal {
  readonly process?: { readonly stdout?: { readonly write?: (text: string) => unknown } };
}

/** Where Node's text goes, if there is any. */
function terminal(): ((text: string) => void) | undefined {
  const { stdout } = (globalThis as Terminal).process ?? {};
  return stdout?.write && ((text) => void stdout.write?.(text));
}
