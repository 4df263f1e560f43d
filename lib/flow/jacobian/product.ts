// Products with columns of a matrix.

/** A block of columns of a row-major matrix. */
export interface Columns {
  readonly matrix: Float64Array;
  /** Row length of the whole matrix. */
  readonly width: number;
  /** First column. */
  readonly from: number;
  /** Number of columns. */
  readonly count: number;
}

/**
 * out [count] = vᵀ · columns, where v has the `rows` elements of `vector` from `at` on. With stored weights Wᵀ, this is
 * W·v.
 */
export function timesColumns(out: Float64Array, vector: Float64Array, rows: number, of: Columns): void {
  const { matrix, width, from, count } = of;
  out.fill(0, 0, count);
  for (let r = 0; r < rows; r++) {
    const factor = vector[r]!;
    if (factor === 0) continue; // most vectors are unit vectors
    const row = r * width + from;
    for (let c = 0; c < count; c++) out[c]! += factor * matrix[row + c]!;
  }
}
