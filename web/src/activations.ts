// The activations as the page draws and explains them: f, its slope f′, and a sentence each. Plain Math
// and only for drawing: networks compute with the library's kernel, and a test compares the two.

import type { ActivationName } from "layerwise";
import { activationNames } from "./names.ts";

/** What an activation gives, for the colors of its maps: its middle, and how far it goes from there. */
export interface Shade {
  readonly middle: number;
  /** Undefined: it has no bound. */
  readonly reach: number | undefined;
}

export interface ActivationNotes {
  readonly label: string;
  readonly formula: string;
  /** What it does and why one would take it. */
  readonly says: string;
  readonly f: (x: number) => number;
  /** f′. At a kink, the slope on its left. */
  readonly slope: (x: number) => number;
  /** Where f bends sharply or jumps. */
  readonly kinks: readonly number[];
  readonly shade: Shade;
  /** What the library takes for f′ on the way back, where that is not f′. */
  readonly standIn?: {
    readonly slope: (x: number) => number;
    readonly kinks: readonly number[];
    /** Why, and what. */
    readonly says: string;
  };
}

const upToOne: Shade = { middle: 0, reach: 1 };
const yesOrNo: Shade = { middle: 0.5, reach: 0.5 };
const open: Shade = { middle: 0, reach: undefined };

/** Keras' defaults, as the library's. */
const LEAK = 0.2;
/** Klambauer et al. 2017. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

export const activationNotes: Readonly<Record<ActivationName, ActivationNotes>> = {
  linear: {
    label: "linear",
    formula: "x",
    says: "Passes the sum on as it is. Layers of it alone, however many, bend nothing: together they are one linear map.",
    f: (x) => x,
    slope: () => 1,
    kinks: [],
    shade: open,
  },
  step: {
    label: "step (threshold)",
    formula: "1 if x > 0, else 0",
    says: "1 if value > threshold, else 0: the neuron of the first perceptrons. It decides, and says nothing of how close the decision was.",
    f: (x) => (x > 0 ? 1 : 0),
    slope: () => 0,
    kinks: [0],
    shade: yesOrNo,
    standIn: {
      slope: (x) => (Math.abs(x) <= 1 ? 1 : 0),
      kinks: [-1, 1],
      says: "Plain backpropagation cannot train it. Its slope is 0 everywhere, so no weight before it would learn which way to go. What is done here instead is called a straight-through estimator: on the way forward the step stays a step; on the way back its slope counts as 1 where |x| ≤ 1, and as 0 elsewhere.",
    },
  },
  relu: {
    label: "ReLU",
    formula: "max(x, 0)",
    says: "Keeps what is positive and drops the rest. Cheap, and its slope never fades on the right; a unit that is negative for every point is dead, and stays so.",
    f: (x) => Math.max(x, 0),
    slope: (x) => (x > 0 ? 1 : 0),
    kinks: [0],
    shade: open,
  },
  relu6: {
    label: "ReLU6",
    formula: "min(max(x, 0), 6)",
    says: "ReLU with a ceiling at 6, made for small devices that count in few bits.",
    f: (x) => Math.min(Math.max(x, 0), 6),
    slope: (x) => (x > 0 && x <= 6 ? 1 : 0),
    kinks: [0, 6],
    shade: open,
  },
  leakyRelu: {
    label: "leaky ReLU",
    formula: `x if x > 0, else ${LEAK} · x`,
    says: "ReLU that lets a little through on the left, so that a unit can always find its way back.",
    f: (x) => (x > 0 ? x : LEAK * x),
    slope: (x) => (x > 0 ? 1 : LEAK),
    kinks: [0],
    shade: open,
  },
  elu: {
    label: "ELU",
    formula: "x if x > 0, else eˣ − 1",
    says: "ReLU with a soft floor at −1: on the left it levels off smoothly, and its values lie around 0.",
    f: (x) => (x > 0 ? x : Math.expm1(x)),
    slope: (x) => (x > 0 ? 1 : Math.exp(x)),
    kinks: [],
    shade: open,
  },
  selu: {
    label: "SELU",
    formula: "1.05 · (x if x > 0, else 1.67 · (eˣ − 1))",
    says: "ELU, stretched by two numbers that keep the values of each layer around 0 with a spread of 1, however deep the network.",
    f: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    slope: (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
    kinks: [0],
    shade: open,
  },
  sigmoid: {
    label: "sigmoid",
    formula: "1 / (1 + e⁻ˣ)",
    says: "A soft step from 0 to 1, read as a probability. Its slope is at most ¼ and fades on both sides, so deep stacks of it learn slowly.",
    f: sigmoid,
    slope: (x) => sigmoid(x) * sigmoid(-x),
    kinks: [],
    shade: yesOrNo,
  },
  hardSigmoid: {
    label: "hard sigmoid",
    formula: "min(max(x + 3, 0), 6) / 6",
    says: "The sigmoid made of three straight pieces: cheaper, and quite flat beyond −3 and 3.",
    f: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
    slope: (x) => (x > -3 && x <= 3 ? 1 / 6 : 0),
    kinks: [-3, 3],
    shade: yesOrNo,
  },
  tanh: {
    label: "tanh",
    formula: "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
    says: "A soft step from −1 to 1. Around 0 it is nearly linear; far from 0 it saturates: its slope fades, and the unit hardly learns.",
    f: Math.tanh,
    slope: (x) => 1 / Math.cosh(x) ** 2,
    kinks: [],
    shade: upToOne,
  },
  softplus: {
    label: "softplus",
    formula: "ln(1 + eˣ)",
    says: "ReLU without the corner. Its slope is the sigmoid.",
    f: softplus,
    slope: sigmoid,
    kinks: [],
    shade: open,
  },
  softsign: {
    label: "softsign",
    formula: "x / (1 + |x|)",
    says: "Like tanh from −1 to 1, and slower to get there: it saturates less.",
    f: (x) => x / (1 + Math.abs(x)),
    slope: (x) => 1 / (1 + Math.abs(x)) ** 2,
    kinks: [],
    shade: upToOne,
  },
  gelu: {
    label: "GELU",
    formula: "x · Φ(x), with Φ the normal distribution",
    says: "Keeps x by the chance that a normal draw lies below it: a ReLU with a soft dip left of 0. Transformers use it.",
    f: (x) => x * normal(x),
    slope: (x) => normal(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
    kinks: [],
    shade: open,
  },
  swish: {
    label: "swish (SiLU)",
    formula: "x · sigmoid(x)",
    says: "x times its own sigmoid: smooth everywhere, with a small dip left of 0 before it rises.",
    f: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
    kinks: [],
    shade: open,
  },
  mish: {
    label: "mish",
    formula: "x · tanh(ln(1 + eˣ))",
    says: "A close relative of swish, with a slightly deeper dip and a smoother way up.",
    f: (x) => x * Math.tanh(softplus(x)),
    slope: (x) => {
      const t = Math.tanh(softplus(x));
      return t + x * (1 - t * t) * sigmoid(x);
    },
    kinks: [],
    shade: open,
  },
  sine: {
    label: "sine",
    formula: "sin x",
    says: "A wave: one unit draws many stripes. Good at patterns that repeat; it may invent some where there are none.",
    f: Math.sin,
    slope: Math.cos,
    kinks: [],
    shade: upToOne,
  },
  gaussian: {
    label: "gaussian",
    formula: "e^(−x²)",
    says: "A bump around 0: the unit answers on a band and is silent on both sides of it.",
    f: (x) => Math.exp(-x * x),
    slope: (x) => -2 * x * Math.exp(-x * x),
    kinks: [],
    shade: upToOne,
  },
  exponential: {
    label: "exponential",
    formula: "eˣ",
    says: "Grows without measure, and its slope with it: a few large sums are enough to make training run away.",
    f: Math.exp,
    slope: Math.exp,
    kinks: [],
    shade: open,
  },
  softmax: {
    label: "softmax",
    formula: "eˣ / Σ eˣ, the sum over all units of the layer",
    says: "Turns the units of a layer into shares that add up to 1, so each unit depends on all. Drawn is one unit of two, while the other one gets 0.",
    f: sigmoid,
    slope: (x) => sigmoid(x) * sigmoid(-x),
    kinks: [],
    shade: upToOne,
  },
};

/** What is known of an activation by a name that came from elsewhere. */
export function notesOf(name: string | undefined): ActivationNotes | undefined {
  const known = activationNames.find((it) => it === name);
  return known && activationNotes[known];
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The normal distribution, by Abramowitz & Stegun 7.1.26: right to 1e-7, which is finer than a pixel. */
function normal(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const polynomial =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (polynomial * Math.exp(-z * z)) / 2;
  return x < 0 ? tail : 1 - tail;
}
