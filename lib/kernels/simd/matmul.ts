// The twin of ../matmul.ts: the same sums in the same order, sixteen columns at a time. AssemblyScript.

/** Rows of a block of packed B: a panel of it, 16 KiB, stays in the first cache. */
const BLOCK: i32 = 256;
/** Columns of a panel. */
const PANEL: i32 = 16;

/** Packs B [K, N], element (k, j) at b + k·bStep + j·bColumn: blocks of rows, panels of columns, zeros beyond N. */
export function pack(p: i32, b: i32, bStep: i32, bColumn: i32, K: i32, N: i32): void {
  let to: usize = <usize>p << 2;
  for (let k = 0; k < K; k += BLOCK) {
    const rows = min(BLOCK, K - k);
    for (let j = 0; j < N; j += PANEL) {
      const from: usize = <usize>(b + k * bStep + j * bColumn) << 2;
      if (j + PANEL > N) packEdge(to, from, bStep << 2, bColumn << 2, rows, N - j);
      else if (bColumn == 1) packRows(to, from, bStep << 2, rows);
      else if (bStep == 1) packColumns(to, from, bColumn << 2, rows);
      else packEdge(to, from, bStep << 2, bColumn << 2, rows, PANEL);
      to += rows << 6;
    }
  }
}

function packRows(to: usize, from: usize, step: i32, rows: i32): void {
  for (let k = 0; k < rows; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    to += 64;
    from += step;
  }
}

/** Rows of B that lie along memory: transposes blocks of 4 x 4. */
function packColumns(to: usize, from: usize, column: i32, rows: i32): void {
  let k = 0;
  for (; k + 4 <= rows; k += 4) {
    for (let q = 0; q < 4; q++) {
      const s = from + q * 4 * column;
      const d = to + (q << 4);
      const r0 = v128.load(s);
      const r1 = v128.load(s + column);
      const r2 = v128.load(s + 2 * column);
      const r3 = v128.load(s + 3 * column);
      const a0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
      const a1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
      const a2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
      const a3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
      v128.store(d, v128.shuffle<i64>(a0, a1, 0, 2));
      v128.store(d, v128.shuffle<i64>(a0, a1, 1, 3), 64);
      v128.store(d, v128.shuffle<i64>(a2, a3, 0, 2), 128);
      v128.store(d, v128.shuffle<i64>(a2, a3, 1, 3), 192);
    }
    to += 256;
    from += 16;
  }
  packEdge(to, from, 4, column, rows - k, PANEL);
}

function packEdge(to: usize, from: usize, step: i32, column: i32, rows: i32, columns: i32): void {
  for (let k = 0; k < rows; k++) {
    for (let j = 0; j < PANEL; j++) store<f32>(to + (j << 2), j < columns ? load<f32>(from + j * column) : 0);
    to += 64;
    from += step;
  }
}

/** C [M, N] (+)= A [M, K] · packed B. */
export function matmul(
  c: i32, ldc: i32, a: i32, lda: i32, p: i32, M: i32, N: i32, K: i32, accumulate: i32,
): void {
  product(c, ldc, a, lda, 1, p, M, N, K, accumulate);
}

/** C [M, N] += A [K, M]ᵀ · B [K, N], k from the last row to the first; packs B into scratch. */
export function matmulGradient(
  c: i32, ldc: i32, a: i32, lda: i32, b: i32, ldb: i32, scratch: i32, M: i32, N: i32, K: i32,
): void {
  pack(scratch, b + (K - 1) * ldb, -ldb, 1, K, N);
  product(c, ldc, a + (K - 1) * lda, 1, -lda, scratch, M, N, K, 1);
}

function product(
  c: i32, ldc: i32, a: i32, aRow: i32, aStep: i32, p: i32, M: i32, N: i32, K: i32, accumulate: i32,
): void {
  const row = ldc << 2;
  const next = aRow << 2;
  const step = aStep << 2;
  let panel: usize = <usize>p << 2;
  for (let k = 0; k == 0 || k < K; k += BLOCK) {
    const depth = min(BLOCK, K - k);
    const add = accumulate != 0 || k > 0;
    const from: usize = <usize>(a + k * aStep) << 2;
    for (let j = 0; j < N; j += PANEL) {
      const to: usize = <usize>(c + j) << 2;
      const columns = N - j;
      let i = 0;
      if (columns >= PANEL) {
        for (; i + 2 <= M; i += 2) tile2x16(to + i * row, row, from + i * next, next, step, panel, depth, add);
        if (i < M) tile1x16(to + i * row, from + i * next, step, panel, depth, add);
      } else {
        for (; i < M; i++) tileEdge(to + i * row, from + i * next, step, panel, depth, add, columns);
      }
      panel += depth << 6;
    }
  }
}

// @ts-expect-error: decorator
@inline
function tile2x16(c: usize, row: i32, a: usize, next: i32, step: i32, b: usize, depth: i32, add: bool): void {
  const end = b + (depth << 6);
  const d = c + row;
  let e = a + next;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  if (add) {
    c0 = v128.load(c); c1 = v128.load(c, 16); c2 = v128.load(c, 32); c3 = v128.load(c, 48);
    d0 = v128.load(d); d1 = v128.load(d, 16); d2 = v128.load(d, 32); d3 = v128.load(d, 48);
  }
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, b0)); c1 = f32x4.add(c1, f32x4.mul(s, b1));
    c2 = f32x4.add(c2, f32x4.mul(s, b2)); c3 = f32x4.add(c3, f32x4.mul(s, b3));
    s = v128.load_splat<f32>(e);
    d0 = f32x4.add(d0, f32x4.mul(s, b0)); d1 = f32x4.add(d1, f32x4.mul(s, b1));
    d2 = f32x4.add(d2, f32x4.mul(s, b2)); d3 = f32x4.add(d3, f32x4.mul(s, b3));
    a += step; e += step; b += 64;
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  v128.store(d, d0); v128.store(d, d1, 16); v128.store(d, d2, 32); v128.store(d, d3, 48);
}

// @ts-expect-error: decorator
@inline
function tile1x16(c: usize, a: usize, step: i32, b: usize, depth: i32, add: bool): void {
  const end = b + (depth << 6);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  if (add) { c0 = v128.load(c); c1 = v128.load(c, 16); c2 = v128.load(c, 32); c3 = v128.load(c, 48); }
  while (b < end) {
    const s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, v128.load(b))); c1 = f32x4.add(c1, f32x4.mul(s, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(s, v128.load(b, 32))); c3 = f32x4.add(c3, f32x4.mul(s, v128.load(b, 48)));
    a += step; b += 64;
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
}

function tileEdge(c: usize, a: usize, step: i32, b: usize, depth: i32, add: bool, columns: i32): void {
  for (let j = 0; j < columns; j += 4) {
    let at = a;
    let sum = add ? v128.load(c) : f32x4.splat(0);
    for (let from = b, end = b + (depth << 6); from < end; from += 64) {
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(at), v128.load(from)));
      at += step;
    }
    const left = columns - j;
    if (left >= 4) v128.store(c, sum);
    else if (left == 1) v128.store_lane<f32>(c, sum, 0);
    else {
      v128.store_lane<f64>(c, sum, 0);
      if (left == 3) v128.store_lane<f32>(c, sum, 2, 8);
    }
    c += 16;
    b += 16;
  }
}
