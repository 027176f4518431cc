// The optimizers' options as the page offers them: in words, with their bounds and defaults. It loads
// nothing of the library; a test compares every default with the library's own.

import type { OptimizerName } from "layerwise";
import type { OptimizerSettings } from "../recipe.ts";

/** What an option may be. A limit is off at 0. */
export type OptionKind = "fraction" | "positive" | "notNegative" | "limit" | "switch";

export interface OptionRow {
  /** The library's name. */
  readonly name: string;
  readonly label: string;
  readonly kind: OptionKind;
  readonly standard: number | boolean;
}

export interface OptimizerRow {
  readonly label: string;
  /** What it does, in a sentence. */
  readonly says: string;
  /** A learning rate to begin with: the small networks of this page like larger ones than the library's default. */
  readonly rate: number;
  readonly options: readonly OptionRow[];
}

const number = (name: string, label: string, kind: OptionKind, standard: number): OptionRow => ({
  name,
  label,
  kind,
  standard,
});
const flag = (name: string, label: string): OptionRow => ({
  name,
  label,
  kind: "switch",
  standard: false,
});

const epsilon = number("epsilon", "Epsilon (keeps divisions tame)", "positive", 1e-7);
const beta1 = number("beta1", "Beta 1 (memory of the direction)", "fraction", 0.9);
const beta2 = number("beta2", "Beta 2 (memory of the size)", "fraction", 0.999);
const amsgrad = flag("amsgrad", "AMSGrad (never forgets a large gradient)");
const momentum = number("momentum", "Momentum (carries the last step on)", "fraction", 0);
const limits = [
  number("clipValue", "Cut each gradient at (0: off)", "limit", 0),
  number("globalClipNorm", "Cut their common norm at (0: off)", "limit", 0),
];
const common = (decay: number): readonly OptionRow[] => [
  number("weightDecay", "Weight decay", "notNegative", decay),
  ...limits,
];

export const optimizers: Readonly<Record<OptimizerName, OptimizerRow>> = {
  sgd: {
    label: "Gradient descent",
    says: "Takes a step straight downhill, as long as the slope is steep.",
    rate: 0.3,
    options: [momentum, flag("nesterov", "Nesterov (looks ahead)"), ...common(0)],
  },
  adagrad: {
    label: "Adagrad",
    says: "Slows down each weight by all the slopes it has seen.",
    rate: 0.3,
    options: [
      number("initialAccumulatorValue", "Start of the sums", "notNegative", 0.1),
      epsilon,
      ...common(0),
    ],
  },
  adadelta: {
    label: "Adadelta",
    says: "Measures each step by the steps before it.",
    rate: 10,
    options: [number("rho", "Rho (memory)", "fraction", 0.95), epsilon, ...common(0)],
  },
  rmsprop: {
    label: "RMSprop",
    says: "Divides each slope by its usual size.",
    rate: 0.01,
    options: [
      number("rho", "Rho (memory)", "fraction", 0.9),
      momentum,
      epsilon,
      flag("centered", "Centered (by the spread of the slopes)"),
      ...common(0),
    ],
  },
  adam: {
    label: "Adam",
    says: "Remembers direction and usual size of each slope.",
    rate: 0.01,
    options: [beta1, beta2, epsilon, amsgrad, ...common(0)],
  },
  adamW: {
    label: "AdamW",
    says: "Adam, and every weight shrinks a little at each step.",
    rate: 0.01,
    options: [beta1, beta2, epsilon, amsgrad, ...common(0.004)],
  },
  adamax: {
    label: "Adamax",
    says: "Adam that goes by the largest slope seen lately.",
    rate: 0.03,
    options: [beta1, beta2, epsilon, ...common(0)],
  },
  nadam: {
    label: "Nadam",
    says: "Adam that looks ahead along its direction.",
    rate: 0.01,
    options: [beta1, beta2, epsilon, ...common(0)],
  },
  lion: {
    label: "Lion",
    says: "Every weight moves by exactly the learning rate; the slope only says which way.",
    rate: 0.003,
    options: [beta1, number("beta2", "Beta 2 (memory)", "fraction", 0.99), ...common(0)],
  },
};

/** The numbers that an option may be, for a field to type it in. */
export function bounds(kind: Exclude<OptionKind, "switch">): { min: number; max: number } {
  switch (kind) {
    case "fraction":
      return { min: 0, max: 0.999999 };
    case "positive":
      return { min: 1e-12, max: 1 };
    case "notNegative":
      return { min: 0, max: 10 };
    case "limit":
      return { min: 0, max: 1e6 };
    default:
      return kind satisfies never;
  }
}

/** What an option is now. */
export function optionOf({ options }: OptimizerSettings, row: OptionRow): number | boolean {
  return options[row.name] ?? row.standard;
}

/** The optimizer with one option changed; defaults aren't kept, and of the two limits one at most is on. */
export function withOption(
  optimizer: OptimizerSettings,
  row: OptionRow,
  value: number | boolean,
): OptimizerSettings {
  const others = Object.entries(optimizer.options).filter(
    ([name]) =>
      name !== row.name && !(row.kind === "limit" && limits.some((it) => it.name === name)),
  );
  const own = value === row.standard ? [] : [[row.name, value] as const];
  return { ...optimizer, options: Object.fromEntries([...others, ...own]) };
}

/** Another optimizer, with a learning rate that suits it and the options that both have. */
export function switched(optimizer: OptimizerSettings, name: OptimizerName): OptimizerSettings {
  const { options, rate } = optimizers[name];
  const kept = options.flatMap((row) => {
    const value = optimizer.options[row.name];
    return value === undefined || value === row.standard ? [] : [[row.name, value] as const];
  });
  return { name, learningRate: rate, options: Object.fromEntries(kept) };
}

/** Learning rates to slide along: 1, 2, 3, 5 of each power of ten, from 0.00001 to 10. */
export const rateStops: readonly number[] = [-5, -4, -3, -2, -1, 0]
  .flatMap((power) => [1, 2, 3, 5].map((digit) => Number(`${digit}e${power}`)))
  .concat(10);

/** The stop next to a rate, by ratio. */
export function nearestStop(rate: number): number {
  const distance = (stop: number) => Math.abs(Math.log(stop / rate));
  return rateStops.reduce(
    (best, stop, i) => (distance(stop) < distance(rateStops[best] ?? 0) ? i : best),
    0,
  );
}
