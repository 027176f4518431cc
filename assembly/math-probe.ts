// One vector function over an array, by number: for tests and tools that measure error and speed.

import { full } from "./full";
import {
  cos, erf, exp, expm1, expMinusSquare, log, log1p, log1pPositive, normalTail, sigmoid, sin, tanh,
} from "./math";

const EVALUATE_EXP = 0;
const EVALUATE_EXPM1 = 1;
const EVALUATE_LOG = 2;
const EVALUATE_LOG1P = 3;
const EVALUATE_TANH = 4;
const EVALUATE_SIGMOID = 5;
const EVALUATE_ERF = 6;
const EVALUATE_SIN = 7;
const EVALUATE_COS = 8;
const EVALUATE_NORMAL_TAIL = 9;
const EVALUATE_LOG1P_POSITIVE = 10;
const EVALUATE_EXP_MINUS_SQUARE = 11;
const EVALUATE_EXP_MINUS_HALF_SQUARE = 12;

/** For tests and tools: dst[count] ← fn(src[count]), fn an EVALUATE_*; count is a multiple of 4. */
export function evaluate(fn: i32, src: usize, dst: usize, count: i32): void {
  // Nobody measures the page's kernel.
  if (!full()) return;
  const end = src + (<usize>count << 2);
  for (; src < end; src += 16, dst += 16) {
    const x = v128.load(src);
    let y = x;
    switch (fn) {
      case EVALUATE_EXP: { y = exp(x); break; }
      case EVALUATE_EXPM1: { y = expm1(x); break; }
      case EVALUATE_LOG: { y = log(x); break; }
      case EVALUATE_LOG1P: { y = log1p(x); break; }
      case EVALUATE_TANH: { y = tanh(x); break; }
      case EVALUATE_SIGMOID: { y = sigmoid(x); break; }
      case EVALUATE_ERF: { y = erf(x); break; }
      case EVALUATE_SIN: { y = sin(x); break; }
      case EVALUATE_COS: { y = cos(x); break; }
      case EVALUATE_NORMAL_TAIL: { y = normalTail(x); break; }
      case EVALUATE_LOG1P_POSITIVE: { y = log1pPositive(x); break; }
      case EVALUATE_EXP_MINUS_SQUARE: { y = expMinusSquare(x, 1); break; }
      case EVALUATE_EXP_MINUS_HALF_SQUARE: { y = expMinusSquare(x, 0.5); break; }
      default: unreachable();
    }
    v128.store(dst, y);
  }
}
