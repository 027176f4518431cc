// What JSON from a file must look like: a schema finds the first thing wrong with a value, and gives
// the value its type. Knows nothing of models.

import { isRecord } from "../options.ts";

/** What is wrong with a value. */
interface Issue {
  /** Where in the value, `.layers[1].units`; empty for the value itself. */
  readonly path: string;
  readonly required: string;
  readonly got: unknown;
}

/** Returns the first issue of what is no T. */
export type Schema<T> = ((got: unknown) => Issue | undefined) & {
  /** For the compiler only. */
  readonly type?: T;
};

/** What a schema lets through. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

type Fields = Readonly<Record<string, Schema<unknown>>>;
type TypesOf<F extends Fields> = { readonly [K in keyof F]: TypeOf<F[K]> };

/** A value for which `holds`. */
function value<T>(required: string, holds: (got: unknown) => boolean): Schema<T> {
  return (got) => (holds(got) ? undefined : { path: "", required, got });
}

export const integer = (min: number, max: number) =>
  finite(
    `an integer from ${min} to ${max}`,
    (it) => Number.isSafeInteger(it) && it >= min && it <= max,
  );

/** A finite number for which `holds`. */
export const finite = (required: string, holds: (it: number) => boolean = () => true) =>
  value<number>(required, (it) => typeof it === "number" && Number.isFinite(it) && holds(it));

export const text = (longest: number) =>
  value<string>(
    `a text of at most ${longest} characters`,
    (it) => typeof it === "string" && it.length <= longest,
  );

export const oneOf = <const T extends readonly unknown[]>(...values: T) =>
  value<T[number]>(values.join(" or "), (it) => values.includes(it));

/** An array of `min` to `max` entries of one kind. */
export function list<T>(entry: Schema<T>, min: number, max: number): Schema<readonly T[]> {
  return (got) => {
    if (!Array.isArray(got) || got.length < min || got.length > max) {
      return { path: "", required: `an array of ${min} to ${max} entries`, got };
    }
    for (let i = 0; i < got.length; i++) {
      const issue = entry(got[i]);
      if (issue) return { ...issue, path: `[${i}]${issue.path}` };
    }
    return undefined;
  };
}

const noSuchKey: Schema<never> = value("no such key", () => false);

/** An object with these keys, and with others only where `others` says what they hold. */
export function record<R extends Fields, O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
  others: Schema<unknown> = noSuchKey,
): Schema<TypesOf<R> & Partial<TypesOf<O>>> {
  const known: Fields = { ...required, ...optional };
  return (got) => {
    if (!isRecord(got)) return { path: "", required: "an object", got };
    // A missing key is undefined, which no schema lets through.
    for (const key of [...Object.keys(required), ...Object.keys(got)]) {
      const schema = Object.hasOwn(known, key) ? known[key] : key in {} ? noSuchKey : others;
      const issue = schema?.(got[key]);
      if (issue) return under(key, issue);
    }
    return undefined;
  };
}

/** An object of one of several kinds, whose name stands under `key`, beside the fields of that kind. */
export function variant<K extends string, V extends Fields>(
  key: K,
  kinds: V,
): Schema<{ [N in keyof V]: { readonly [key in K]: N } & TypeOf<V[N]> }[keyof V]> {
  const kindOf = oneOf(...Object.keys(kinds));
  return (got) => {
    if (!isRecord(got)) return { path: "", required: "an object", got };
    const { [key]: kind, ...fields } = got;
    const issue = kindOf(kind);
    return issue ? under(key, issue) : kinds[kind as string]?.(fields);
  };
}

function under(key: string, { path, required, got }: Issue): Issue {
  const step = /^\w{1,40}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 40))}]`;
  return { path: step + path, required, got };
}
