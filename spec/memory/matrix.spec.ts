import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { BpttError, Tensor, tensor, zeros } from '../../lib/index.ts';
import { Arena } from '../../lib/memory/arena.ts';
import { KeptMatrix, MatrixSnapshot, requireMatrix } from '../../lib/memory/matrix.ts';
import { requireNdArray } from '../../lib/tensor/ndarray-like.ts';
import { expectBits } from '../support/bits.ts';

const small = fc.integer({ min: 1, max: 4 });
const odd = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.constantFrom(0.5, Number.NaN, 2 ** 53));
const views = fc.record({
  data: fc.nat(20).map((length) => Float32Array.from({ length }, (_, i) => i + 1)),
  shape: fc.tuple(small, small),
  stride: fc.tuple(odd, odd),
  offset: odd,
});

describe('MatrixSnapshot', () => {
  const isFloatMatrix = (view: unknown, rows: number, columns: number) => new MatrixSnapshot(rows, columns).read(view);

  ptest.prop([views], { numRuns: 2000 })('accepts the views of floats that requireNdArray accepts', (view) => {
    const [rows, columns] = view.shape;
    let accepted = true;
    try {
      requireNdArray('here', 'x', view);
    } catch (error) {
      if (!(error instanceof BpttError)) throw error;
      accepted = false;
    }
    expect(isFloatMatrix(view, rows, columns)).toBe(accepted);
    expect(isFloatMatrix(view, rows + 1, columns) || isFloatMatrix(view, rows, columns + 1)).toBe(false);
  });
});

describe('requireMatrix', () => {
  it('takes numbers of any type, and refuses other shapes and values', () => {
    const plain = { data: [1, 2], shape: [1, 2], stride: [2, 1], offset: 0 };
    expect(requireMatrix('here', 'x', plain, 1, 2)).toMatchObject(plain);
    expect(() => requireMatrix('here', 'x', zeros([2, 1]), 1, 2)).toThrow('here: "x" must have shape [1, 2]');
    expect(() => requireMatrix('here', 'x', [[1, 2]], 1, 2)).toThrow('here: "x" must be a tensor');
  });
});

describe('KeptMatrix', () => {
  ptest.prop([small, small, fc.boolean(), fc.boolean(), fc.boolean()])(
    'copies views of any layout in and out, also after the arena has grown',
    (rows, columns, turned, reversed, apart) => {
      const arena = new Arena('float32');
      const at = arena.keep(rows * columns);
      const matrix = new KeptMatrix(arena, at, rows, columns);
      const elements = Float32Array.from({ length: rows * columns }, (_, i) => i + 1);
      const make = (): Tensor => {
        let view = turned ? zeros([columns, rows]).T : zeros([rows, columns]);
        if (apart)
          view = zeros([rows, columns + 2])
            .lo(0, 1)
            .hi(rows, columns);
        return reversed ? view.step(-1, -1) : view;
      };
      const [source, target] = [make(), make()];
      for (let k = 0; k < elements.length; k++) source.set(Math.floor(k / columns), k % columns, elements[k]!);
      matrix.copyFrom(source);
      expectBits(arena.data.slice(at, at + elements.length), elements);
      arena.keep(100_000);
      matrix.copyTo(target);
      expectBits(target, new Tensor({ data: elements }, [rows, columns]));
    },
  );

  it('rounds float64 to the type of its arena', () => {
    const arena = new Arena('float32');
    const at = arena.keep(2);
    new KeptMatrix(arena, at, 1, 2).copyFrom(tensor([[0.1, 1 / 3]], { dtype: 'float64' }));
    expectBits(arena.data.slice(at, at + 2), Float32Array.of(0.1, 1 / 3));
  });
});
