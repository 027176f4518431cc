// A table that is being chosen: its text, what it holds, which columns are meant, what is wrong with it.

import type { TableReport } from "../protocol.ts";
import type { TableSettings } from "../recipe.ts";
import { MOST_TABLE_TEXT } from "../recipe-schema.ts";
import type { Session } from "../session.svelte.ts";
import { messageOf } from "../words.ts";
import { guessed, readTextFile, type TableChoice } from "./table.ts";

/** Typing pauses for so long before the text is read. */
const PAUSE = 300;

export class TableDraft {
  text = $state.raw("");
  name = $state.raw("pasted table");
  report = $state.raw<TableReport>();
  choice = $state.raw<TableChoice>();
  /** What is wrong, as it was said. */
  problem = $state.raw("");
  busy = $state.raw(false);

  readonly #session: Session;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The visitor types or pastes. */
  type(text: string): void {
    this.text = text;
    this.name = "pasted table";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), PAUSE);
  }

  /** A table that was used before. */
  take({ text, name, ...choice }: TableSettings): Promise<void> {
    this.text = text;
    this.name = name;
    return this.#read(choice);
  }

  async open(file: File): Promise<void> {
    this.name = file.name;
    try {
      this.text = await readTextFile(file, MOST_TABLE_TEXT);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    await this.#read();
  }

  /** The table and its number of classes, if it can be learned from. */
  async use(): Promise<{ readonly table: TableSettings; readonly classes: number } | undefined> {
    const { text, name, choice } = this;
    if (!choice) return undefined;
    const table: TableSettings = { text, name, ...choice };
    this.busy = true;
    try {
      const { classes } = await this.#session.ask("tryTable", table);
      return { table, classes };
    } catch (error) {
      this.problem = messageOf(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  async #read(choice?: TableChoice): Promise<void> {
    const { text } = this;
    this.problem = "";
    if (text.trim() === "") {
      this.report = undefined;
      return;
    }
    try {
      const report = await this.#session.ask("readTable", { text });
      // Another text may have come since.
      if (text !== this.text) return;
      this.report = report;
      this.choice = choice ?? guessed(report);
    } catch (error) {
      if (text === this.text) this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    this.report = undefined;
    this.problem = messageOf(error);
  }
}
