// How much model.json may hold: what is written must be readable again.

export const LONGEST_JSON = 16 * 1024 * 1024;
export const LONGEST_NAME = 10_000;
export const MOST_LAYERS = 1000;
export const MOST_NODES = 10_000;
/** Entries of any other list. */
export const MOST_ENTRIES = 1_000_000;
export const MOST_INPUTS = 2 ** 24;
