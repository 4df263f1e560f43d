// The twin of ../sums.ts and of squaredError in ../losses.ts: partial sums of float64, two to a vector. AssemblyScript.

export function sumOfSquares(v: i32, n: i32): f64 {
  let at: usize = <usize>v << 2;
  const end: usize = at + (<usize>n << 2);
  let s01 = f64x2.splat(0);
  let s23 = s01;
  for (; at + 12 < end; at += 16) {
    const value = v128.load(at);
    const low = f64x2.promote_low_f32x4(value);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(value, value, 1, 0));
    s01 = f64x2.add(s01, f64x2.mul(low, low));
    s23 = f64x2.add(s23, f64x2.mul(high, high));
  }
  const pairs = f64x2.add(s01, s23);
  let rest: f64 = 0;
  for (; at < end; at += 4) {
    const value = <f64>load<f32>(at);
    rest += value * value;
  }
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1) + rest;
}
