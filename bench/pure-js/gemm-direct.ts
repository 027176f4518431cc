// Products of small matrices where they stand, and of one row with a matrix: here packing would cost
// more than it gives. The same register tiles, reading floats.

/** c[m×n] ← a·b + bias[n]; a's element (i, p) is at i·aRow + p·aStep, so that a may be transposed. */
export function gemmColumns(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  aRow: number,
  aStep: number,
  b: Float32Array,
  c: Float32Array,
  bias: Float32Array | undefined,
): void {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    if (bias !== undefined) {
      s0 = bias[j] as number;
      s1 = bias[j + 1] as number;
      s2 = bias[j + 2] as number;
      s3 = bias[j + 3] as number;
    }
    let i = 0;
    for (; i + 2 <= m; i += 2) {
      let c00 = s0;
      let c01 = s1;
      let c02 = s2;
      let c03 = s3;
      let c10 = s0;
      let c11 = s1;
      let c12 = s2;
      let c13 = s3;
      let p0 = i * aRow;
      let p1 = p0 + aRow;
      let q = j;
      for (let p = 0; p < k; p++) {
        const a0 = a[p0] as number;
        const a1 = a[p1] as number;
        const b0 = b[q] as number;
        const b1 = b[(q + 1) | 0] as number;
        const b2 = b[(q + 2) | 0] as number;
        const b3 = b[(q + 3) | 0] as number;
        c00 += a0 * b0;
        c01 += a0 * b1;
        c02 += a0 * b2;
        c03 += a0 * b3;
        c10 += a1 * b0;
        c11 += a1 * b1;
        c12 += a1 * b2;
        c13 += a1 * b3;
        p0 = (p0 + aStep) | 0;
        p1 = (p1 + aStep) | 0;
        q = (q + n) | 0;
      }
      const at = i * n + j;
      c[at] = c00;
      c[at + 1] = c01;
      c[at + 2] = c02;
      c[at + 3] = c03;
      c[at + n] = c10;
      c[at + n + 1] = c11;
      c[at + n + 2] = c12;
      c[at + n + 3] = c13;
    }
    if (i < m) {
      let p0 = i * aRow;
      let q = j;
      for (let p = 0; p < k; p++) {
        const a0 = a[p0] as number;
        s0 += a0 * (b[q] as number);
        s1 += a0 * (b[(q + 1) | 0] as number);
        s2 += a0 * (b[(q + 2) | 0] as number);
        s3 += a0 * (b[(q + 3) | 0] as number);
        p0 = (p0 + aStep) | 0;
        q = (q + n) | 0;
      }
      const at = i * n + j;
      c[at] = s0;
      c[at + 1] = s1;
      c[at + 2] = s2;
      c[at + 3] = s3;
    }
  }
  for (; j < n; j++) {
    const start = bias === undefined ? 0 : (bias[j] as number);
    for (let i = 0; i < m; i++) {
      let sum = start;
      let p0 = i * aRow;
      let q = j;
      for (let p = 0; p < k; p++) {
        sum += (a[p0] as number) * (b[q] as number);
        p0 = (p0 + aStep) | 0;
        q = (q + n) | 0;
      }
      c[i * n + j] = sum;
    }
  }
}

/** c[m×n] ← a[m×k] · b[n×k]ᵀ + bias[n]: dot products of rows, 2×2 at a time. */
export function gemmRows(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  bias: Float32Array | undefined,
): void {
  for (let j = 0; j < n; j += 2) {
    const two = j + 1 < n;
    const s0 = bias === undefined ? 0 : (bias[j] as number);
    const s1 = bias === undefined || !two ? 0 : (bias[j + 1] as number);
    for (let i = 0; i < m; i += 2) {
      // A missing second row or column is computed from the first again and not stored.
      let p0 = i * k;
      let p1 = i + 1 < m ? p0 + k : p0;
      let q0 = j * k;
      let q1 = two ? q0 + k : q0;
      let c00 = s0;
      let c01 = s1;
      let c10 = s0;
      let c11 = s1;
      const end = (p0 + k) | 0;
      while (p0 < end) {
        const a0 = a[p0] as number;
        const a1 = a[p1] as number;
        const b0 = b[q0] as number;
        const b1 = b[q1] as number;
        c00 += a0 * b0;
        c01 += a0 * b1;
        c10 += a1 * b0;
        c11 += a1 * b1;
        p0 = (p0 + 1) | 0;
        p1 = (p1 + 1) | 0;
        q0 = (q0 + 1) | 0;
        q1 = (q1 + 1) | 0;
      }
      const at = i * n + j;
      c[at] = c00;
      if (two) c[at + 1] = c01;
      if (i + 1 >= m) continue;
      c[at + n] = c10;
      if (two) c[at + n + 1] = c11;
    }
  }
}

/** c[n] ← a[k] · b[k×n] + bias[n], eight rows of b in one pass over c. */
export function rowTimesMatrix(
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  bias: Float32Array | undefined,
): void {
  if (bias === undefined) c.fill(0, 0, n);
  else c.set(bias);
  let p = 0;
  for (; p + 8 <= k; p += 8) {
    const a0 = a[p] as number;
    const a1 = a[p + 1] as number;
    const a2 = a[p + 2] as number;
    const a3 = a[p + 3] as number;
    const a4 = a[p + 4] as number;
    const a5 = a[p + 5] as number;
    const a6 = a[p + 6] as number;
    const a7 = a[p + 7] as number;
    let q0 = p * n;
    let q1 = q0 + n;
    let q2 = q1 + n;
    let q3 = q2 + n;
    let q4 = q3 + n;
    let q5 = q4 + n;
    let q6 = q5 + n;
    let q7 = q6 + n;
    for (let j = 0; j < n; j++) {
      c[j] =
        (c[j] as number) +
        (a0 * (b[q0] as number) + a1 * (b[q1] as number)) +
        (a2 * (b[q2] as number) + a3 * (b[q3] as number)) +
        (a4 * (b[q4] as number) + a5 * (b[q5] as number)) +
        (a6 * (b[q6] as number) + a7 * (b[q7] as number));
      q0 = (q0 + 1) | 0;
      q1 = (q1 + 1) | 0;
      q2 = (q2 + 1) | 0;
      q3 = (q3 + 1) | 0;
      q4 = (q4 + 1) | 0;
      q5 = (q5 + 1) | 0;
      q6 = (q6 + 1) | 0;
      q7 = (q7 + 1) | 0;
    }
  }
  for (; p < k; p++) {
    const a0 = a[p] as number;
    let q = p * n;
    for (let j = 0; j < n; j++) {
      c[j] = (c[j] as number) + a0 * (b[q] as number);
      q = (q + 1) | 0;
    }
  }
}
