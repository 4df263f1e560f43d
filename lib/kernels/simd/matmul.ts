// The twin of ../matmul.ts in AssemblyScript: the same sums in the same order, sixteen columns at a time.
import { storeUpTo } from './lane.ts';

// packedSize and gradientScratch of ../contract.ts depend on the sizes below.

/** Rows of a block of packed B. A panel of the block has 16 KiB and stays in the first-level cache. */
const BLOCK: i32 = 256;
/** Columns of a panel. */
const PANEL: i32 = 16;
/**
 * Rows of A that are multiplied by all panels in turn. With BLOCK columns they have 64 KiB and stay in the second-level
 * cache.
 */
const ROWS: i32 = 64;

/**
 * Packs B [K, N], element (k, j) at b + k·bStep + j·bColumn, into blocks of rows and panels of columns, with zeros
 * beyond N.
 */
export function pack(_heap: i32, p: i32, b: i32, bStep: i32, bColumn: i32, K: i32, N: i32): void {
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

/** Packs B with contiguous columns: transposes blocks of 4 x 4. */
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
  _heap: i32, c: i32, ldc: i32, a: i32, lda: i32, p: i32, M: i32, N: i32, K: i32, accumulate: i32,
): void {
  const width = (N + PANEL - 1) & -PANEL;
  for (let k = 0; k == 0 || k < K; k += BLOCK) {
    const depth = min(BLOCK, K - k);
    for (let i = 0; i < M; i += ROWS) {
      const from: usize = <usize>(a + i * lda + k) << 2;
      const to: usize = <usize>(c + i * ldc) << 2;
      const panels: usize = <usize>(p + k * width) << 2;
      block(to, ldc << 2, from, lda << 3, lda << 2, 4, panels, min(ROWS, M - i), N, depth, accumulate != 0 || k > 0);
    }
  }
}

/** C [M, N] += A [K, M]ᵀ · B [K, N], k from the last row to the first; packs blocks of B and A into scratch. */
export function matmulGradient(
  heap: i32, c: i32, ldc: i32, a: i32, lda: i32, b: i32, ldb: i32, scratch: i32, M: i32, N: i32, K: i32,
): void {
  const panels: usize = <usize>scratch << 2;
  for (let end = K; end > 0; end -= BLOCK) {
    const depth = min(BLOCK, end);
    pack(heap, scratch, b + (end - 1) * ldb, -ldb, 1, depth, N);
    const rowsAt = panels + (depth * ((N + PANEL - 1) & -PANEL) << 2);
    for (let i = 0; i < M; i += ROWS) {
      const rows = min(ROWS, M - i);
      packPairs(rowsAt, <usize>(a + (end - 1) * lda + i) << 2, lda << 2, rows, depth);
      block(<usize>(c + i * ldc) << 2, ldc << 2, rowsAt, depth << 3, 4, 8, panels, rows, N, depth, true);
    }
  }
}

/**
 * Packs the columns of A in pairs, from the last row to the first. The elements of a pair are adjacent; an odd last
 * column has a gap.
 */
function packPairs(to: usize, from: usize, step: i32, columns: i32, rows: i32): void {
  for (let i = 0; i < columns; i += 2) {
    let at = from + (i << 2);
    for (let k = 0; k < rows; k++) {
      store<u64>(to, load<u64>(at));
      to += 8;
      at -= step;
    }
  }
}

/**
 * Multiplies a block of rows by all panels. Pairs of rows of A are `pair` bytes apart, the two rows of a pair `next`
 * bytes, and the elements of a row `step` bytes.
 */
function block(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, panel: usize, M: i32, N: i32, depth: i32, add: bool,
): void {
  const pairs = M >> 1;
  let j = 0;
  for (; j + PANEL <= N; j += PANEL) {
    let to = c + (j << 2);
    let from = a;
    for (let i = 0; i < pairs; i++) {
      tile2x16(to, row, from, next, step, panel, depth, add);
      to += row << 1;
      from += pair;
    }
    if (M & 1) tile1x16(to, from, step, panel, depth, add);
    panel += depth << 6;
  }
  if (j < N) narrow(c + (j << 2), row, a, pair, next, step, panel, M, N - j, depth, add);
}

/** Computes the last columns, if they are fewer than a panel, in tiles of eight rows and four columns. */
function narrow(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, panel: usize, M: i32, columns: i32, depth: i32, add: bool,
): void {
  for (let j = 0; j < columns; j += 4) {
    let i = 0;
    let to = c + (j << 2);
    let from = a;
    for (; i + 8 <= M; i += 8) {
      tile8x4(to, row, from, pair, next, step, panel, depth, add, columns - j);
      to += row << 3;
      from += pair << 2;
    }
    for (; i < M; i++) {
      tile1x4(to, from, step, panel, depth, add, columns - j);
      to += row;
      from += i & 1 ? pair - next : next;
    }
    panel += 16;
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

function tile8x4(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, b: usize, depth: i32, add: bool, left: i32,
): void {
  const end = b + (depth << 6);
  let p = a, q = a + pair, r = a + 2 * pair, t = a + 3 * pair;
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  if (add) {
    c0 = v128.load(c); c1 = v128.load(c + row); c2 = v128.load(c + 2 * row); c3 = v128.load(c + 3 * row);
    c4 = v128.load(c + 4 * row); c5 = v128.load(c + 5 * row); c6 = v128.load(c + 6 * row); c7 = v128.load(c + 7 * row);
  }
  while (b < end) {
    const s = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load_splat<f32>(p), s)); c1 = f32x4.add(c1, f32x4.mul(v128.load_splat<f32>(p + next), s));
    c2 = f32x4.add(c2, f32x4.mul(v128.load_splat<f32>(q), s)); c3 = f32x4.add(c3, f32x4.mul(v128.load_splat<f32>(q + next), s));
    c4 = f32x4.add(c4, f32x4.mul(v128.load_splat<f32>(r), s)); c5 = f32x4.add(c5, f32x4.mul(v128.load_splat<f32>(r + next), s));
    c6 = f32x4.add(c6, f32x4.mul(v128.load_splat<f32>(t), s)); c7 = f32x4.add(c7, f32x4.mul(v128.load_splat<f32>(t + next), s));
    p += step; q += step; r += step; t += step; b += 64;
  }
  storeUpTo(c, c0, left); storeUpTo(c + row, c1, left); storeUpTo(c + 2 * row, c2, left); storeUpTo(c + 3 * row, c3, left);
  c += row << 2;
  storeUpTo(c, c4, left); storeUpTo(c + row, c5, left); storeUpTo(c + 2 * row, c6, left); storeUpTo(c + 3 * row, c7, left);
}

function tile1x4(c: usize, a: usize, step: i32, b: usize, depth: i32, add: bool, left: i32): void {
  let sum = add ? v128.load(c) : f32x4.splat(0);
  for (const end = b + (depth << 6); b < end; b += 64) {
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(a), v128.load(b)));
    a += step;
  }
  storeUpTo(c, sum, left);
}
