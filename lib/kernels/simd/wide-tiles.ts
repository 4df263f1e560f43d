// Tiles of the matrix product with sixteen sums of 128 bits, which fit into the registers only where the engine packs
// pairs of vectors into 256 bits. AssemblyScript.
import { keepIf, start } from './tiles.ts';

// The arguments are those of tiles.ts. Each tile is a function that is not inlined, because V8 allocates registers worse
// in a large function.

export function tile4x16(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, b: usize, depth: i32, add: bool,
): void {
  const end = b + (depth << 6);
  const d = c + row, g = d + row, h = g + row;
  let e = a + next, p = a + pair, q = p + next;
  const keep = keepIf(add);
  let c0 = start(c, keep), c1 = start(c + 16, keep), c2 = start(c + 32, keep), c3 = start(c + 48, keep);
  let d0 = start(d, keep), d1 = start(d + 16, keep), d2 = start(d + 32, keep), d3 = start(d + 48, keep);
  let g0 = start(g, keep), g1 = start(g + 16, keep), g2 = start(g + 32, keep), g3 = start(g + 48, keep);
  let h0 = start(h, keep), h1 = start(h + 16, keep), h2 = start(h + 32, keep), h3 = start(h + 48, keep);
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, b0)); c1 = f32x4.add(c1, f32x4.mul(s, b1));
    c2 = f32x4.add(c2, f32x4.mul(s, b2)); c3 = f32x4.add(c3, f32x4.mul(s, b3));
    s = v128.load_splat<f32>(e);
    d0 = f32x4.add(d0, f32x4.mul(s, b0)); d1 = f32x4.add(d1, f32x4.mul(s, b1));
    d2 = f32x4.add(d2, f32x4.mul(s, b2)); d3 = f32x4.add(d3, f32x4.mul(s, b3));
    s = v128.load_splat<f32>(p);
    g0 = f32x4.add(g0, f32x4.mul(s, b0)); g1 = f32x4.add(g1, f32x4.mul(s, b1));
    g2 = f32x4.add(g2, f32x4.mul(s, b2)); g3 = f32x4.add(g3, f32x4.mul(s, b3));
    s = v128.load_splat<f32>(q);
    h0 = f32x4.add(h0, f32x4.mul(s, b0)); h1 = f32x4.add(h1, f32x4.mul(s, b1));
    h2 = f32x4.add(h2, f32x4.mul(s, b2)); h3 = f32x4.add(h3, f32x4.mul(s, b3));
    a += step; e += step; p += step; q += step; b += 64;
  } while (b < end);
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  v128.store(d, d0); v128.store(d, d1, 16); v128.store(d, d2, 32); v128.store(d, d3, 48);
  v128.store(g, g0); v128.store(g, g1, 16); v128.store(g, g2, 32); v128.store(g, g3, 48);
  v128.store(h, h0); v128.store(h, h1, 16); v128.store(h, h2, 32); v128.store(h, h3, 48);
}

/** Multiplies two rows by two adjacent panels. */
export function tile2x32(c: usize, row: i32, a: usize, next: i32, step: i32, b: usize, depth: i32, add: bool): void {
  const end = b + (depth << 6);
  const d = c + row;
  let e = a + next, p = end;
  const keep = keepIf(add);
  let c0 = start(c, keep), c1 = start(c + 16, keep), c2 = start(c + 32, keep), c3 = start(c + 48, keep);
  let c4 = start(c + 64, keep), c5 = start(c + 80, keep), c6 = start(c + 96, keep), c7 = start(c + 112, keep);
  let d0 = start(d, keep), d1 = start(d + 16, keep), d2 = start(d + 32, keep), d3 = start(d + 48, keep);
  let d4 = start(d + 64, keep), d5 = start(d + 80, keep), d6 = start(d + 96, keep), d7 = start(d + 112, keep);
  do {
    const s = v128.load_splat<f32>(a), t = v128.load_splat<f32>(e);
    let b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    c0 = f32x4.add(c0, f32x4.mul(s, b0)); c1 = f32x4.add(c1, f32x4.mul(s, b1));
    c2 = f32x4.add(c2, f32x4.mul(s, b2)); c3 = f32x4.add(c3, f32x4.mul(s, b3));
    d0 = f32x4.add(d0, f32x4.mul(t, b0)); d1 = f32x4.add(d1, f32x4.mul(t, b1));
    d2 = f32x4.add(d2, f32x4.mul(t, b2)); d3 = f32x4.add(d3, f32x4.mul(t, b3));
    b0 = v128.load(p); b1 = v128.load(p, 16); b2 = v128.load(p, 32); b3 = v128.load(p, 48);
    c4 = f32x4.add(c4, f32x4.mul(s, b0)); c5 = f32x4.add(c5, f32x4.mul(s, b1));
    c6 = f32x4.add(c6, f32x4.mul(s, b2)); c7 = f32x4.add(c7, f32x4.mul(s, b3));
    d4 = f32x4.add(d4, f32x4.mul(t, b0)); d5 = f32x4.add(d5, f32x4.mul(t, b1));
    d6 = f32x4.add(d6, f32x4.mul(t, b2)); d7 = f32x4.add(d7, f32x4.mul(t, b3));
    a += step; e += step; b += 64; p += 64;
  } while (b < end);
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  v128.store(c, c4, 64); v128.store(c, c5, 80); v128.store(c, c6, 96); v128.store(c, c7, 112);
  v128.store(d, d0); v128.store(d, d1, 16); v128.store(d, d2, 32); v128.store(d, d3, 48);
  v128.store(d, d4, 64); v128.store(d, d5, 80); v128.store(d, d6, 96); v128.store(d, d7, 112);
}

/** Multiplies one row by two adjacent panels. */
export function tile1x32(c: usize, a: usize, step: i32, b: usize, depth: i32, add: bool): void {
  const end = b + (depth << 6);
  let p = end;
  const keep = keepIf(add);
  let c0 = start(c, keep), c1 = start(c + 16, keep), c2 = start(c + 32, keep), c3 = start(c + 48, keep);
  let c4 = start(c + 64, keep), c5 = start(c + 80, keep), c6 = start(c + 96, keep), c7 = start(c + 112, keep);
  do {
    const s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, v128.load(b))); c1 = f32x4.add(c1, f32x4.mul(s, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(s, v128.load(b, 32))); c3 = f32x4.add(c3, f32x4.mul(s, v128.load(b, 48)));
    c4 = f32x4.add(c4, f32x4.mul(s, v128.load(p))); c5 = f32x4.add(c5, f32x4.mul(s, v128.load(p, 16)));
    c6 = f32x4.add(c6, f32x4.mul(s, v128.load(p, 32))); c7 = f32x4.add(c7, f32x4.mul(s, v128.load(p, 48)));
    a += step; b += 64; p += 64;
  } while (b < end);
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  v128.store(c, c4, 64); v128.store(c, c5, 80); v128.store(c, c6, 96); v128.store(c, c7, 112);
}
