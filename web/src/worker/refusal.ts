// Why data can't be learned, as the library's own error: where, what was required, what came, the remedy.

import { LayerwiseError } from "layerwise";

export function refuse(
  where: string,
  required: string,
  got: string,
  remedy?: string,
): LayerwiseError {
  const message = `${where}: required ${required}, got ${got}.${remedy ? ` ${remedy}` : ""}`;
  return new LayerwiseError("invalidArgument", message, { where, required, got, remedy });
}
