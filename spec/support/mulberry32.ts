import { Tensor } from '../../lib/tensor/tensor.ts';

/** A tensor of the generator's numbers in ±scale, row-major: how golden files keep large arrays. */
export function mulberry32(seed: number, scale: number, shape: readonly number[]): Tensor {
  let a = seed | 0;
  const next = (): number => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const size = shape.reduce((product, n) => product * n, 1);
  return new Tensor({ data: Float64Array.from({ length: size }, () => (next() * 2 - 1) * scale) }, shape);
}
