// Values of exp, log and cosine to 150 bits, in integers, to measure errors of float64 functions.

const BITS = 200n;
const ONE = 1n << BITS;
/** π·2²⁰⁰, by Machin's formula. */
const PI = 16n * arctanInverse(5n) - 4n * arctanInverse(239n);
const LN2 = 2n * atanh(ONE / 3n);

function arctanInverse(n: bigint): bigint {
  let [sum, power] = [0n, ONE / n];
  for (let k = 1n; power !== 0n; k += 2n, power /= -n * n) sum += power / k;
  return sum;
}

function times(a: bigint, b: bigint): bigint {
  return (a * b) >> BITS;
}

function atanh(x: bigint): bigint {
  let [sum, power] = [0n, x];
  for (let k = 1n; power !== 0n; k += 2n, power = times(times(power, x), x)) sum += power / k;
  return sum;
}

/** A float64 as an integer times 2⁻²⁰⁰. */
function fixed(x: number): bigint {
  let [m, shift] = [x, BITS];
  for (; !Number.isInteger(m); m *= 2) shift--;
  return BigInt(m) << shift;
}

/** ln x */
function log(x: number): bigint {
  const n = Math.floor(Math.log2(x));
  const m = fixed(x / 2 ** n);
  return BigInt(n) * LN2 + 2n * atanh(((m - ONE) << BITS) / (m + ONE));
}

/** 2ⁿ·m of eˣ, with m between 1 and 2, or a little outside. */
function exp(x: bigint): readonly [n: number, m: bigint] {
  const n = x / LN2 - (x < 0n ? 1n : 0n);
  const r = x - n * LN2;
  let [sum, term] = [0n, ONE];
  for (let k = 1n; term !== 0n; term = times(term, r) / k, k++) sum += term;
  return [Number(n), sum];
}

/** How far a positive number is from 2ⁿ·m, in units of its last place. */
function ulps(x: number, n: number, m: bigint): number {
  const e = Math.floor(Math.log2(x));
  const error = fixed(x / 2 ** e) - (m << BigInt(Math.max(0, n - e))) / (1n << BigInt(Math.max(0, e - n)));
  return Math.abs(Number(error >> (BITS - 80n)) / 2 ** 28);
}

/** Error of `got` as xʸ, in units of its last place. */
export function powError(x: number, y: number, got: number): number {
  return ulps(got, ...exp(times(log(x), fixed(y))));
}

/** Error of `got` as cos(πx), in units of its last place. */
export function cosPiError(x: number, got: number): number {
  const u = times(PI, fixed(x));
  let [sum, term] = [0n, ONE];
  for (let k = 1n; term !== 0n; term = -times(times(term, u), u) / (k * (k + 1n)), k += 2n) sum += term;
  return ulps(got, 0, sum);
}
