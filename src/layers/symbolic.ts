// Values of a graph that is being drawn. Nothing is computed: a symbolic tensor knows its shape and which
// layer makes it of which others; model() turns what hangs together into a network.

import { fail } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { checkShape } from "../shape.ts";
import type { Layer } from "./layer.ts";

/** What a layer gives, or an input: made by {@link input} and by a layer's `apply`. */
export class SymbolicTensor {
  /** Of one sample. */
  readonly shape: readonly number[];
  /** What makes it; undefined for an input. */
  readonly layer: Layer | undefined;
  readonly inputs: readonly SymbolicTensor[];
  /** All that the layer made there, this among them. */
  readonly made: readonly SymbolicTensor[];
  /** Of an input: the user's name for it, if any. */
  readonly name: string | undefined;

  constructor(
    shape: readonly number[],
    from:
      | {
          readonly layer: Layer;
          readonly inputs: readonly SymbolicTensor[];
          readonly made?: readonly SymbolicTensor[];
        }
      | undefined,
    name?: string,
  ) {
    this.shape = shape;
    this.layer = from?.layer;
    this.inputs = from?.inputs ?? [];
    this.made = from?.made ?? [this];
    this.name = name;
  }
}

/**
 * Where data comes into a graph: samples of `shape`. With several inputs a name lets data be given by it.
 *
 * ```ts
 * const x = input({ shape: [2] });
 * const y = dense(1, "sigmoid").apply(dense(8, "tanh").apply(x));
 * const net = await model({ inputs: x, outputs: y });
 * ```
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function input(options: {
  readonly shape: readonly number[];
  readonly name?: string;
}): SymbolicTensor {
  checkOptions("input", options, ["shape", "name"]);
  const { shape, name } = options;
  checkShape("input: shape", shape);
  return new SymbolicTensor([...shape], undefined, name);
}

/** All that `layer` makes of `values`. @throws LayerwiseError `shapeMismatch`, `invalidArgument` */
export function applyLayer(layer: Layer, values: readonly unknown[]): readonly SymbolicTensor[] {
  const where = `${layer.name ?? layer.type}: apply`;
  const inputs = values.flat().map((it) => {
    if (it instanceof SymbolicTensor) return it;
    const required = "values made by input() or by another layer's apply";
    throw fail("invalidArgument", { where, required, got: it });
  });
  const [first] = inputs;
  if (first === undefined || (inputs.length > 1 && !layer.merges)) {
    const required = layer.merges ? "values to apply it to" : "one value to apply it to";
    throw fail("invalidArgument", { where, required, got: `${inputs.length} of them` });
  }
  const shapes = inputs.map((it) => it.shape);
  const { outputShape, outputShapes = [outputShape] } = layer.build(where, first.shape, shapes);
  const made: SymbolicTensor[] = [];
  for (const it of outputShapes) made.push(new SymbolicTensor(it, { layer, inputs, made }));
  return made;
}
