// What a layer is: plain configuration, a shape rule, parameters, and how it emits its forward and
// backward ops through the plan builder.

import type { Initializer } from "../initializers/index.ts";
import type { ActivationGradient, PlanBuilder } from "../plan/builder.ts";
import type { Tensor } from "../plan/tensor.ts";
import { applyLayer, type SymbolicTensor } from "./symbolic.ts";

/** A penalty on weights, added to the loss: l1·Σ|w| + l2·Σw². */
export interface Regularizer {
  /** Default: 0. */
  readonly l1: number;
  /** Default: 0. */
  readonly l2: number;
}

/** A matrix that a layer asks for. A vector is a matrix of one row. */
export interface ParameterSpec {
  /** "weight", "bias"; unique within the layer. */
  readonly name: string;
  /** As the user sees it: [in, out] or [out]. */
  readonly shape: readonly number[];
  /** What it starts from: `zeros()`, `glorotUniform()`, … */
  readonly initializer: Initializer;
  /** A penalty on it. Default: none. */
  readonly regularizer?: Regularizer | undefined;
  /** Changes what the initializer has drawn: compact, row-major. */
  readonly adjust?: ((values: Float32Array) => void) | undefined;
  /** False: no optimizer touches it; the layer's own ops may (moving averages). Default: true. */
  readonly trainable?: boolean | undefined;
}

/** The result of a layer's shape rule. */
export interface LayerShape {
  /** Of one sample. */
  readonly outputShape: readonly number[];
  /** Of all that it gives, if {@link LayerDefinition.outputs} says that this is several. */
  readonly outputShapes?: readonly (readonly number[])[] | undefined;
  /** What the optimizer changes, and what the layer keeps for itself. */
  readonly parameters: readonly ParameterSpec[];
}

/**
 * A value that flows between layers: a row a sample, whatever the shape, its elements one after another
 * with the last dimension innermost.
 */
export interface Value {
  /** One row a sample, unless a layer sees it as several. */
  readonly tensor: Tensor;
  /** Of one sample. */
  readonly shape: readonly number[];
  /**
   * The activation that made it, if its gradient is still to be applied: whoever computes the
   * gradient with respect to this value multiplies by f′, best in the epilogue of the product that
   * makes it.
   */
  readonly activation?: ActivationGradient | undefined;
  /** Of a sequence: 1 or 0 for each of its steps, which layers with a memory skip where it is 0. */
  readonly mask?: Tensor | undefined;
}

/** What a layer may use while it emits. */
export interface EmitContext {
  /** What ops are emitted through. */
  readonly plan: PlanBuilder;
  /** The layer's unique name in the model. */
  readonly name: string;
  /** The first of {@link inputs}: for most layers the only one. */
  readonly x: Value;
  /** What it is applied to. */
  readonly inputs: readonly Value[];
  /** Of one sample, as its shape rule said. */
  readonly outputShape: readonly number[];
  /** By the names of {@link ParameterSpec}. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /**
   * Where gradients go; absent in a forward-only plan. What is missing of a layer's trainable parameters
   * belongs to a layer that does not learn.
   */
  readonly gradients?: Readonly<Record<string, Tensor>> | undefined;
  /**
   * Whether {@link Emitted.backward} will be called: in training, and in a forward-only plan that asks how the
   * outputs depend on the inputs. What it reads must survive then.
   */
  readonly wayBack: boolean;
  /** The loss reads logits: the layer's final sigmoid or softmax is left to it. */
  readonly logits: boolean;
  /** Whether training may change what the layer holds, its moving averages included. */
  readonly trainable: boolean;
  /** Hyper-parameters in linear memory, by the names of {@link Layer.hyper}. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  /** Those of its units that are switched off. */
  readonly disabled: ReadonlySet<number>;
  /** Outputs survive the whole op list: for the lens. */
  readonly keep: boolean;
  /** Number of this layer in the model: tells its random streams apart. */
  readonly index: number;
}

/** What a layer leaves behind. */
export interface Emitted {
  /** Where the result is; its shape is known. */
  readonly output: Omit<Value, "shape">;
  /** What it gives besides, if it has several outputs. */
  readonly others?: readonly Omit<Value, "shape">[] | undefined;
  /**
   * Emits the backward ops. `dy` is the gradient with respect to the output *before* its pending
   * activation, and the layer's to overwrite. Returns the gradient with respect to x before x's pending
   * activation, or undefined if `wanted` says that nobody needs it. A layer with several inputs returns
   * one for each, no two in the same place. `others` are the gradients of its other outputs, where anybody
   * reads them: likewise the layer's.
   */
  backward(
    dy: Tensor,
    wanted: "input gradient" | "parameters only",
    others?: readonly (Tensor | undefined)[],
  ): Tensor | undefined | readonly (Tensor | undefined)[];
}

/** What makes a layer: plain data and two functions. */
export interface LayerDefinition {
  /** "dense", "dropout", … */
  readonly type: string;
  /** The user's name for it, if any. */
  readonly name: string | undefined;
  /** The function that a final sigmoid or softmax can be taken from, for losses on logits. */
  readonly finalActivation?: string | undefined;
  /** Everything needed to make it again; plain JSON. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * Its output's shape and its parameters.
   * @throws LayerwiseError `shapeMismatch` if it does not take such an input
   */
  build(
    where: string,
    inputShape: readonly number[],
    inputShapes?: readonly (readonly number[])[],
  ): LayerShape;
  /** Whether it takes more than one input. */
  readonly merges?: true;
  /** How many values it gives. Default: 1. */
  readonly outputs?: number | undefined;
  /** False: its parameters stay as they are. */
  readonly trainable?: boolean | undefined;
  /** Emits the forward ops, and says where their result is and what the way back is. */
  emit(context: EmitContext): Emitted;
  /** Hyper-parameters that the kernel reads from linear memory, not from the plan. */
  readonly hyper?: Readonly<Record<string, number>> | undefined;
  /** Compact values that its parameters start from, by name, instead of what their initializers draw. */
  readonly initial?: Readonly<Record<string, Float32Array>> | undefined;
}

/** A layer of a model: made by functions like `dense`, or by {@link defineLayer}. */
export interface Layer extends LayerDefinition {
  /**
   * What it gives when it is applied to `values`, in a graph for {@link model}: one value, or several for
   * layers like `add`, one after another or in an array. Applied twice it has its weights once.
   * @throws LayerwiseError `shapeMismatch`, `invalidArgument`
   */
  apply(...values: readonly SymbolicTensor[] | [readonly SymbolicTensor[]]): SymbolicTensor;
  /**
   * The same of a layer that gives several values: all of them, the output and its states with
   * `returnState`. What `apply` gives is the first.
   * @throws LayerwiseError `shapeMismatch`, `invalidArgument`
   */
  applyAll(
    ...values: readonly SymbolicTensor[] | [readonly SymbolicTensor[]]
  ): readonly SymbolicTensor[];
}

/**
 * A layer from its definition: how all layers here are made, and how to make one of your own. `loadModel`
 * knows no layers of your own: make the model again by code, and give it the weights with `setWeights`.
 *
 * What is not a composition of other layers needs `build`, the shape rule, and `emit`, which says by the
 * methods of `context.plan` what is computed, forward and back. Nothing is computed when they are called.
 * Tensors of samples have one row a sample, and rows are padded to whole vectors: what stands in the padding
 * may be anything finite.
 */
export function defineLayer<More extends object = object>(
  definition: LayerDefinition & More,
): Layer & More {
  const layer: Layer & More = {
    ...definition,
    apply: (...values: readonly unknown[]) => applyLayer(layer, values)[0] as SymbolicTensor,
    applyAll: (...values: readonly unknown[]) => applyLayer(layer, values),
  };
  return layer;
}

/**
 * Emits dx ∘ f′, where f is the activation of x that is still pending, if any: what a layer's way back ends
 * with. Returns dx.
 */
export function throughActivation(plan: PlanBuilder, layer: string, x: Value, dx: Tensor): Tensor {
  if (x.activation) {
    plan.activationGradient({ layer, role: "activation gradient" }, x.activation, dx, dx);
  }
  return dx;
}
