// The calls that the parts of a call become.

import { describe, expect, it } from '@jest/globals';
import { BLOCK, PANEL } from '../../../lib/kernels/contract.ts';
import {
  DIVIDED,
  type DividedKernels,
  type DividedName,
  isByRows,
  partsOf,
} from '../../../lib/kernels/threads/divisions.ts';
import { Share, THREAD_SCRATCH } from '../../../lib/kernels/threads/shares.ts';

type Call = readonly [name: string, ...args: (number | boolean)[]];

/** The kernels that each part of a call computes. */
function parts(name: DividedName, args: readonly number[], count: number, of = 0): readonly (readonly Call[])[] {
  const a = Float64Array.of(...new Array<number>(3).fill(-7), ...args);
  return Array.from({ length: count }, (_, part) => {
    const calls: Call[] = [];
    const kernels = Object.fromEntries(
      DIVIDED.map((each) => [each, (_: 0, ...rest: (number | boolean)[]) => calls.push([each, ...rest])]),
    ) as unknown as DividedKernels;
    new Share(kernels, part === 0 ? undefined : 5000 * part).run(DIVIDED.indexOf(name), a, 3, of, part, count);
    return calls;
  });
}

const SCRATCH = 777;

describe('Share', () => {
  it('divides rows evenly, in pairs if there are enough', () => {
    const rows = (M: number, count: number): readonly number[] =>
      parts('softmaxForward', [0, M, 10], count).map(([call]) => (call?.[2] as number | undefined) ?? 0);
    expect(rows(8, 2)).toEqual([4, 4]);
    expect(rows(9, 2)).toEqual([4, 5]);
    expect(rows(7, 2)).toEqual([3, 4]);
    expect(rows(3, 5)).toEqual([0, 1, 0, 1, 1]);
    for (let M = 1; M < 40; M++) {
      for (const count of [1, 2, 3, 5, 16]) {
        const calls = parts('softmaxForward', [100, M, 10], count).flat();
        const covered = calls.flatMap(([, at, n]) =>
          Array.from({ length: n as number }, (_, r) => (at as number) + 10 * r),
        );
        expect(covered).toEqual(Array.from({ length: M }, (_, r) => 100 + 10 * r));
      }
    }
  });

  it('has the rows of the batch in a row of all elements', () => {
    const expected = [[['scale', 100, 0.5, 6]], [['scale', 106, 0.5, 9]]];
    expect(parts('scale', [100, 0.5, 15], 2, 5)).toEqual(expected); // 5 rows of 3
    expect(parts('multiply', [0, 15, 20, 15, 40, 0, 1, 15], 2, 5)).toEqual([
      [['multiply', 0, 15, 20, 15, 40, 0, 1, 6]],
      [['multiply', 6, 15, 26, 15, 46, 0, 1, 9]],
    ]);
  });

  it('gives each worker scratch of its own for weight gradients, in columns that fit into it', () => {
    const [c, ldc, a, lda, b, ldb, M, N, K] = [0, 700, 10_000, 9, 20_000, 600, 31, 600, 9];
    const [first, second, third] = parts('matmulGradient', [c, ldc, a, lda, b, ldb, SCRATCH, M, N, K], 3);
    const at = (j: number, n: number, scratch: number): Call => [
      'matmulGradient',
      c + j,
      ldc,
      a,
      lda,
      b + j,
      ldb,
      scratch,
      M,
      n,
      K,
    ];
    expect(first).toEqual([at(0, 192, SCRATCH)]);
    expect(second).toEqual([at(192, 128, 5000), at(320, 80, 5000)]);
    expect(third).toEqual([at(400, 128, 10_000), at(528, 72, 10_000)]);
    expect(THREAD_SCRATCH).toBeGreaterThanOrEqual(BLOCK * 128);
  });

  it('packs panels of each block of rows', () => {
    const [p, b, K, N] = [50, 9000, BLOCK + 3, 3 * PANEL - 2];
    const [first, second] = parts('pack', [p, b, 40, 1, K, N], 2);
    const width = 3 * PANEL;
    expect(first).toEqual([
      ['pack', p, b, 40, 1, BLOCK, PANEL],
      ['pack', p + BLOCK * width, b + BLOCK * 40, 40, 1, 3, PANEL],
    ]);
    expect(second).toEqual([
      ['pack', p + PANEL * BLOCK, b + PANEL, 40, 1, BLOCK, 2 * PANEL - 2],
      ['pack', p + BLOCK * width + PANEL * 3, b + BLOCK * 40 + PANEL, 40, 1, 3, 2 * PANEL - 2],
    ]);
  });

  it('moves the counter of a mask by one for two elements', () => {
    expect(parts('dropoutMask', [100, 7, 2, 11, 12, 13, 14, 200], 2)).toEqual([
      [['dropoutMask', 100, 7, 2, 11, 12, 13, 14, 128]],
      [['dropoutMask', 228, 7, 2, 11, 12, 13 + 64, 14, 72]],
    ]);
  });

  it('sums rows by columns, also those of a product', () => {
    const columns = 2 * PANEL;
    expect(parts('columnSums', [0, 500, 40, 6, columns], 2)).toEqual([
      [['columnSums', 0, 500, 40, 6, PANEL]],
      [['columnSums', PANEL, 500 + PANEL, 40, 6, PANEL]],
    ]);
    expect(parts('multiplyAdd', [0, 0, 500, 40, 900, 50, 6, columns], 2)).toEqual([
      [['multiplyAdd', 0, 0, 500, 40, 900, 50, 6, PANEL]],
      [['multiplyAdd', PANEL, 0, 500 + PANEL, 40, 900 + PANEL, 50, 6, PANEL]],
    ]);
  });
});

describe('calls', () => {
  const call = (name: DividedName, ...args: number[]) => [DIVIDED.indexOf(name), Float64Array.of(...args), 0] as const;

  it('have as many parts as rows, elements or panels', () => {
    expect(partsOf(...call('matmul', 0, 9, 0, 9, 0, 6, 9, 9, 1))).toBe(6);
    expect(partsOf(...call('scale', 0, 2, 31))).toBe(31);
    expect(partsOf(...call('columnSums', 0, 0, 9, 6, PANEL + 1))).toBe(2);
    expect(partsOf(...call('multiplyAdd', 0, 0, 0, 9, 0, 9, 6, PANEL))).toBe(1);
  });

  it('are by rows of the batch if they have its rows, or elements for each of them', () => {
    expect(isByRows(...call('matmul', 0, 9, 0, 9, 0, 6, 9, 9, 1), 6)).toBe(true);
    expect(isByRows(...call('matmul', 0, 9, 0, 9, 0, 5, 9, 9, 1), 6)).toBe(false);
    expect(isByRows(...call('matmul', 0, 9, 0, 9, 0, 1, 12, 9, 1), 6)).toBe(false); // a product of one row
    expect(isByRows(...call('scale', 0, 2, 12), 6)).toBe(true);
    expect(isByRows(...call('scale', 0, 2, 13), 6)).toBe(false);
    expect(isByRows(...call('multiply', 0, 9, 0, 9, 0, 9, 1, 12), 6)).toBe(true);
    expect(isByRows(...call('multiply', 0, 9, 0, 9, 0, 9, 1, 13), 6)).toBe(false);
    expect(isByRows(...call('multiplyAdd', 0, 0, 0, 9, 0, 9, 6, 12), 6)).toBe(false); // a sum of the rows
    expect(isByRows(...call('columnSums', 0, 0, 9, 6, 12), 6)).toBe(false);
    expect(isByRows(...call('softmaxForward', 0, 1, 12), 6)).toBe(false);
  });
});
