// What more than one part of the page hands over as a file.

import { download } from "../download.ts";
import type { Session } from "../session.svelte.ts";

/** The points as CSV. @throws Trouble where there is no run */
export async function saveData(session: Session): Promise<void> {
  download("layerwise-data.csv", await session.ask("exportData", null), "text/csv");
}

/** The curves of the run at hand and of the branches beside it. */
export function saveHistory(session: Session): void {
  download("layerwise-history.json", historyText(session), "application/json");
}

/** All that was measured, with what is needed to train it again. */
export function historyText(session: Pick<Session, "recipe" | "measures" | "branches">): string {
  const runs = [session, ...session.branches].map(({ recipe, measures }) => ({ recipe, measures }));
  return `${JSON.stringify({ format: "layerwise-history", version: 1, runs }, undefined, 1)}\n`;
}
