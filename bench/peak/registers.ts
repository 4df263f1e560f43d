// AssemblyScript, compiled by ../peak.mjs when a benchmark starts.

/**
 * Twelve independent chains acc = acc·m + a in registers, without memory access and fusion. A multiplication and an
 * addition take three or four cycles each, and two of either start per cycle. So twelve chains keep the units busy, and
 * with two constants they fit into the sixteen registers of x86-64. With m = a = 0.5 all chains tend to 1, without
 * overflow or subnormal numbers. The constant is an argument, because newer versions of V8 rebuild a literal vector at
 * every use.
 */
export function multiplyAdd(turns: i32, half: f32): f32 {
  const m = f32x4.splat(half);
  const a = f32x4.splat(half);
  let c0 = f32x4.splat(0.1),
    c1 = f32x4.splat(0.2),
    c2 = f32x4.splat(0.3),
    c3 = f32x4.splat(0.4);
  let c4 = f32x4.splat(0.5),
    c5 = f32x4.splat(0.6),
    c6 = f32x4.splat(0.7),
    c7 = f32x4.splat(0.8);
  let c8 = f32x4.splat(0.9),
    c9 = f32x4.splat(1.1),
    c10 = f32x4.splat(1.2),
    c11 = f32x4.splat(1.3);
  for (let k = 0; k < turns; k++) {
    c0 = f32x4.add(f32x4.mul(c0, m), a);
    c1 = f32x4.add(f32x4.mul(c1, m), a);
    c2 = f32x4.add(f32x4.mul(c2, m), a);
    c3 = f32x4.add(f32x4.mul(c3, m), a);
    c4 = f32x4.add(f32x4.mul(c4, m), a);
    c5 = f32x4.add(f32x4.mul(c5, m), a);
    c6 = f32x4.add(f32x4.mul(c6, m), a);
    c7 = f32x4.add(f32x4.mul(c7, m), a);
    c8 = f32x4.add(f32x4.mul(c8, m), a);
    c9 = f32x4.add(f32x4.mul(c9, m), a);
    c10 = f32x4.add(f32x4.mul(c10, m), a);
    c11 = f32x4.add(f32x4.mul(c11, m), a);
  }
  const s0 = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
  const s1 = f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7));
  const s2 = f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11));
  const s = f32x4.add(s0, f32x4.add(s1, s2));
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
}
