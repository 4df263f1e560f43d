import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { rowMajor } from '../../lib/tensor/layout.ts';
import { forEachRow } from '../../lib/tensor/rows.ts';

type View = Parameters<typeof forEachRow>[0];

function rowsOf(view: View): { rows: number; positions: number[] } {
  const positions: number[] = [];
  let rows = 0;
  forEachRow(view, (start, step, length) => {
    rows++;
    for (let j = 0; j < length; j++) positions.push(start + j * step);
  });
  return { rows, positions };
}

describe('forEachRow', () => {
  const axis = fc.record({ length: fc.integer({ min: 0, max: 4 }), step: fc.integer({ min: -9, max: 9 }) });

  ptest.prop([fc.array(axis, { maxLength: 4 }), fc.nat(9)])(
    'comes by every element once, row-major',
    (axes, offset) => {
      const view = { shape: axes.map(({ length }) => length), stride: axes.map(({ step }) => step), offset };
      const expected = axes.reduce(
        (starts, { length, step }) => starts.flatMap((at) => Array.from({ length }, (_, i) => at + i * step)),
        [offset],
      );
      expect(rowsOf(view).positions).toEqual(expected);
    },
  );

  it('takes what has no gaps as one row', () => {
    expect(rowsOf({ shape: [2, 3, 4], stride: rowMajor([2, 3, 4]), offset: 5 }).rows).toBe(1);
    expect(rowsOf({ shape: [], stride: [], offset: 5 })).toEqual({ rows: 1, positions: [5] });
    expect(rowsOf({ shape: [2, 3], stride: [4, 1], offset: 0 }).rows).toBe(2);
  });
});
