// The error that a call throws, for tests of bad input.

import { LayerwiseError } from "../../src/errors.ts";

/** The code and details of the error that `run` throws. */
export function failure(run: () => unknown): {
  code: string;
  details: Readonly<Record<string, unknown>>;
} {
  try {
    run();
  } catch (error) {
    if (error instanceof LayerwiseError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error("expected an error");
}
