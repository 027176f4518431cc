// What model.step is given and gives; session.ts, which does it, comes with the first data.

import { fail } from "../errors.ts";
import { checkInteger, checkOptions } from "../options.ts";
import type { TrainingData } from "./data.ts";

export interface StepOptions {
  /** What to train on; kept for later calls. Needed the first time. */
  readonly data?: TrainingData;
  /** Default: 32, or all samples if there are fewer. Kept for later calls. */
  readonly batchSize?: number;
  /** Default: true. Kept for later calls. */
  readonly shuffle?: boolean;
}

/** Where training stands after some steps. */
export interface StepResult {
  /** The last batch's loss. */
  readonly loss: number;
  /** Steps since the model was compiled, whole epochs since it began. */
  readonly step: number;
  readonly epoch: number;
}

/**
 * Checks what step was given.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function checkStep(steps: number, options: StepOptions): void {
  const where = "step";
  checkInteger(where, "the number of batches", steps, 0);
  checkOptions(where, options, ["data", "batchSize", "shuffle"]);
  const { data, batchSize, shuffle } = options;
  if (data !== undefined || (batchSize === undefined && shuffle === undefined)) return;
  const required = "batchSize and shuffle together with the data they are for";
  throw fail("invalidArgument", { where, required, got: options });
}
