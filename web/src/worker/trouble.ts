// Errors as the page is told of them.

import { LayerwiseError } from "layerwise";
import type { Trouble } from "../protocol.ts";

export function troubleOf(error: unknown): Trouble {
  if (error instanceof LayerwiseError) {
    const { code, message } = error;
    const where = whereOf(error);
    return { code, message, ...(where && { where }) };
  }
  return { code: "unknown", message: error instanceof Error ? error.message : String(error) };
}

/** Where a number stopped being finite. */
export function whereOf({ code, details }: LayerwiseError): Trouble["where"] {
  if (code !== "notFinite") return undefined;
  const { layer, role, step, epoch } = details;
  return { layer: String(layer), role: String(role), step: Number(step), epoch: Number(epoch) };
}

/** The library's report that a number was not finite, with the run's own count of steps. */
export function notFinite({ layer, role, step, epoch }: NonNullable<Trouble["where"]>): Error {
  const message =
    `A NaN or an infinity arose at step ${step} (epoch ${epoch + 1}) in ${layer}, ${role}. ` +
    `The run stands at the step before. Lower the learning rate, clip the gradients, or scale the data.`;
  return new LayerwiseError("notFinite", message, { layer, role, step, epoch });
}
