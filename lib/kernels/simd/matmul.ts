// The twin of ../matmul.ts in AssemblyScript: the same sums in the same order, sixteen columns at a time.
import { BLOCK, PANEL, pack as packPanels, packPairs } from './pack.ts';
import { tile1x4, tile1x16, tile2x16, tile8x4 } from './tiles.ts';
import { tile1x32, tile2x32, tile4x16 } from './wide-tiles.ts';

export { pack } from './pack.ts';

/**
 * Whether the engine packs pairs of vectors, so that the tiles of wide-tiles.ts fit into the registers. The host sets
 * it when it instantiates the module; both values give the same bits.
 */
// @ts-expect-error: decorator
@external('env', 'wide')
declare const WIDE: bool;

/**
 * Rows of A that are multiplied by all panels in turn. With BLOCK columns they have 64 KiB and stay in the second-level
 * cache.
 */
const ROWS: i32 = 64;

/** C [M, N] (+)= A [M, K] · packed B. */
export function matmul(
  _heap: i32, c: i32, ldc: i32, a: i32, lda: i32, p: i32, M: i32, N: i32, K: i32, accumulate: i32,
): void {
  if (K == 0) return zeroUnless(accumulate, c, ldc, M, N); // the loops of the tiles run at least once
  const width = (N + PANEL - 1) & -PANEL;
  for (let k = 0; k < K; k += BLOCK) {
    const depth = min(BLOCK, K - k);
    for (let i = 0; i < M; i += ROWS) {
      const from: usize = <usize>(a + i * lda + k) << 2;
      const to: usize = <usize>(c + i * ldc) << 2;
      const panels: usize = <usize>(p + k * width) << 2;
      block(to, ldc << 2, from, lda << 3, lda << 2, 4, panels, min(ROWS, M - i), N, depth, accumulate != 0 || k > 0);
    }
  }
}

function zeroUnless(accumulate: i32, c: i32, ldc: i32, M: i32, N: i32): void {
  if (accumulate == 0) for (let i = 0; i < M; i++) memory.fill(<usize>(c + i * ldc) << 2, 0, N << 2);
}

/** C [M, N] += A [K, M]ᵀ · B [K, N], k from the last row to the first; packs blocks of B and A into scratch. */
export function matmulGradient(
  heap: i32, c: i32, ldc: i32, a: i32, lda: i32, b: i32, ldb: i32, scratch: i32, M: i32, N: i32, K: i32,
): void {
  const panels: usize = <usize>scratch << 2;
  for (let end = K; end > 0; end -= BLOCK) {
    const depth = min(BLOCK, end);
    packPanels(heap, scratch, b + (end - 1) * ldb, -ldb, 1, depth, N);
    const rowsAt = panels + (depth * ((N + PANEL - 1) & -PANEL) << 2);
    for (let i = 0; i < M; i += ROWS) {
      const rows = min(ROWS, M - i);
      packPairs(rowsAt, <usize>(a + (end - 1) * lda + i) << 2, lda << 2, rows, depth);
      block(<usize>(c + i * ldc) << 2, ldc << 2, rowsAt, depth << 3, 4, 8, panels, rows, N, depth, true);
    }
  }
}

/**
 * Multiplies a block of rows by all panels. Pairs of rows of A are `pair` bytes apart, the two rows of a pair `next`
 * bytes, and the elements of a row `step` bytes: 4 or 8.
 */
function block(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, panel: usize, M: i32, N: i32, depth: i32, add: bool,
): void {
  let j = 0;
  if (WIDE && M < 4) {
    for (; j + 2 * PANEL <= N; j += 2 * PANEL) {
      const to = c + (j << 2);
      if (M == 1) tile1x32(to, a, step, panel, depth, add);
      else {
        tile2x32(to, row, a, next, step, panel, depth, add);
        if (M == 3) tile1x32(to + (row << 1), a + pair, step, panel, depth, add);
      }
      panel += depth << 7;
    }
  }
  for (; j + PANEL <= N; j += PANEL) {
    const to = c + (j << 2);
    // With a constant step, the engine needs one register less.
    if (step == 4) sixteenColumns(to, row, a, pair, next, 4, panel, M, depth, add);
    else sixteenColumns(to, row, a, pair, next, 8, panel, M, depth, add);
    panel += depth << 6;
  }
  if (j < N) lastColumns(c + (j << 2), row, a, pair, next, step, panel, M, N - j, depth, add);
}

// @ts-expect-error: decorator
@inline
function sixteenColumns(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, panel: usize, M: i32, depth: i32, add: bool,
): void {
  let i = 0;
  if (WIDE) {
    for (; i + 4 <= M; i += 4) {
      tile4x16(c, row, a, pair, next, step, panel, depth, add);
      c += row << 2;
      a += pair << 1;
    }
  }
  for (; i + 2 <= M; i += 2) {
    tile2x16(c, row, a, next, step, panel, depth, add);
    c += row << 1;
    a += pair;
  }
  if (i < M) tile1x16(c, a, step, panel, depth, add);
}

/** Computes the last columns, if they are fewer than a panel, in tiles of eight rows and four columns. */
function lastColumns(
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
