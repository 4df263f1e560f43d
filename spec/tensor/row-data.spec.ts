import { describe, expect, it } from '@jest/globals';
import { randomNormal, stack, tensor } from '../../lib/index.ts';
import { requireRows } from '../../lib/tensor/row-data.ts';
import { expectBits } from '../support/bits.ts';

describe('rows of an array', () => {
  const wide = randomNormal([5, 3, 40], { seed: 1 });
  const ARRAYS = {
    'a tensor': wide,
    'float64 numbers': randomNormal([5, 2, 3], { seed: 2, dtype: 'float64' }),
    'a strided view': randomNormal([40, 6, 10], { seed: 3 }).transpose(2, 1, 0).step(-2),
    'one number a row': randomNormal([5], { seed: 4 }),
  } as const;

  it.each(Object.entries(ARRAYS))('copies rows of %s in a given order', (_, array) => {
    const expected = stack([3, 1, 2].map((row) => array.pick(row)));
    const taken = requireRows('spec', 'rows', array).take('spec', [3, 1, 2]);
    expectBits(taken, expected);
    expect(taken.dtype).toBe(array.dtype);
  });

  it('copies arrays that hold no floats as float64', () => {
    const integers = { data: Int32Array.of(2 ** 30 + 1, 2, 3, 4), shape: [2, 2], stride: [2, 1], offset: 0 };
    const plain = { ...integers, data: Array.from(integers.data) };
    for (const array of [integers, plain]) {
      const taken = requireRows('spec', 'rows', array).take('spec', [1, 0]);
      expectBits(
        taken,
        tensor(
          [
            [3, 4],
            [2 ** 30 + 1, 2],
          ],
          { dtype: 'float64' },
        ),
      );
      expect(taken.dtype).toBe('float64');
    }
  });
});
