// The run in the address bar: read when the page opens or the address is changed by hand, written whenever
// training is at rest.

import { defaultSettings } from "../recipe.ts";
import type { Session } from "../session.svelte.ts";
import { messageOf } from "../words.ts";
import { type Linked, LONGEST_LINK, writeLink } from "./link.ts";

const start: Linked = { recipe: { start: defaultSettings, changes: [] }, step: 0, hash: undefined };

/** A run to open, and what was wrong with the address, if anything. */
export interface Address {
  readonly linked: Linked;
  readonly problem?: string;
}

/** What the address asks for, or the usual start. */
export async function readAddress(): Promise<Address> {
  if (location.hash.length < 2) return { linked: start };
  try {
    // Most visitors come without a link: they need not load what reads one.
    const { readLink } = await import("./read-link.ts");
    return { linked: readLink(location.hash) ?? start };
  } catch (error) {
    const problem = `The link could not be read: ${messageOf(error)}.`;
    return { linked: start, problem: `${problem} You see the usual start instead.` };
  }
}

/** The run as it stands. */
export function linkedNow(session: Session): Linked {
  const { recipe, shown } = session;
  const frame = shown ? session.frame : undefined;
  return { recipe, step: frame?.step ?? 0, hash: frame?.hash };
}

/** The whole link, or undefined if it would be too long. */
export function linkOf(linked: Linked): string | undefined {
  const text = writeLink(linked);
  return text.length > LONGEST_LINK ? undefined : `${location.href.split("#")[0]}#${text}`;
}

/** An attachment: writes the address at rest, and follows it where it is changed by hand. */
export function keepAddress(session: Session) {
  return () => {
    const follow = async () => {
      const { linked, problem } = await readAddress();
      session.open(linked.recipe, linked.step, linked.hash);
      if (problem) session.trouble = { code: "unknown", message: problem };
    };
    $effect(() => {
      if (!session.shown || session.playing || session.seeking !== undefined) return;
      const link = linkOf(linkedNow(session));
      const untouched = location.hash === "" && link?.endsWith("#data=circles");
      // One that is too long: no link rather than that of a run before.
      const bare = `${location.pathname}${location.search}`;
      if (!untouched) history.replaceState(null, "", link ?? bare);
    });
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  };
}
