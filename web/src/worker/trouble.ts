// Errors as the page is told of them.

import { LayerwiseError } from "layerwise";
import type { Trouble } from "../protocol.ts";

export function troubleOf(error: unknown): Trouble {
  if (error instanceof LayerwiseError) {
    const { code } = error;
    const where = whereOf(error);
    return { code, message: wordsOf(error), ...(where && { where }) };
  }
  return { code: "unknown", message: error instanceof Error ? error.message : String(error) };
}

/** The library's remedies are for programs that call it: a table's visitor can only correct or choose. */
function wordsOf({ code, message, details }: LayerwiseError): string {
  const { line, column, text, categories, rows, className } = details;
  const cell = `Table: line ${line}, column “${column}”`;
  switch (code) {
    case "csvMissingValue":
      return `${cell}: required a value, got “${text}”. Fill it in, or delete that row.`;
    case "csvNotANumber":
      return `${cell}: required a number, got “${text}”. Correct it, or delete that row.`;
    case "csvManyCategories":
      return `Table: column “${column}” holds ${categories} different texts in ${rows} rows, too many to learn from. Delete that column, or learn from two columns of numbers.`;
    case "oneClass":
      return `Table: every row says “${className}”; required at least two classes. Learn another column.`;
    default:
      return message;
  }
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
