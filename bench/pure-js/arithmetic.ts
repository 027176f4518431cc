// The two kinds of pure JavaScript that take part. They differ in what costs most, and share the rest.

import {
  type InPlace,
  mathSigmoid,
  mathTanh,
  rationalSigmoid,
  rationalTanh,
} from "./activations.ts";
import { type Gemm, gemmWith } from "./gemm.ts";
import { packedGemm } from "./gemm-packed.ts";
import { panelsF32 } from "./panels-f32.ts";
import { panelsF64 } from "./panels-f64.ts";

export interface Arithmetic {
  readonly gemm: Gemm;
  readonly tanh: InPlace;
  readonly sigmoid: InPlace;
}

/** What a competent engineer writes: Float32Arrays throughout, the Math functions. */
export const f32: Arithmetic = {
  gemm: gemmWith(packedGemm(panelsF32)),
  tanh: mathTanh,
  sigmoid: mathSigmoid,
};

/** What V8 likes best: panels of doubles, tanh by a rational function. */
export const f64: Arithmetic = {
  gemm: gemmWith(packedGemm(panelsF64)),
  tanh: rationalTanh,
  sigmoid: rationalSigmoid,
};
