// fast-check arbitraries for masks: which time steps of a batch count.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { readOptions } from '../options.ts';
import { type PassShape, SIZES } from './arbitrary-options.ts';

type MaskShape = Pick<PassShape, 'B' | 'T'>;

/** Numbers of time steps from 0 to T, which shrink towards T. */
function stepsUpTo(T: number): Arbitrary<number> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: fc.nat(T).map((padding) => T - padding) },
    { weight: 1, arbitrary: fc.constantFrom(T, 0) },
  );
}

/** Lengths of B rows: integers from 0 to T. */
export function lengths(shape: MaskShape): Arbitrary<number[]> {
  const { B, T } = sizesOf('arbitraries.lengths', shape);
  return fc.array(stepsUpTo(T), { minLength: B, maxLength: B });
}

/** Masks of B rows of T steps, which shrink towards masks without a masked step. */
export function mask(shape: MaskShape): Arbitrary<boolean[][]> {
  const { B, T } = sizesOf('arbitraries.mask', shape);
  const row = (counts: (t: number) => boolean): boolean[] => Array.from({ length: T }, (_, t) => counts(t));
  const counted = fc.boolean().map((masked) => !masked);
  const rows = fc.oneof(
    { withCrossShrink: true },
    stepsUpTo(T).map((length) => row((t) => t < length)),
    stepsUpTo(T).map((length) => row((t) => t >= T - length)),
    fc.array(counted, { minLength: T, maxLength: T }),
  );
  return fc.array(rows, { minLength: B, maxLength: B });
}

function sizesOf(where: string, shape: MaskShape): Record<'B' | 'T', number> {
  const { B, T } = readOptions(where, shape, SIZES, 'shape');
  return { B: B!, T: T! };
}
