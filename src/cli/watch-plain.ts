// Training as plain text: rows of a table now and then, the maps once at the end.

import { lookLines } from "./look.ts";
import { evenly, plainHead, plainRow, TrainingClock } from "./progress.ts";
import { progressOf, type Run, type Terminal, type Watch } from "./run.ts";
import { measureOf } from "./views.ts";

const ROWS = 10;
/** A long run says something in between, too. */
const SILENCE_MS = 10_000;

export function watchPlainly(run: Run, terminal: Terminal): Watch {
  const clock = new TrainingClock();
  const epochs = evenly(run.epochs, ROWS);
  let saidAt = performance.now();
  const print = (line: string) => terminal.write(`${line}\n`);
  return {
    clock,
    callback: {
      onEpochBegin: () => clock.beginEpoch(),
      onEpochEnd(epoch, logs) {
        clock.endEpoch();
        const now = performance.now();
        if (!epochs.has(epoch + 1) && now - saidAt < SILENCE_MS) return;
        saidAt = now;
        print(plainRow(progressOf(run, clock, epoch + 1, logs), terminal.columns));
      },
    },
    async begin() {
      print(plainHead(measureOf(run.parts.all), terminal.columns));
    },
    end(look) {
      // Bars would only repeat the table that follows.
      if (look.arrangement === undefined) return;
      print("");
      for (const line of lookLines(look, run, terminal)) print(line);
    },
    release() {},
  };
}
