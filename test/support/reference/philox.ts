// Philox4x32, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3" (2011), section 3.3, word for word in BigInt.

type Counter = readonly [number, number, number, number];
type Key = readonly [number, number];

const MULTIPLIER_0 = 0xd2511f53n;
const MULTIPLIER_1 = 0xcd9e8d57n;
/** The golden ratio and √3 − 1, as 32-bit fractions. */
const WEYL_0 = 0x9e3779b9n;
const WEYL_1 = 0xbb67ae85n;
const MASK = 0xffffffffn;

/** Four random 32-bit words (0…2³² − 1) from a counter and a key. */
export function philox4x32(
  counter: Counter,
  key: Key,
  rounds = 10,
): [number, number, number, number] {
  let [c0, c1, c2, c3] = [
    BigInt(counter[0]),
    BigInt(counter[1]),
    BigInt(counter[2]),
    BigInt(counter[3]),
  ];
  let [k0, k1] = [BigInt(key[0]), BigInt(key[1])];
  for (let round = 0; round < rounds; round++) {
    const product0 = MULTIPLIER_0 * c0;
    const product1 = MULTIPLIER_1 * c2;
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & MASK,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & MASK,
    ];
    k0 = (k0 + WEYL_0) & MASK;
    k1 = (k1 + WEYL_1) & MASK;
  }
  return [Number(c0), Number(c1), Number(c2), Number(c3)];
}
