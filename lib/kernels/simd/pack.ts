// Packs matrices into the order in which the tiles of matmul.ts read them. AssemblyScript.

// packedSize and gradientScratch of ../contract.ts depend on BLOCK and PANEL.

/** Rows of a block of packed B. A panel of the block has 16 KiB and stays in the first-level cache. */
export const BLOCK: i32 = 256;
/** Columns of a panel. */
export const PANEL: i32 = 16;

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

/**
 * Packs the columns of A in pairs, from the last row to the first. The elements of a pair are adjacent; an odd last
 * column has a gap.
 */
export function packPairs(to: usize, from: usize, step: i32, columns: i32, rows: i32): void {
  for (let i = 0; i < columns; i += 2) {
    let at = from + (i << 2);
    for (let k = 0; k < rows; k++) {
      store<u64>(to, load<u64>(at));
      to += 8;
      at -= step;
    }
  }
}
