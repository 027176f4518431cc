// The error of a call that is async, or may be: for tests of bad input.

import { LayerwiseError } from "../../src/index.ts";

/** The LayerwiseError that `run` throws or rejects with. */
export async function rejection(run: () => unknown): Promise<LayerwiseError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LayerwiseError) return error;
    throw error;
  }
  throw new Error("expected an error");
}
