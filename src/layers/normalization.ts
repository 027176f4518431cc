// What all normalizing layers share: their options, gamma and beta, and the ops' labels and operands.
// What the ops do stands at their codes in assembly/abi.ts.

import { COMBINE_SUM } from "../../assembly/abi.ts";
import {
  type Initializer,
  type InitializerName,
  resolveInitializer,
} from "../initializers/index.ts";
import { checkOptions, checkThat, isF32 } from "../options.ts";
import type { Label, PlanBuilder } from "../plan/builder.ts";
import { fixedTensor, stride, type Tensor, view } from "../plan/tensor.ts";
import type { EmitContext, ParameterSpec, Regularizer } from "./layer.ts";
import { resolveRegularizer } from "./regularizer.ts";
import { clearPadding } from "./rows.ts";

/** Options of every layer that normalizes and then gives mean and deviation of its own. */
export interface NormalizationOptions {
  /** The axis that has a gamma and a beta for each of its places: only the last, −1, is known. Default: −1. */
  readonly axis?: number;
  /** Added to the variance: a number > 0. Default: 1e-3. */
  readonly epsilon?: number;
  /** Whether to add beta. Default: true. */
  readonly center?: boolean;
  /** Whether to multiply by gamma. Default: true. */
  readonly scale?: boolean;
  /** Default: "zeros". */
  readonly betaInitializer?: InitializerName | Initializer;
  /** Default: "ones". */
  readonly gammaInitializer?: InitializerName | Initializer;
  /** Penalty on beta: `{ l1, l2 }`, or a number for l2. */
  readonly betaRegularizer?: Partial<Regularizer> | number;
  /** Penalty on gamma. */
  readonly gammaRegularizer?: Partial<Regularizer> | number;
  readonly name?: string;
}

const known = [
  "axis",
  "epsilon",
  "center",
  "scale",
  "betaInitializer",
  "gammaInitializer",
  "betaRegularizer",
  "gammaRegularizer",
  "name",
] as const;

/** Options, checked and complete. */
export interface Normalization {
  readonly epsilon: number;
  /** What of {@link Layer.config} they are. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Gamma and beta for `channels` places, as far as the layer has them. */
  parameters(channels: number): ParameterSpec[];
}

/**
 * @param more names of the layer's other options
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function resolveNormalization(
  where: string,
  options: NormalizationOptions,
  more: readonly string[] = [],
): Normalization {
  checkOptions(where, options, [...known, ...more]);
  const { axis = -1, epsilon = 1e-3, center = true, scale = true } = options;
  const remedy = "Move that axis to the end, by permute.";
  checkThat(axis === -1, where, "axis −1, the last", axis, remedy);
  checkEpsilon(where, epsilon);
  checkThat(typeof center === "boolean", where, "center as true or false", center);
  checkThat(typeof scale === "boolean", where, "scale as true or false", scale);
  const gammaInitializer = resolveInitializer(
    `${where}: gammaInitializer`,
    options.gammaInitializer ?? "ones",
  );
  const betaInitializer = resolveInitializer(
    `${where}: betaInitializer`,
    options.betaInitializer ?? "zeros",
  );
  const gammaRegularizer = resolveRegularizer(
    `${where}: gammaRegularizer`,
    options.gammaRegularizer,
  );
  const betaRegularizer = resolveRegularizer(`${where}: betaRegularizer`, options.betaRegularizer);
  return {
    epsilon,
    config: {
      epsilon,
      center,
      scale,
      betaInitializer,
      gammaInitializer,
      ...(betaRegularizer && { betaRegularizer }),
      ...(gammaRegularizer && { gammaRegularizer }),
    },
    parameters(channels) {
      const shape = [channels];
      const gamma = { initializer: gammaInitializer, regularizer: gammaRegularizer };
      const beta = { initializer: betaInitializer, regularizer: betaRegularizer };
      return [
        ...(scale ? [{ name: "gamma", shape, ...gamma }] : []),
        ...(center ? [{ name: "beta", shape, ...beta }] : []),
      ];
    },
  };
}

/** @throws LayerwiseError `invalidArgument` unless f32 holds it and it is above 0 */
export function checkEpsilon(where: string, epsilon: unknown): void {
  const holds = isF32(epsilon) && Math.fround(epsilon) > 0;
  checkThat(holds, where, "epsilon as a number > 0", epsilon);
}

/** The last dimension of the input. */
export function channelsOf({ x }: EmitContext): number {
  return x.shape.at(-1) ?? 1;
}

/** Gamma and beta as the kernel reads them: ones and zeros where the layer has none. */
export function gammaAndBeta(
  { name, parameters }: EmitContext,
  channels: number,
): readonly [gamma: Tensor, beta: Tensor] {
  const row = (what: string, value: number) => {
    const values = new Float32Array(stride(channels)).fill(value, 0, channels);
    return { ...fixedTensor(`${name}.${what}`, 1, values.length, -1), values };
  };
  return [parameters.gamma ?? row("ones", 1), parameters.beta ?? row("zeros", 0)];
}

/** Room for some rows of numbers for each channel, which the batch does not change. */
export function channelRows(name: string, rows: number, channels: number): Tensor {
  return { ...fixedTensor(name, rows, channels, -1), keep: false };
}

/** One of the rows of such a tensor. */
export function rowOf(it: Tensor, row: number): Tensor {
  return view(it, { rows: 1 }, row * it.ld * 4);
}

/** Gradients of beta and gamma ← the first two rows of the sums. */
export function keepGradients({ plan, name, gradients }: EmitContext, sums: Tensor): void {
  const label = { layer: name, role: "parameter gradient" };
  [gradients?.beta, gradients?.gamma].forEach((gradient, row) => {
    if (gradient) plan.combine(label, COMBINE_SUM, rowOf(sums, row), undefined, gradient);
  });
}

/** Whether anybody asks for the gradient of gamma or beta. */
export function hasGradients({ gradients }: EmitContext): boolean {
  return gradients?.gamma !== undefined || gradients?.beta !== undefined;
}

/**
 * After an op has changed the rows of `flat` in place: those it saw may be a copy. What it left in the padding
 * would get into that of a weight's gradient below.
 */
export function putBack(plan: PlanBuilder, label: Label, rows: Tensor, flat: Tensor): void {
  const { cols, ld } = rows;
  if ((rows.base ?? rows) === (flat.base ?? flat)) {
    clearPadding(plan, label, rows);
    return;
  }
  plan.copy(label, rows, flat, { size: [rows.rows, cols], from: [ld, 1], to: [cols, 1] });
}
