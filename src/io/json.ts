// JSON from files that may be hostile: parsed, rid of keys that reach for prototypes and of endless
// nesting, and only then checked by a schema. The parts of schemas that files share are here too. Knows
// nothing of models; needs valibot and options.

import * as v from "valibot";
import { isRecord } from "../options.ts";

const DEEPEST = 16;

/** What is wrong with a text. */
export interface Issue {
  /** Where in its value, `layers[1].units`; empty for all of it. */
  readonly path: string;
  readonly required: string;
  readonly got: unknown;
}

type Key = string | number;

// Where a schema has a message, it is what stands behind "required" in the error.

export function finite(required: string, holds: (it: number) => boolean = () => true) {
  return v.pipe(
    v.number(required),
    v.check((it) => Number.isFinite(it) && holds(it), required),
  );
}

export const integer = (min: number, max: number) =>
  finite(
    `an integer from ${min} to ${max}`,
    (it) => Number.isSafeInteger(it) && it >= min && it <= max,
  );

export function text(longest: number) {
  const required = `a text of at most ${longest} characters`;
  return v.pipe(v.string(required), v.maxLength(longest, required));
}

export function list<S extends v.GenericSchema>(entry: S, min: number, max: number) {
  const required = `an array of ${min} to ${max} entries`;
  return v.pipe(v.array(entry, required), v.minLength(min, required), v.maxLength(max, required));
}

/** An object with these keys and any others. Checked first, because to valibot an array is one too. */
export function open<E extends v.ObjectEntries, S extends v.GenericSchema>(entries: E, rest: S) {
  const object = v.custom<Readonly<Record<string, unknown>>>(isRecord, "an object");
  return v.pipe(object, v.objectWithRest(entries, rest));
}

/**
 * The value of a JSON text, if the schema lets it through. Of a key that is given twice the last one
 * counts, as everywhere in JSON.
 * @throws what `refuse` makes of the first issue
 */
export function parseJson<S extends v.GenericSchema>(
  schema: S,
  text: string,
  refuse: (issue: Issue) => Error,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse({ path: "", required: "JSON", got: text });
  }
  checkKeys(value, [], refuse);
  const result = v.safeParse(schema, value, { abortEarly: true, message: requirement });
  if (result.success) return result.output;
  const [{ path = [], message, input }] = result.issues;
  const keys = path.map((it) => it.key as Key);
  throw refuse({ path: formatPath(keys), required: message, got: input });
}

/** For schemas without a message. */
function requirement({ expected, path }: v.BaseIssue<unknown>): string {
  if (expected === "never") return "no such key";
  if (expected === "Object") return "an object";
  return path?.at(-1)?.origin === "key" ? "a value" : `${expected}`;
}

/** Refuses, wherever they stand, keys that every object has (`__proto__`, …), and endless depth. */
function checkKeys(value: unknown, path: readonly Key[], refuse: (issue: Issue) => Error): void {
  if (typeof value !== "object" || value === null) return;
  if (path.length > DEEPEST) {
    throw refuse({ path: formatPath(path), required: `at most ${DEEPEST} levels`, got: "more" });
  }
  const isArray = Array.isArray(value);
  for (const [key, entry] of isArray ? value.entries() : Object.entries(value)) {
    if (!isArray && (key in {} || key === "prototype")) {
      throw refuse({ path: formatPath([...path, key]), required: "no such key", got: key });
    }
    // Not for numbers: there may be millions.
    if (typeof entry === "object") checkKeys(entry, [...path, key], refuse);
  }
}

function formatPath(keys: readonly Key[]): string {
  const steps = keys.map((key) => {
    if (typeof key === "string" && /^\w{1,40}$/.test(key)) return `.${key}`;
    return `[${JSON.stringify(typeof key === "string" ? key.slice(0, 40) : key)}]`;
  });
  return steps.join("").replace(/^\./, "");
}
