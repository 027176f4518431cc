// Runs an elementwise activation or its gradient over contiguous floats: one switch a call, a tight
// loop for each kind. Softmax, which sees whole rows, is not here. Gemm's epilogue calls this too.

import {
  ACTIVATION_LINEAR, ACTIVATION_STEP, ACTIVATION_RELU, ACTIVATION_RELU6, ACTIVATION_LEAKY_RELU,
  ACTIVATION_ELU, ACTIVATION_SELU, ACTIVATION_SIGMOID, ACTIVATION_HARD_SIGMOID, ACTIVATION_TANH,
  ACTIVATION_SOFTPLUS, ACTIVATION_SOFTSIGN, ACTIVATION_GELU, ACTIVATION_SWISH, ACTIVATION_MISH,
  ACTIVATION_SINE, ACTIVATION_GAUSSIAN, ACTIVATION_EXPONENTIAL,
} from "../abi";
import { Activation } from "./activation";
import { Elu } from "./elu";
import { Exponential } from "./exponential";
import { Gaussian } from "./gaussian";
import { Gelu } from "./gelu";
import { HardSigmoid } from "./hard-sigmoid";
import { LeakyRelu } from "./leaky-relu";
import { Mish } from "./mish";
import { Relu } from "./relu";
import { Relu6 } from "./relu6";
import { Selu } from "./selu";
import { Sigmoid } from "./sigmoid";
import { Sine } from "./sine";
import { Softplus } from "./softplus";
import { Softsign } from "./softsign";
import { Step } from "./step";
import { Swish } from "./swish";
import { Tanh } from "./tanh";

/**
 * One vector a turn: of two in neighbouring places V8's revectorizer (bench/README.md) would make one, and
 * over so many functions in one it gives up the process (Node 24).
 */
function forward<A extends Activation>(src: usize, dst: usize, count: i32, alpha: v128): void {
  const f = changetype<A>(0);
  const end = src + (<usize>count << 2);
  while (src < end) {
    v128.store(dst, f.forward(v128.load(src), alpha));
    src += 16;
    dst += 16;
  }
}

function gradient<A extends Activation>(
  dy: usize, aux: usize, dst: usize, count: i32, alpha: v128,
): void {
  const f = changetype<A>(0);
  const end = aux + (<usize>count << 2);
  const pairs = aux + (<usize>(count & ~7) << 2);
  while (aux < pairs) {
    const d0 = f32x4.mul(v128.load(dy), f.derivative(v128.load(aux), alpha));
    const d1 = f32x4.mul(v128.load(dy, 16), f.derivative(v128.load(aux, 16), alpha));
    v128.store(dst, d0);
    v128.store(dst, d1, 16);
    aux += 32;
    dy += 32;
    dst += 32;
  }
  if (aux < end) v128.store(dst, f32x4.mul(v128.load(dy), f.derivative(v128.load(aux), alpha)));
}

/** dst[count] ← f(src[count]) of an elementwise kind; count is a multiple of 4; dst may be src. */
export function applyActivation(kind: i32, src: usize, dst: usize, count: i32, alpha: f32): void {
  const a = f32x4.splat(alpha);
  switch (kind) {
    case ACTIVATION_LINEAR: { if (src != dst) memory.copy(dst, src, <usize>count << 2); break; }
    case ACTIVATION_STEP: { forward<Step>(src, dst, count, a); break; }
    case ACTIVATION_RELU: { forward<Relu>(src, dst, count, a); break; }
    case ACTIVATION_RELU6: { forward<Relu6>(src, dst, count, a); break; }
    case ACTIVATION_LEAKY_RELU: { forward<LeakyRelu>(src, dst, count, a); break; }
    case ACTIVATION_ELU: { forward<Elu>(src, dst, count, a); break; }
    case ACTIVATION_SELU: { forward<Selu>(src, dst, count, a); break; }
    case ACTIVATION_SIGMOID: { forward<Sigmoid>(src, dst, count, a); break; }
    case ACTIVATION_HARD_SIGMOID: { forward<HardSigmoid>(src, dst, count, a); break; }
    case ACTIVATION_TANH: { forward<Tanh>(src, dst, count, a); break; }
    case ACTIVATION_SOFTPLUS: { forward<Softplus>(src, dst, count, a); break; }
    case ACTIVATION_SOFTSIGN: { forward<Softsign>(src, dst, count, a); break; }
    case ACTIVATION_GELU: { forward<Gelu>(src, dst, count, a); break; }
    case ACTIVATION_SWISH: { forward<Swish>(src, dst, count, a); break; }
    case ACTIVATION_MISH: { forward<Mish>(src, dst, count, a); break; }
    case ACTIVATION_SINE: { forward<Sine>(src, dst, count, a); break; }
    case ACTIVATION_GAUSSIAN: { forward<Gaussian>(src, dst, count, a); break; }
    case ACTIVATION_EXPONENTIAL: { forward<Exponential>(src, dst, count, a); break; }
    default: unreachable();
  }
}

/** dst[count] ← dy ∘ f′(aux), aux being f's output or input as the kind demands; dst may be dy. */
export function applyGradient(
  kind: i32, dy: usize, aux: usize, dst: usize, count: i32, alpha: f32,
): void {
  const a = f32x4.splat(alpha);
  switch (kind) {
    case ACTIVATION_LINEAR: { if (dy != dst) memory.copy(dst, dy, <usize>count << 2); break; }
    case ACTIVATION_STEP: { gradient<Step>(dy, aux, dst, count, a); break; }
    case ACTIVATION_RELU: { gradient<Relu>(dy, aux, dst, count, a); break; }
    case ACTIVATION_RELU6: { gradient<Relu6>(dy, aux, dst, count, a); break; }
    case ACTIVATION_LEAKY_RELU: { gradient<LeakyRelu>(dy, aux, dst, count, a); break; }
    case ACTIVATION_ELU: { gradient<Elu>(dy, aux, dst, count, a); break; }
    case ACTIVATION_SELU: { gradient<Selu>(dy, aux, dst, count, a); break; }
    case ACTIVATION_SIGMOID: { gradient<Sigmoid>(dy, aux, dst, count, a); break; }
    case ACTIVATION_HARD_SIGMOID: { gradient<HardSigmoid>(dy, aux, dst, count, a); break; }
    case ACTIVATION_TANH: { gradient<Tanh>(dy, aux, dst, count, a); break; }
    case ACTIVATION_SOFTPLUS: { gradient<Softplus>(dy, aux, dst, count, a); break; }
    case ACTIVATION_SOFTSIGN: { gradient<Softsign>(dy, aux, dst, count, a); break; }
    case ACTIVATION_GELU: { gradient<Gelu>(dy, aux, dst, count, a); break; }
    case ACTIVATION_SWISH: { gradient<Swish>(dy, aux, dst, count, a); break; }
    case ACTIVATION_MISH: { gradient<Mish>(dy, aux, dst, count, a); break; }
    case ACTIVATION_SINE: { gradient<Sine>(dy, aux, dst, count, a); break; }
    case ACTIVATION_GAUSSIAN: { gradient<Gaussian>(dy, aux, dst, count, a); break; }
    case ACTIVATION_EXPONENTIAL: { gradient<Exponential>(dy, aux, dst, count, a); break; }
    default: unreachable();
  }
}
