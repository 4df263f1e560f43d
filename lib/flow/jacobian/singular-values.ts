// Singular values of a matrix.

import { norm2 } from '../../clip/norm.ts';

const { abs, sqrt } = Math;

/** Columns count as orthogonal if their cosine is below this. */
const ORTHOGONAL = 1e-14;
/** Largest number of sweeps; six or seven are usual. */
const MOST_SWEEPS = 40;

/**
 * Rotates the columns until they are orthogonal to each other (one-sided Jacobi rotations, Hestenes 1958), and sorts
 * them, the longest first. Their norms are then the singular values of the matrix, each to nearly full precision. The
 * columns `along` undergo the same rotations and permutation.
 */
export function orthogonalize(columns: Float64Array[], along: Float64Array[] = []): void {
  for (let sweep = 0, turned = true; turned && sweep < MOST_SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < columns.length - 1; p++) {
      for (let q = p + 1; q < columns.length; q++) {
        const turn = rotationBetween(columns[p]!, columns[q]!);
        if (turn === undefined) continue;
        turned = true;
        rotate(columns[p]!, columns[q]!, turn);
        if (along.length > 0) rotate(along[p]!, along[q]!, turn);
      }
    }
  }
  const lengths = columns.map((column) => norm2(column));
  const order = columns.map((_, j) => j).sort((a, b) => lengths[b]! - lengths[a]!);
  for (const list of [columns, along]) {
    list
      .map((_, j) => list[order[j]!]!)
      .forEach((column, j) => {
        list[j] = column;
      });
  }
}

/** Cosine and sine of a rotation. */
interface Rotation {
  readonly c: number;
  readonly s: number;
}

/** The rotation that makes two columns orthogonal, and the first the longer one; undefined if none is needed. */
function rotationBetween(a: Float64Array, b: Float64Array): Rotation | undefined {
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let j = 0; j < a.length; j++) {
    aa += a[j]! * a[j]!;
    bb += b[j]! * b[j]!;
    ab += a[j]! * b[j]!;
  }
  if (!(abs(ab) > ORTHOGONAL * sqrt(aa) * sqrt(bb))) return undefined; // NaN too
  const zeta = (bb - aa) / (2 * ab);
  const t = (zeta >= 0 ? 1 : -1) / (abs(zeta) + sqrt(1 + zeta * zeta));
  const c = 1 / sqrt(1 + t * t);
  return { c, s: c * t };
}

function rotate(a: Float64Array, b: Float64Array, { c, s }: Rotation): void {
  for (let j = 0; j < a.length; j++) {
    const [x, y] = [a[j]!, b[j]!];
    a[j] = c * x - s * y;
    b[j] = s * x + c * y;
  }
}

/** Singular values of an n by n matrix, the largest first. */
export function singularValues(matrix: Float64Array, n: number): Float64Array {
  const scale = matrix.reduce((largest, value) => Math.max(largest, abs(value)), 0) || 1;
  const columns = Array.from({ length: n }, (_, j) => matrix.slice(j * n, (j + 1) * n).map((v) => v / scale));
  orthogonalize(columns);
  return Float64Array.from(columns, (column) => scale * norm2(column));
}
