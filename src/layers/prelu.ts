// PReLU: a rectifier whose slope below 0 is learned.

import { FLAG_BATCH_M } from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkOptions, checkThat } from "../options.ts";
import { formatShape } from "../shape.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  type Regularizer,
  throughActivation,
} from "./layer.ts";
import { putBack } from "./normalization.ts";
import { resolveRegularizer } from "./regularizer.ts";
import { asRows, newRows } from "./rows.ts";

/** Options of {@link prelu}. */
export interface PreluOptions {
  /** Default: "zeros". */
  readonly alphaInitializer?: InitializerName | Initializer;
  /** Penalty on alpha: `{ l1, l2 }`, or a number for l2. */
  readonly alphaRegularizer?: Partial<Regularizer> | number;
  /**
   * Axes along which alpha is one and the same, the first of a sample being 1, as in Keras: [1, 2] for one
   * slope a channel of images. Default: none, a slope for each number of a sample.
   */
  readonly sharedAxes?: readonly number[];
  readonly name?: string;
}

/**
 * y = x where x > 0, else alpha ∘ x, for inputs of any shape; alpha has that shape, but 1 along shared axes.
 * He, Zhang, Ren & Sun, "Delving deep into rectifiers", 2015.
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function prelu(options: PreluOptions = {}): Layer {
  const where = "prelu";
  checkOptions(where, options, ["alphaInitializer", "alphaRegularizer", "sharedAxes", "name"]);
  const { sharedAxes = [], name } = options;
  checkThat(Array.isArray(sharedAxes), where, "sharedAxes as an array of axes", sharedAxes);
  for (const axis of sharedAxes) checkInteger(where, "each of sharedAxes", axis, 1, 8);
  const alphaInitializer = resolveInitializer(
    `${where}: alphaInitializer`,
    options.alphaInitializer ?? "zeros",
  );
  const alphaRegularizer = resolveRegularizer(
    `${where}: alphaRegularizer`,
    options.alphaRegularizer,
  );
  const shared = [...new Set(sharedAxes)].sort((a, b) => a - b);
  return defineLayer({
    type: where,
    name,
    config: {
      alphaInitializer,
      ...(alphaRegularizer && { alphaRegularizer }),
      sharedAxes: shared,
    },
    build(where, inputShape) {
      if (shared.some((axis) => axis > inputShape.length)) {
        throw fail("shapeMismatch", {
          where,
          expected: `samples with the shared axes ${shared.join(", ")}`,
          got: formatShape(inputShape),
          remedy: "Axes count from 1, that of the batch left out.",
        });
      }
      const alpha = {
        name: "alpha",
        shape: inputShape.map((size, index) => (shared.includes(index + 1) ? 1 : size)),
        initializer: alphaInitializer,
        regularizer: alphaRegularizer,
      };
      return { outputShape: inputShape, parameters: [alpha] };
    },
    emit: (context) => emitPrelu(context, shared),
  });
}

function emitPrelu(context: EmitContext, shared: readonly number[]): Emitted {
  const { plan, name, x, parameters, gradients, keep } = context;
  const { alpha } = parameters;
  if (alpha === undefined) throw fail("internal", { what: `${name} has no alpha` });
  const forward = { layer: name, role: "forward" };
  const cols = x.shape.at(-1) ?? 1;
  const rows = x.tensor.cols / cols;
  const a = asRows(plan, forward, x.tensor, rows, cols);
  const y = newRows(plan, `${name}.y`, rows, cols, { keep });
  const e = plan.integers(`${name}.rows of alpha`, rowTable(x.shape, shared));
  const cost = 2 * plan.batch * rows * cols;
  const given = {
    a,
    e,
    m: rows,
    n: cols,
    k: alpha.cols,
    flags: FLAG_BATCH_M,
    name: "prelu",
  } as const;
  plan.push({ ...forward, ...given, writes: [y.matrix], cost, b: y.matrix, c: alpha });
  y.done(forward);
  return {
    output: { tensor: y.flat, mask: x.mask },
    backward(dy, wanted) {
      const back = { layer: name, role: "gradient" };
      const b = asRows(plan, back, dy, rows, cols);
      const c = gradients?.alpha;
      if (c) {
        const label = { layer: name, role: "alpha gradient" };
        plan.push({ ...label, ...given, writes: [c], cost, b, c, kind: 2, split: "own" });
      }
      if (wanted === "parameters only") return undefined;
      const label = { layer: name, role: "input gradient" };
      plan.push({ ...label, ...given, writes: [b], cost, b, c: alpha, kind: 1 });
      putBack(plan, label, b, dy);
      return throughActivation(plan, name, x, dy);
    },
  };
}

/**
 * Which row of alpha belongs to each row of a sample of that shape, and the other way round: see OP_PRELU.
 * Rows are those of the last dimension.
 */
export function rowTable(shape: readonly number[], shared: readonly number[]): number[] {
  const leading = shape.slice(0, -1);
  let rowOf = [0];
  let alphaRows = 1;
  // Each dimension repeats what stands before it, and counts on unless it is shared.
  leading.forEach((size, index) => {
    const own = !shared.includes(index + 1);
    const factor = own ? size : 1;
    rowOf = rowOf.flatMap((row) =>
      Array.from({ length: size }, (_, i) => row * factor + (own ? i : 0)),
    );
    alphaRows *= factor;
  });
  const starts = new Array<number>(alphaRows + 1).fill(0);
  for (const row of rowOf) starts[row + 1] = (starts[row + 1] ?? 0) + 1;
  for (let i = 1; i <= alphaRows; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const next = [...starts];
  const lists = new Array<number>(rowOf.length).fill(0);
  rowOf.forEach((row, index) => {
    lists[next[row] ?? 0] = index;
    next[row] = (next[row] ?? 0) + 1;
  });
  return [...rowOf, alphaRows, ...starts, ...lists];
}
