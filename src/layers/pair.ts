// Options that say one number for each of two dimensions, or one for both.

import { checkInteger, checkThat } from "../options.ts";

/** Most that makes sense: it keeps what is computed from it within the kernel's integers. */
export const MOST = 65535;

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
    const both = checkInteger(where, name, it, from, MOST);
    return [both, both];
  }
  checkThat(it.length === 2, where, `${name} as a number or two`, it);
  const [down, right] = it.map((one: unknown) => checkInteger(where, name, one, from, MOST));
  return [down as number, right as number];
}
