// Initializers: how a parameter starts. Plain data `{ name, …parameters }`, so that they can be saved;
// the table below says what they do. Names and formulas are those of Keras.

import { checkName, checkOptions, checkThat, isF32, isRecord } from "../options.ts";
import type { RandomStream } from "../random.ts";
import { elementCount } from "../shape.ts";
import * as constants from "./constant.ts";
import type { Definition, Parameters } from "./definition.ts";
import * as distributions from "./distributions.ts";
import { orthogonal as orthogonalDefinition } from "./orthogonal.ts";
import * as scaling from "./variance-scaling.ts";

const definitions = {
  zeros: constants.zeros,
  ones: constants.ones,
  constant: constants.constant,
  randomUniform: distributions.randomUniform,
  randomNormal: distributions.randomNormal,
  truncatedNormal: distributions.truncatedNormal,
  glorotUniform: scaling.glorotUniform,
  glorotNormal: scaling.glorotNormal,
  heUniform: scaling.heUniform,
  heNormal: scaling.heNormal,
  lecunUniform: scaling.lecunUniform,
  lecunNormal: scaling.lecunNormal,
  orthogonal: orthogonalDefinition,
} as const;

type Definitions = typeof definitions;
/** Names of all initializers. */
export type InitializerName = keyof Definitions;

type ParametersOf<N extends InitializerName> =
  Definitions[N] extends Definition<infer P> ? { readonly [K in keyof P]: number } : never;
type InitializerOf<N extends InitializerName> = { readonly name: N } & ParametersOf<N>;

/** An initializer as plain data: its name and its parameters. */
export type Initializer = { [N in InitializerName]: InitializerOf<N> }[InitializerName];

/** All names, in the order of the documentation. */
const initializerNames = Object.keys(definitions) as readonly InitializerName[];

/** All elements 0. The default of biases. */
export const zeros = (): Initializer => ({ name: "zeros" });

/** All elements 1. */
export const ones = (): Initializer => ({ name: "ones" });

/** All elements `value`. */
export const constant = (options: { readonly value: number }): Initializer =>
  make("constant", options);

/** Uniform in [minval, maxval): −0.05 and 0.05 unless given. */
export const randomUniform = (
  options: { readonly minval?: number; readonly maxval?: number } = {},
): Initializer => make("randomUniform", options);

/** Normal: mean 0 and deviation 0.05 unless given. */
export const randomNormal = (options: NormalOptions = {}): Initializer =>
  make("randomNormal", options);

/** Normal, where draws beyond two deviations from the mean are drawn again. */
export const truncatedNormal = (options: NormalOptions = {}): Initializer =>
  make("truncatedNormal", options);

/**
 * Uniform within ±√(6 / (fanIn + fanOut)): for tanh, sigmoid and linear layers; the default of kernels.
 * Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
 */
export const glorotUniform = (): Initializer => ({ name: "glorotUniform" });

/** Truncated normal of deviation √(2 / (fanIn + fanOut)); see {@link glorotUniform}. */
export const glorotNormal = (): Initializer => ({ name: "glorotNormal" });

/**
 * Uniform within ±√(6 / fanIn): for relu and its kin. He, Zhang, Ren & Sun 2015, "Delving deep into
 * rectifiers".
 */
export const heUniform = (): Initializer => ({ name: "heUniform" });

/** Truncated normal of deviation √(2 / fanIn); see {@link heUniform}. */
export const heNormal = (): Initializer => ({ name: "heNormal" });

/**
 * Uniform within ±√(3 / fanIn). LeCun, Bottou, Orr & Müller 1998, "Efficient backprop".
 */
export const lecunUniform = (): Initializer => ({ name: "lecunUniform" });

/**
 * Truncated normal of deviation √(1 / fanIn), as selu needs it (Klambauer et al. 2017); see
 * {@link lecunUniform}.
 */
export const lecunNormal = (): Initializer => ({ name: "lecunNormal" });

/**
 * A random orthogonal matrix times `gain` (1 unless given). Saxe, McClelland & Ganguli 2014, "Exact
 * solutions to the nonlinear dynamics of learning in deep linear neural networks".
 */
export const orthogonal = (options: { readonly gain?: number } = {}): Initializer =>
  make("orthogonal", options);

/** Parameters of {@link randomNormal} and {@link truncatedNormal}. */
export interface NormalOptions {
  readonly mean?: number;
  readonly stddev?: number;
}

/**
 * The initializer that a name or plain data means, complete with default parameters. `it` may come from
 * a file: only known names and parameters pass.
 * @param where how errors name the place, "dense: kernelInitializer"
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function resolveInitializer(where: string, it: unknown): Initializer {
  const { name: given, ...options } = isRecord(it) ? it : { name: it };
  const name = checkName(where, "initializer", given, initializerNames);
  const { defaults } = definition(name);
  const at = `${where}: ${name}`;
  checkOptions(at, options, Object.keys(defaults));
  const parameters: Record<string, number> = {};
  for (const [key, standard] of Object.entries(defaults)) {
    const { [key]: value = standard } = options;
    checkThat(isF32(value), at, `${key} as a finite number`, value);
    parameters[key] = value;
  }
  return { name, ...parameters } as Initializer;
}

/**
 * A new parameter of that shape, compact and row-major: a pure function of its arguments, the random
 * stream's position included.
 */
export function initialize(
  initializer: Initializer,
  shape: readonly number[],
  random: RandomStream,
): Float32Array {
  const { name, ...parameters } = initializer;
  const out = new Float32Array(elementCount(shape));
  definition(name).fill(out, shape, random, parameters);
  return out;
}

function make(name: InitializerName, options: object): Initializer {
  return resolveInitializer("initializer", { ...options, name });
}

/** A row of the table, seen without the names of its parameters. */
function definition(name: InitializerName): Definition<Parameters> {
  return definitions[name] as Definition<Parameters>;
}
