// Eigenvalues of a real matrix.

const { abs, max, min, sqrt } = Math;

/** 2⁻⁵² */
const ULP = Number.EPSILON;
/** Largest number of iterations for one eigenvalue; three are usual. Every tenth has an exceptional shift. */
const MOST = 60;

/** A real n by n matrix, row-major. */
interface Square {
  readonly a: Float64Array;
  readonly n: number;
}

/**
 * Eigenvalues of a real n by n matrix, [n, 2] real and imaginary part, the largest modulus first. Method: reduction to
 * Hessenberg form by elimination, then the QR algorithm with Francis' double shifts (EISPACK's elmhes and hqr; Golub
 * and Van Loan, 7.4 and 7.5). NaN if an entry is not finite.
 */
export function eigenvalues(matrix: Float64Array, n: number): Float64Array {
  if (!matrix.every((v) => Number.isFinite(v))) return new Float64Array(2 * n).fill(Number.NaN);
  const scale = matrix.reduce((most, v) => max(most, abs(v)), 0) || 1;
  const H = { a: matrix.map((v) => v / scale), n };
  toHessenberg(H);
  const found: (readonly [number, number])[] = [];
  for (let last = n - 1, tries = 0; last >= 0; ) {
    const first = beginOfBlock(H, last);
    if (first >= last - 1) {
      for (const value of first === last ? [[H.a[last * n + last]!, 0] as const] : pair(H, last)) found.push(value);
      last = first - 1;
      tries = 0;
    } else if (tries++ === MOST) {
      return new Float64Array(2 * n).fill(Number.NaN);
    } else {
      sweep(H, first, last, tries % 10 === 0);
    }
  }
  found.sort(([a, b], [c, d]) => c * c + d * d - (a * a + b * b) || d - b);
  return Float64Array.from(found.flat(), (v) => v * scale);
}

/** Eliminates the entries below the first subdiagonal, by Gaussian elimination with pivots. */
function toHessenberg({ a, n }: Square): void {
  for (let m = 1; m < n - 1; m++) {
    let pivot = m;
    for (let i = m + 1; i < n; i++) if (abs(a[i * n + m - 1]!) > abs(a[pivot * n + m - 1]!)) pivot = i;
    if (a[pivot * n + m - 1] === 0) continue;
    for (let j = 0; j < n && pivot !== m; j++) swap(a, pivot * n + j, m * n + j);
    for (let j = 0; j < n && pivot !== m; j++) swap(a, j * n + pivot, j * n + m);
    for (let i = m + 1; i < n; i++) {
      const factor = a[i * n + m - 1]! / a[m * n + m - 1]!;
      if (factor === 0) continue;
      a[i * n + m - 1] = 0;
      for (let j = m; j < n; j++) a[i * n + j]! -= factor * a[m * n + j]!;
      for (let j = 0; j < n; j++) a[j * n + m]! += factor * a[j * n + i]!;
    }
  }
}

function swap(a: Float64Array, i: number, j: number): void {
  [a[i], a[j]] = [a[j]!, a[i]!];
}

/** First row of the block that ends at `last`: the subdiagonal entry of that row is zero up to rounding. */
function beginOfBlock({ a, n }: Square, last: number): number {
  for (let k = last; k > 0; k--) {
    const beside = abs(a[(k - 1) * n + k - 1]!) + abs(a[k * n + k]!);
    if (abs(a[k * n + k - 1]!) > ULP * (beside === 0 ? 1 : beside)) continue;
    a[k * n + k - 1] = 0;
    return k;
  }
  return 0;
}

/** Both eigenvalues of the 2 by 2 block that ends at `last`. */
function pair({ a, n }: Square, last: number): (readonly [number, number])[] {
  const [p, q] = [a[(last - 1) * n + last - 1]!, a[last * n + last]!];
  const product = a[(last - 1) * n + last]! * a[last * n + last - 1]!;
  const half = (p - q) / 2;
  const square = half * half + product;
  if (square < 0) {
    const imaginary = sqrt(-square);
    return [
      [q + half, imaginary],
      [q + half, -imaginary],
    ];
  }
  const z = half + (half < 0 ? -1 : 1) * sqrt(square); // the larger root, without cancellation
  return [
    [q + z, 0],
    [z === 0 ? q : q - product / z, 0],
  ];
}

/** One QR sweep over rows `first` to `last`, with both eigenvalues of the last block as shifts (bulge chasing). */
function sweep(H: Square, first: number, last: number, exceptional: boolean): void {
  const { a, n } = H;
  const at = (i: number, j: number): number => a[i * n + j]!;
  let sum = at(last, last) + at(last - 1, last - 1);
  let product = at(last, last) * at(last - 1, last - 1) - at(last, last - 1) * at(last - 1, last);
  if (exceptional) {
    const size = abs(at(last, last - 1)) + abs(at(last - 1, last - 2));
    [sum, product] = [1.5 * size, size * size];
  }
  const [f, s] = [first, first + 1];
  let x = at(f, f) * at(f, f) + at(f, s) * at(s, f) - sum * at(f, f) + product;
  let y = at(s, f) * (at(f, f) + at(s, s) - sum);
  let z = at(s, f) * at(s + 1, s);
  for (let k = first; k < last; k++) {
    reflect(H, k, first, last, [x, y, k + 2 <= last ? z : 0]);
    x = at(k + 1, k);
    y = k + 2 <= last ? at(k + 2, k) : 0;
    z = k + 3 <= last ? at(k + 3, k) : 0;
  }
}

/**
 * Applies the Householder reflection that maps the vector to the first axis, from both sides, to rows and columns k to
 * k + 2.
 */
function reflect({ a, n }: Square, k: number, first: number, last: number, vector: readonly number[]): void {
  const largest = vector.reduce((most, value) => max(most, abs(value)), 0);
  if (largest === 0) return;
  const v = vector.map((value) => value / largest);
  v[0]! += (v[0]! < 0 ? -1 : 1) * sqrt(v.reduce((sum, value) => sum + value * value, 0));
  const beta = 2 / v.reduce((sum, value) => sum + value * value, 0);
  const rows = min(3, last - k + 1);
  for (let j = max(first, k - 1); j <= last; j++) {
    let dot = 0;
    for (let i = 0; i < rows; i++) dot += v[i]! * a[(k + i) * n + j]!;
    for (let i = 0; i < rows; i++) a[(k + i) * n + j]! -= beta * dot * v[i]!;
  }
  for (let i = first; i <= min(last, k + 3); i++) {
    let dot = 0;
    for (let j = 0; j < rows; j++) dot += v[j]! * a[i * n + k + j]!;
    for (let j = 0; j < rows; j++) a[i * n + k + j]! -= beta * dot * v[j]!;
  }
}
