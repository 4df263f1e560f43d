import { describe, expect, it } from '@jest/globals';
import { threefry } from '../../lib/kernels/threefry.ts';

describe('threefry', () => {
  // Random123 1.14, tests/kat_vectors: threefry2x32, 20 rounds
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('key %i %i, counter %i %i', (k0, k1, c0, c1, first, second) => {
    const out = new Uint32Array(2);
    threefry(out, k0, k1, c0, c1);
    expect(Array.from(out)).toEqual([first, second]);
  });
});
