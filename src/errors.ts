// Every error Layerwise throws: one class, a stable `code`, and all wording in this one file.
// A message says where, what was required, what came, and the remedy. Errors are thrown before
// anything is changed, so that the model, the data and the engine stay usable.

/** The facts a message is made of: one entry per code. */
const messages = {
  invalidArgument: (d: { where: string; required: string; got: unknown; remedy?: string }) =>
    `${d.where}: required ${d.required}, got ${show(d.got)}.${d.remedy ? ` ${d.remedy}` : ""}`,
  unknownName: (d: { where: string; kind: string; got: unknown; known: readonly string[] }) =>
    `${d.where}: unknown ${d.kind} ${show(d.got)}. Known: ${d.known.join(", ")}.`,
  outOfMemory: (d: { bytes: number; used: number }) =>
    `memory: ${d.bytes} bytes were asked for and the engine's memory cannot grow; ${d.used} bytes are in use. Use a smaller model, batch or data set, or dispose models you no longer need.`,
  abiMismatch: (d: { name: string; expected: unknown; got: unknown }) =>
    `kernel: built from another version of the table: ${d.name} is ${show(d.got)} there and ${show(d.expected)} here. Build both together (npm run build).`,
  raggedRows: (d: { where: string; row: number; length: number; expected: number }) =>
    `${d.where}: row ${d.row} holds ${d.length} values where ${d.expected} are expected, as in the rows before it. Give all rows the same length.`,
  nanInData: (d: { where: string; row: number; column: number; value: unknown }) =>
    `${d.where}: row ${d.row}, column ${d.column}: required a finite number, got ${show(d.value)}. Remove or fill such rows before making a data set.`,
  emptyData: (d: { where: string }) => `${d.where}: required at least one sample, got none.`,
  labelOutOfRange: (d: { where: string; row: number; value: unknown; required: string }) =>
    `${d.where}: row ${d.row}: the label must be ${d.required}, got ${show(d.value)}. Pass task: "regression" if targets are no classes.`,
  shapeMismatch: (d: { where: string; expected: string; got: string }) =>
    `${d.where}: expected ${d.expected}, got ${d.got}.`,
  internal: (d: { what: string }) => `internal error: ${d.what}. Please report it.`,
} as const;

type Messages = typeof messages;
/** The stable codes of {@link LayerwiseError}. */
export type ErrorCode = keyof Messages;

/** The one error class of the library. Tell cases apart by `code`, never by the message. */
export class LayerwiseError extends Error {
  override readonly name = "LayerwiseError";
  /** A stable name of what went wrong. */
  readonly code: ErrorCode;
  /** The facts behind the message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Makes the error `code` from its facts: `throw fail("unknownName", { … })`. */
export function fail<C extends ErrorCode>(code: C, details: Parameters<Messages[C]>[0]): LayerwiseError {
  const message = (messages[code] as (d: typeof details) => string)(details);
  return new LayerwiseError(code, message, details as Readonly<Record<string, unknown>>);
}

/** A value as it reads in a message: short, on one line. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}…` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) {
    return value.length > 8 ? `an array of ${value.length}` : `[${value.map(show).join(", ")}]`;
  }
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === "object" && value !== null) return `an object (${value.constructor?.name ?? "no prototype"})`;
  return String(value);
}
