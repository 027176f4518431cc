// Data of several inputs or outputs, put side by side: rows of all of them, one behind the other.

import { fail } from "../errors.ts";
import { checkThat, isRecord } from "../options.ts";
import { flatten, isNumericArray, type NestedNumbers } from "../shape.ts";
import type { Several } from "./data.ts";

/** Whether it is given by names. */
export function isNamed(it: unknown): boolean {
  return isRecord(it) && !isNumericArray(it);
}

/** Rows of each of several arrays, one behind the other. */
export function joinColumns(
  where: string,
  kind: string,
  names: readonly string[],
  given: Several,
  widths: readonly number[],
): Float32Array {
  const byName = given as Readonly<Record<string, NestedNumbers>>;
  const unknown = isNamed(given) && Object.keys(given).find((it) => !names.includes(it));
  if (typeof unknown === "string") {
    throw fail("unknownName", { where, kind, got: unknown, known: names });
  }
  const list = names.map((name, i) => (Array.isArray(given) ? given[i] : byName[name]));
  const complete =
    list.every((it) => it !== undefined) && (isNamed(given) || given.length === names.length);
  const required = `${names.length} arrays, one an ${kind}: ${names.join(", ")}`;
  checkThat(complete && !isNumericArray(given), where, required, given);
  const flat = list.map((it, i) => flatten(`${where}: ${names[i]}`, it as NestedNumbers));
  const parts = flat.map((it) => it.data);
  // As the first one's rows say, or its numbers, if they come all in a row.
  const [first] = flat;
  const rows = first && first.shape.length > 1 ? first.shape[0] : undefined;
  const samples = rows ?? Math.ceil((first?.data.length ?? 0) / (widths[0] ?? 1));
  const total = widths.reduce((sum, it) => sum + it, 0);
  const out = new Float32Array(samples * total);
  let column = 0;
  parts.forEach((part, i) => {
    const width = widths[i] ?? 0;
    if (part.length !== samples * width) {
      const expected = `${samples} samples of ${width} numbers`;
      const got = `${part.length} numbers`;
      throw fail("shapeMismatch", { where: `${where}: ${names[i]}`, expected, got });
    }
    for (let n = 0; n < samples; n++) {
      out.set(part.subarray(n * width, (n + 1) * width), n * total + column);
    }
    column += width;
  });
  return out;
}
