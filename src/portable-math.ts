// Transcendental functions from + − × ÷ and the square root only, in f64. The host's Math.exp, log,
// sin … differ between engines in their last bits; these give the same bits in all of them, so that
// generated points and initial weights do too. Errors are stated in ulp, measured on the tests' points.

const LN2_HIGH = 0.6931471803691238; // 32 bits: its products with |n| < 2^21 are exact
const LN2_LOW = 1.9082149292705877e-10;

const HALF_PI_1 = 1.5707963267341256; // 33 bits of π/2, the next 33, and the rest
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;
const INVERSE_HALF_PI = 0.6366197723675814;
const REDUCIBLE = 1e6;

// Taylor coefficients, the highest power first: on the reduced ranges they reach f64's last bit.
/** (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2: 1/13!, …, 1/2!. */
const EXP = inverseFactorials([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
/** (ln((1 + s) / (1 − s)) − 2s) / s³ in s² ≤ 0.0295: 2/25, …, 2/3. */
const LOG = [25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3].map((k) => 2 / k);
/** (sin r − r) / r³ in r², |r| ≤ π/4. */
const SIN = inverseFactorials([17, -15, 13, -11, 9, -7, 5, -3]);
/** (cos r − 1 + r²/2) / r⁴ in r². */
const COS = inverseFactorials([16, -14, 12, -10, 8, -6, 4]);

// Wichura 1988, algorithm AS 241 (PPND16): numerators and denominators, the highest power first.
const CENTRAL = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTRAL_BELOW = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const MIDDLE = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BELOW = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
const TAIL = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const TAIL_BELOW = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

const bits = new DataView(new ArrayBuffer(8));

/** eˣ, within 1 ulp; 0 below −745.13, ∞ above 709.78. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const n = Math.round(x * Math.LOG2E);
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  const lost = high - r - low;
  const y = 1 + (r + (r * r * polynomial(EXP, r) + lost));
  // In two steps, since 2^n itself may be outside of f64's range.
  const half = n >> 1;
  return y * powerOfTwo(half) * powerOfTwo(n - half);
}

/** ln x, within 1 ulp; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  // Denormals become normal first.
  const tiny = x < 2.2250738585072014e-308;
  bits.setFloat64(0, tiny ? x * 18014398509481984 : x);
  const word = bits.getInt32(0);
  let exponent = (word >> 20) - 1022 - (tiny ? 54 : 0);
  bits.setInt32(0, (word & 0xfffff) | 0x3fe00000);
  let mantissa = bits.getFloat64(0); // in [½, 1)
  if (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  const rest = s * s * polynomial(LOG, s * s);
  // ln(1 + f) = f − (f²/2 − s·(f²/2 + rest)): the leading term is exact.
  const small = s * (half + rest) + exponent * LN2_LOW;
  return exponent * LN2_HIGH - (half - small - f);
}

/** sin x for |x| ≤ 10⁶, within 1 ulp; NaN beyond. */
export function sin(x: number): number {
  return quarterWave(x, 0);
}

/** cos x for |x| ≤ 10⁶, within 1 ulp; NaN beyond. */
export function cos(x: number): number {
  return quarterWave(x, 1);
}

/**
 * The z below which a standard normal variable stays with the probability p: relative error below
 * 1e-15 (Wichura 1988, AS 241). −∞ at 0, ∞ at 1, NaN outside.
 */
export function inverseNormal(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRAL, r)) / polynomial(CENTRAL_BELOW, r);
  }
  const outer = q < 0 ? p : 1 - p;
  if (!(outer > 0)) return outer === 0 ? q * Number.POSITIVE_INFINITY : Number.NaN;
  const r = Math.sqrt(-log(outer));
  const z =
    r <= 5
      ? polynomial(MIDDLE, r - 1.6) / polynomial(MIDDLE_BELOW, r - 1.6)
      : polynomial(TAIL, r - 5) / polynomial(TAIL_BELOW, r - 5);
  return q < 0 ? -z : z;
}

/** sin(x + quarters·π/2). */
function quarterWave(x: number, quarters: number): number {
  if (!(x >= -REDUCIBLE && x <= REDUCIBLE)) return Number.NaN;
  const n = Math.round(x * INVERSE_HALF_PI);
  // r + lost = x − n·π/2; the first product and difference are exact.
  const high = x - n * HALF_PI_1;
  const second = n * HALF_PI_2;
  const mid = high - second;
  const third = n * HALF_PI_3 - (high - mid - second);
  const r = mid - third;
  const lost = mid - r - third;
  const z = r * r;
  const turn = (n + quarters) & 3;
  let y: number;
  if (turn & 1) {
    const half = 0.5 * z;
    const w = 1 - half;
    y = w + (1 - w - half + (z * z * polynomial(COS, z) - r * lost));
  } else {
    y = r + (r * z * polynomial(SIN, z) + lost * (1 - 0.5 * z));
  }
  return turn & 2 ? -y : y;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  // By index: normal variables are made of these, and for…of takes twice the time.
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + (coefficients[i] as number);
  return sum;
}

/** 2^n for −1022 ≤ n ≤ 1023, exactly. */
function powerOfTwo(n: number): number {
  bits.setInt32(0, (n + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}

/** 1/n! for every n; −1/|n|! for negative ones. */
function inverseFactorials(orders: readonly number[]): number[] {
  return orders.map((n) => {
    let factorial = Math.sign(n);
    for (let i = 2; i <= Math.abs(n); i++) factorial *= i;
    return 1 / factorial;
  });
}
