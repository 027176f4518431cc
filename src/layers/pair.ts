// Options that say one number for each of two dimensions, or one for both.

import { checkInteger, checkThat } from "../options.ts";

/**
 * `[down, right]` of such an option.
 * @throws LayerwiseError `invalidArgument`
 */
export function pairOf(
  where: string,
  name: string,
  it: unknown,
  from: number,
): readonly [number, number] {
  if (!Array.isArray(it)) {
    const both = checkInteger(where, name, it, from);
    return [both, both];
  }
  checkThat(it.length === 2, where, `${name} as a number or two`, it);
  return [checkInteger(where, name, it[0], from), checkInteger(where, name, it[1], from)];
}
