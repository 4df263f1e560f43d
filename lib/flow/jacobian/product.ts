/** A block of columns of a matrix whose rows lie one after the other. */
export interface Columns {
  readonly matrix: Float64Array;
  /** Elements of a row of the whole matrix. */
  readonly width: number;
  /** First column. */
  readonly from: number;
  /** Number of columns. */
  readonly count: number;
}

/** out [count] = vᵀ · columns, v the `rows` elements of `vector` from `at` on: with stored weights Wᵀ, this is W·v. */
export function timesColumns(out: Float64Array, vector: Float64Array, rows: number, of: Columns): void {
  const { matrix, width, from, count } = of;
  out.fill(0, 0, count);
  for (let r = 0; r < rows; r++) {
    const factor = vector[r]!;
    if (factor === 0) continue; // unit vectors are most of what comes
    const row = r * width + from;
    for (let c = 0; c < count; c++) out[c]! += factor * matrix[row + c]!;
  }
}
