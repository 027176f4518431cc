// Whether targets fit a loss, and what they say about its constants. Knows nothing of data sets:
// targets come as row-major floats.

import { fail } from "../errors.ts";
import { type Loss, losses } from "./table.ts";

/** Targets of shape [rows, width], row by row. */
export interface Targets {
  readonly data: Float32Array;
  readonly width: number;
}

/**
 * Checks that `targets` fit `loss` behind a model of `outputs` outputs: their width, and that class
 * indices are integers from 0 to outputs − 1, binaryCrossentropy's targets numbers from 0 to 1.
 * @throws LayerwiseError `shapeMismatch`, `labelOutOfRange`
 */
export function checkTargets(where: string, loss: Loss, outputs: number, targets: Targets): void {
  const { data, width } = targets;
  const { name } = loss;
  const indices = losses[name].targets === "classIndex";
  if (width !== (indices ? 1 : outputs)) {
    throw fail("shapeMismatch", {
      where,
      expected: indices
        ? `one class index a sample for ${name}`
        : `targets of ${outputs} values a sample, one for each output`,
      got: `${width}`,
      remedy: indices
        ? 'For one-hot targets use the loss "categoricalCrossentropy".'
        : width === 1 && name === "categoricalCrossentropy"
          ? 'For class indices use the loss "sparseCategoricalCrossentropy", or oneHot().'
          : "Give the output layer as many units as the targets have columns.",
    });
  }
  if (!indices && name !== "binaryCrossentropy") return;
  const largest = indices ? outputs - 1 : 1;
  const fits = (it: number) => it >= 0 && it <= largest && (!indices || Number.isInteger(it));
  const bad = data.findIndex((it) => !fits(it));
  if (bad < 0) return;
  throw fail("labelOutOfRange", {
    where,
    row: Math.floor(bad / width),
    value: data[bad],
    required: `${indices ? "an integer" : "a number"} from 0 to ${largest} for ${name}`,
    remedy: indices
      ? "Give the output layer one unit for each class, and number the classes from 0."
      : 'Targets of −1 and 1 suit the loss "hinge", others a regression loss.',
  });
}

/**
 * The constants of the kernel's OP_LOSS. f0: huber's delta. f1: 1 if the loss wants −1 and 1 and
 * all of `targets` are 0 or 1, so that the kernel reads them as −1 and 1; Keras decides so too, but
 * for each batch by itself.
 */
export function lossConstants(loss: Loss, targets: Float32Array): { f0: number; f1: number } {
  const row = losses[loss.name];
  const converts = row.signed === true && targets.every((it) => it === 0 || it === 1);
  return { f0: loss.delta ?? row.delta ?? 0, f1: converts ? 1 : 0 };
}
