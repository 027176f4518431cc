// Seeded random numbers for the benchmarks' data, initial weights and shuffles.

/** Numbers in [0, 1), always the same for one seed. mulberry32 by Tommy Ettinger (public domain). */
export function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fisher–Yates. */
export function shuffle(order: Uint32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = (random() * (i + 1)) | 0;
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
}
