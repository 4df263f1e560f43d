// The twin of ../log.ts in AssemblyScript, for the arguments that losses need: the same operations in the same order,
// on two float64 at a time.

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const SQRT2: f64 = 1.4142135623730951;

/** 2⁵². Setting its last bits to an integer n gives 2⁵² + n. */
const TWO_52: f64 = 4503599627370496;
const TWO_52_BITS: i64 = 0x4330000000000000;

const LG1: f64 = 0.6666666666666735;
const LG2: f64 = 0.3999999999940942;
const LG3: f64 = 0.2857142874366239;
const LG4: f64 = 0.22222198432149784;
const LG5: f64 = 0.1818357216161805;
const LG6: f64 = 0.15313837699209373;
const LG7: f64 = 0.14798198605116586;

// @ts-expect-error: decorator
@inline
function step(r: v128, z: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.splat(coefficient), f64x2.mul(z, r));
}

/** ln(2ᵏ·m + rest), m from √½ to √2, correction = rest / (2ᵏ·m). */
function logReduced(k: v128, m: v128, correction: v128): v128 {
  const f = f64x2.sub(m, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  let r = step(f64x2.splat(LG7), z, LG6);
  r = step(r, z, LG5);
  r = step(r, z, LG4);
  r = step(r, z, LG3);
  r = step(r, z, LG2);
  r = f64x2.mul(z, step(r, z, LG1));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const low = f64x2.add(f64x2.mul(k, f64x2.splat(LN2_LOW)), correction);
  const small = f64x2.add(f64x2.mul(s, f64x2.add(half, r)), low);
  return f64x2.sub(f64x2.mul(k, f64x2.splat(LN2_HIGH)), f64x2.sub(f64x2.sub(half, small), f));
}

/** ln x for normal x > 0. `correction` is 0, or NaN if x is NaN. */
// @ts-expect-error: decorator
@inline
function logOf(x: v128, correction: v128): v128 {
  const exponent = v128.or(i64x2.shr_u(x, 52), i64x2.splat(TWO_52_BITS));
  const fraction = v128.or(v128.and(x, i64x2.splat(0xfffffffffffff)), f64x2.splat(1));
  const large = f64x2.ge(fraction, f64x2.splat(SQRT2));
  const m = v128.bitselect(f64x2.mul(fraction, f64x2.splat(0.5)), fraction, large);
  const k = f64x2.sub(exponent, f64x2.splat(TWO_52 + 1023));
  return logReduced(f64x2.add(k, v128.and(f64x2.splat(1), large)), m, correction);
}

/** ln x for normal x > 0. */
// @ts-expect-error: decorator
@inline
export function logNormal(x: v128): v128 {
  return logOf(x, f64x2.splat(0));
}

/** ln x for finite x >= 1, and NaN for NaN. */
export function log(x: f64): f64 {
  return f64x2.extract_lane(logOf(f64x2.splat(x), f64x2.splat(0 / x)), 0);
}

/** ln(1 + x) for 0 <= x <= 1, and NaN for NaN. */
export function log1p(x: v128): v128 {
  const sum = f64x2.add(f64x2.splat(1), x);
  const large = f64x2.ge(sum, f64x2.splat(SQRT2));
  const m = v128.bitselect(f64x2.mul(sum, f64x2.splat(0.5)), sum, large);
  const k = v128.and(f64x2.splat(1), large);
  const rest = f64x2.sub(x, f64x2.sub(sum, f64x2.splat(1)));
  const result = logReduced(k, m, f64x2.div(rest, sum));
  return v128.bitselect(x, result, f64x2.eq(sum, f64x2.splat(1)));
}
