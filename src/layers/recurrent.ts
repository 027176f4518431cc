// What simpleRNN, lstm and gru share: options, parameters, the order in which steps come and go.

import { RECURRENT_LSTM } from "../../assembly/abi.ts";
import { type Activation, type ActivationName, resolveActivation } from "../activations/index.ts";
import { fail } from "../errors.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkInteger, checkName, checkOptions, checkThat, isF32 } from "../options.ts";
import { keepTensor, type Tensor } from "../plan/tensor.ts";
import { formatShape } from "../shape.ts";
import { type Cell, emitCell, type Kind } from "./cell.ts";
import {
  defineLayer,
  type EmitContext,
  type Emitted,
  type Layer,
  type LayerShape,
  type ParameterSpec,
  type Regularizer,
  throughActivation,
  type Value,
} from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";

/**
 * What all layers with a memory are told. Every sample starts from zeros, or from states that the layer is
 * applied to besides: `layer.apply(x, h)`, of an lstm `layer.apply(x, h, c)`.
 */
export interface RecurrentOptions {
  /** Width of the state and of the output: a positive integer. */
  readonly units: number;
  /** Of the state. Default: "tanh". */
  readonly activation?: ActivationName | Activation;
  /** Default: true. */
  readonly useBias?: boolean;
  /** Of the weights of the input. Default: "glorotUniform". */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Of the weights of the state. Default: "orthogonal". */
  readonly recurrentInitializer?: InitializerName | Initializer;
  /** Default: "zeros". */
  readonly biasInitializer?: InitializerName | Initializer;
  /** Penalty on the weights of the input: `{ l1, l2 }`, or a number for l2. */
  readonly kernelRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the weights of the state. */
  readonly recurrentRegularizer?: Partial<Regularizer> | number;
  /** Penalty on the bias. */
  readonly biasRegularizer?: Partial<Regularizer> | number;
  /** The output of every step, [steps, units]; else of the last one alone, [units]. Default: false. */
  readonly returnSequences?: boolean;
  /**
   * Gives the state after the last step too, [units], of an lstm h and c: `applyAll` returns the output and
   * them. In graphs alone. Default: false.
   */
  readonly returnState?: boolean;
  /** Reads the steps from the last to the first, and gives its outputs in that order. Default: false. */
  readonly goBackwards?: boolean;
  /**
   * Part of the input's features dropped in training, in [0, 1): the same in all steps of a sample, others in
   * each sample. Default: 0.
   */
  readonly dropout?: number;
  /** The same for the state, where it meets its weights (in a gru, also where it is kept). Default: 0. */
  readonly recurrentDropout?: number;
  /** False: its parameters stay as they are. Default: true. */
  readonly trainable?: boolean;
  readonly name?: string;
}

/** Of those with gates. */
export interface GatedOptions extends RecurrentOptions {
  /** Of the gates. Default: "sigmoid". */
  readonly recurrentActivation?: ActivationName | Activation;
}

/** A layer that runs a cell: what `bidirectional` takes. */
export interface RecurrentLayer extends Layer {
  readonly cell: Cell;
}

export function isRecurrent(layer: Layer): layer is RecurrentLayer {
  return "cell" in layer;
}

/** Their gradients are read off their output, and they keep a row's padding finite. */
const supported: readonly ActivationName[] = [
  "tanh",
  "sigmoid",
  "hardSigmoid",
  "relu",
  "linear",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "softsign",
];

const commonOptions = [
  "units",
  "activation",
  "useBias",
  "kernelInitializer",
  "recurrentInitializer",
  "biasInitializer",
  "kernelRegularizer",
  "recurrentRegularizer",
  "biasRegularizer",
  "returnSequences",
  "returnState",
  "goBackwards",
  "dropout",
  "recurrentDropout",
  "trainable",
  "name",
];

/** What a cell has that others have not. */
export interface RecurrentLayerOptions {
  readonly type: string;
  readonly kind: Kind;
  /** Options besides the common ones, and those of them that go into the configuration. */
  readonly more?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of the bias. Default: [gates · units]. */
  readonly biasShape?: readonly number[];
  /** What becomes of the drawn bias. */
  readonly adjustBias?: (values: Float32Array) => void;
}

/** A layer of `kind`, its options checked. */
export function recurrentLayer(
  options: GatedOptions,
  { type, kind, more = [], config = {}, biasShape, adjustBias }: RecurrentLayerOptions,
): RecurrentLayer {
  checkOptions(type, options, [...commonOptions, ...more]);
  const { units, useBias = true, returnSequences = false, goBackwards = false } = options;
  const { returnState = false } = options;
  const { dropout = 0, recurrentDropout = 0, trainable = true, name } = options;
  checkInteger(type, "units", units, 1, 100_000);
  for (const [key, flag] of Object.entries({
    useBias,
    returnSequences,
    returnState,
    goBackwards,
    trainable,
    ...config,
  })) {
    checkThat(typeof flag === "boolean", type, `${key} as true or false`, flag);
  }
  for (const [key, rate] of Object.entries({ dropout, recurrentDropout })) {
    const holds = isF32(rate) && rate >= 0 && Math.fround(rate) < 1;
    checkThat(holds, type, `${key} in [0, 1)`, rate);
  }
  const functionOf = (it: ActivationName | Activation) => {
    const f = resolveActivation(type, it);
    checkName(type, "activation of a recurrent layer", f.name, supported);
    return f;
  };
  const activation = functionOf(options.activation ?? "tanh");
  const gated = kind.gates > 1;
  const gate = gated ? functionOf(options.recurrentActivation ?? "sigmoid") : activation;
  const initializerOf = (key: `${"kernel" | "recurrent" | "bias"}Initializer`, standard: string) =>
    resolveInitializer(`${type}: ${key}`, options[key] ?? standard);
  const kernelInitializer = initializerOf("kernelInitializer", "glorotUniform");
  const recurrentInitializer = initializerOf("recurrentInitializer", "orthogonal");
  const biasInitializer = initializerOf("biasInitializer", "zeros");
  const regularizerOf = (key: `${"kernel" | "recurrent" | "bias"}Regularizer`) =>
    resolveRegularizer(`${type}: ${key}`, options[key]);
  const kernelRegularizer = regularizerOf("kernelRegularizer");
  const recurrentRegularizer = regularizerOf("recurrentRegularizer");
  const biasRegularizer = regularizerOf("biasRegularizer");
  const cell: Cell = {
    kind,
    units,
    activation,
    gate,
    sequences: returnSequences,
    backwards: goBackwards,
    dropout,
    recurrentDropout,
  };
  const columns = kind.gates * units;
  const states = kind.code === RECURRENT_LSTM ? 2 : 1;
  return defineLayer<Pick<RecurrentLayer, "cell">>({
    type,
    name,
    trainable,
    cell,
    merges: true,
    ...(returnState && { outputs: 1 + states }),
    hyper: { ...(dropout > 0 && { dropout }), ...(recurrentDropout > 0 && { recurrentDropout }) },
    config: {
      units,
      activation,
      ...(gated && { recurrentActivation: gate }),
      useBias,
      kernelInitializer,
      recurrentInitializer,
      biasInitializer,
      ...(kernelRegularizer && { kernelRegularizer }),
      ...(recurrentRegularizer && { recurrentRegularizer }),
      ...(biasRegularizer && { biasRegularizer }),
      returnSequences,
      ...(returnState && { returnState }),
      goBackwards,
      dropout,
      recurrentDropout,
      trainable,
      ...config,
    },
    build(where, inputShape, inputShapes = [inputShape]): LayerShape {
      const [steps, features] = inputShape;
      if (steps === undefined || features === undefined || inputShape.length !== 2) {
        throw fail("shapeMismatch", {
          where,
          expected: "samples of the shape [steps, features]",
          got: formatShape(inputShape),
          remedy: "Give inputShape as [steps, features], or returnSequences to the layer before.",
        });
      }
      const initial = inputShapes.slice(1);
      const isState = (it: readonly number[]) => it.length === 1 && it[0] === units;
      if (initial.length > 0 && !(initial.length === states && initial.every(isState))) {
        throw fail("shapeMismatch", {
          where,
          expected: `a sequence, or it and ${states === 1 ? "a state" : "states h and c"} of [${units}]`,
          got: inputShapes.map(formatShape).join(", "),
          remedy:
            "Apply it to x and what applyAll of a layer with returnState gave behind its output.",
        });
      }
      const weight: ParameterSpec = {
        name: "weight",
        shape: [features, columns],
        initializer: kernelInitializer,
        regularizer: kernelRegularizer,
      };
      const recurrentWeight: ParameterSpec = {
        name: "recurrentWeight",
        shape: [units, columns],
        initializer: recurrentInitializer,
        regularizer: recurrentRegularizer,
      };
      const bias: ParameterSpec = {
        name: "bias",
        shape: biasShape ?? [columns],
        initializer: biasInitializer,
        regularizer: biasRegularizer,
        ...(adjustBias && { adjust: adjustBias }),
      };
      const outputShape = returnSequences ? [steps, units] : [units];
      const ofStates = Array.from({ length: states }, () => [units]);
      return {
        outputShape,
        ...(returnState && { outputShapes: [outputShape, ...ofStates] }),
        parameters: useBias ? [weight, recurrentWeight, bias] : [weight, recurrentWeight],
      };
    },
    emit: (context) => emitRecurrentLayer(context, cell, returnState),
  });
}

/** The layer as its users see it: a sequence read backwards comes out backwards. */
function emitRecurrentLayer(context: EmitContext, cell: Cell, states: boolean): Emitted {
  const { plan, name, x, inputs, outputShape } = context;
  const reverse = cell.sequences && cell.backwards;
  const inner = emitCell({ ...context, keep: context.keep && !reverse }, cell, { states });
  const others = inner.states.map((tensor) => ({ tensor }));
  if (context.keep) for (const it of inner.states) keepTensor(it);
  const mask = cell.sequences ? x.mask : undefined;
  const back: Emitted["backward"] = (dy, wanted, others) => {
    const all = inner
      .backward(dy, wanted, others)
      .map((dx, index) => throughActivation(plan, name, inputs[index] as Value, dx));
    return all.length > 1 ? all : all[0];
  };
  if (!reverse) return { output: { tensor: inner.y, mask }, others, backward: back };
  const [steps = 1, width = 1] = outputShape;
  const reversed = (role: string, from: Tensor, size: number, keep = false) => {
    const to = plan.tensor(`${from.name}.reversed`, from.cols, { keep });
    plan.copy({ layer: name, role }, from, to, {
      size: [steps, size],
      from: [-size, 1],
      to: [size, 1],
      fromStart: (steps - 1) * size,
    });
    return to;
  };
  return {
    output: {
      tensor: reversed("forward", inner.y, width, context.keep),
      mask: mask && reversed("mask", mask, 1),
    },
    others,
    backward: (dy, wanted, others) => back(reversed("gradient", dy, width), wanted, others),
  };
}
