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
    `memory: it cannot grow by ${d.bytes} bytes, ${d.used} are in use. Use a smaller model, batch or data set, or dispose models you no longer need.`,
  abiMismatch: (d: { expected: number; got: number }) =>
    `kernel: required the table's fingerprint ${d.expected}, got ${d.got}. Build host and kernel together (npm run build).`,
  raggedRows: (d: {
    where: string;
    row: number;
    line?: number;
    length: number;
    expected: number;
  }) =>
    `${d.where}: ${d.line ? `line ${d.line}` : `row ${d.row}`}: required ${d.expected} values, as in the rows before it, got ${d.length}.`,
  nanInData: (d: { where: string; row: number; column: number; value: unknown }) =>
    `${d.where}: row ${d.row}, column ${d.column}: required a finite number, got ${show(d.value)}. Remove or fill such rows before making a data set.`,
  emptyData: (d: { where: string }) => `${d.where}: required at least one sample, got none.`,
  labelOutOfRange: (d: {
    where: string;
    row: number;
    value: unknown;
    required: string;
    remedy?: string;
  }) =>
    `${d.where}: row ${d.row}: the label must be ${d.required}, got ${show(d.value)}. ${d.remedy ?? 'Pass task: "regression" if targets are no classes.'}`,
  fileUnreadable: (d: { path: string; problem: string; remedy: string }) =>
    `file ${show(d.path)}: ${d.problem}. ${d.remedy}`,
  csvSyntax: (d: { line: number; problem: string; remedy: string }) =>
    `CSV: line ${d.line}: ${d.problem}. ${d.remedy}`,
  csvMissingValue: (d: { line: number; column: string; text: string }) =>
    `CSV: line ${d.line}, column ${show(d.column)}: required a value, got ${show(d.text)}. Fill it in, or pass missing: "dropRow" or "mean".`,
  csvNotANumber: (d: { line: number; column: string; text: string }) =>
    `CSV: line ${d.line}, column ${show(d.column)}: required a number within float32, got ${show(d.text)}. Correct it, name the column in categorical, or pass header: true if this line holds the names.`,
  csvManyCategories: (d: { column: string; categories: number; rows: number }) =>
    `CSV: column ${show(d.column)}: ${d.categories} different texts in ${d.rows} rows. Leave it out by naming the others in columns, or name it in categorical to make each text a feature.`,
  unknownColumn: (d: { where: string; column: unknown; known: readonly string[] }) =>
    `${d.where}: there is no column ${show(d.column)}. Known: ${d.known.map((name, i) => `${i} ${show(name)}`).join(", ")}.`,
  oneClass: (d: { where: string; className: string }) =>
    `${d.where}: every label is ${show(d.className)}; required at least two classes. Choose another target, or pass task: "regression" if it is a quantity.`,
  imageFormat: (d: { name: string; problem: string }) => `image ${show(d.name)}: ${d.problem}.`,
  idxFormat: (d: { where: string; problem: string }) =>
    `${d.where}: not a readable IDX file: ${d.problem}. Pass the unpacked bytes of a file like train-images-idx3-ubyte.`,
  safetensorsFormat: (d: { problem: string; part?: string }) =>
    `safetensors: ${d.part ? `${show(d.part)} ` : ""}${d.problem}. The file is damaged or of another kind; nothing of it was used.`,
  modelFormat: (d: { path: string; required: string; got: unknown }) =>
    `model.json: ${d.path && `${d.path}: `}required ${d.required}, got ${show(d.got)}.`,
  shapeMismatch: (d: { where: string; expected: string; got: string; remedy?: string }) =>
    `${d.where}: expected ${d.expected}, got ${d.got}.${d.remedy ? ` ${d.remedy}` : ""}`,
  notFinite: (d: { layer: string; role: string; step: number; epoch: number }) =>
    `training: a NaN or an infinity arose at step ${d.step} (epoch ${d.epoch + 1}) in ${d.layer}, ${d.role}. The weights of the last step with a finite loss were kept. Lower the learning rate, clip the gradients (globalClipNorm), or scale the data.`,
  batchTooLarge: (d: { where: string; batchSize: number; samples: number }) =>
    `${d.where}: required a batchSize of at most ${d.samples}, the number of samples, got ${d.batchSize}. Lower it, or leave it out.`,
  notCompiled: (d: { where: string }) =>
    `${d.where}: required a compiled model. Call model.compile({ optimizer, loss }) first.`,
  busy: (d: { where: string; busy: string }) =>
    `${d.where}: the model is busy with ${d.busy}. Await that call first, or stop it by its AbortSignal.`,
  disposed: (d: { where: string }) => `${d.where}: the model was disposed. Build or load it again.`,
  threadLost: (d: { problem: string }) =>
    `threads: one of them is gone (${d.problem}). The model keeps the weights that it had before; call again, new threads are started.`,
  kernelTrap: (d: { plan: number; op: number; layer?: string; role?: string; problem: string }) =>
    `kernel: it trapped in ${d.layer ? `${d.layer}, ${d.role}` : `op ${d.op} of a plan`} (${d.problem}). The model keeps the weights that it had before. Please report it.`,
  engineDisposed: (d: { where: string }) =>
    `${d.where}: the engine was disposed. Make another one with engine({ … }).`,
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
export function fail<C extends ErrorCode>(
  code: C,
  details: Parameters<Messages[C]>[0],
): LayerwiseError {
  const message = (messages[code] as (d: typeof details) => string)(details);
  return new LayerwiseError(code, message, details as Readonly<Record<string, unknown>>);
}

/** A value as it reads in a message: short, on one line. */
function show(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}…` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) {
    // Not level by level: what a file holds may nest endlessly.
    const brief = value.length <= 8 && !value.some(Array.isArray);
    return brief ? `[${value.map(show).join(", ")}]` : `an array of ${value.length}`;
  }
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === "object" && value !== null)
    return `an object (${value.constructor?.name ?? "no prototype"})`;
  return String(value);
}
