import { describe } from '../checks.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { sizeOf } from './layout.ts';
import type { DType, FloatArray } from './storage.ts';
import { allocate, isNumericTypedArray } from './storage.ts';

/** Deepest nesting read; a bound only so that an array holding itself ends in an error. */
const MAX_RANK = 32;

function isRow(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || isNumericTypedArray(value);
}

function shapeOf(where: string, argument: string, values: unknown): number[] {
  const shape: number[] = [];
  for (let level = values; isRow(level); level = level[0]) {
    if (shape.length === MAX_RANK) {
      const expected = `be nested at most ${MAX_RANK} levels deep`;
      throw new ShapeError({ where, argument, expected, received: 'a deeper one, or one that holds itself' });
    }
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Elements of nested arrays (plain ones, or typed arrays in the innermost level) in row-major order. */
export function readNested(
  where: string,
  argument: string,
  values: unknown,
  dtype: DType,
): { readonly shape: number[]; readonly data: FloatArray } {
  const shape = shapeOf(where, argument, values);
  const rank = shape.length;
  const data = allocate(dtype, sizeOf(shape), where);
  const path: number[] = [];
  let next = 0;

  const read = (value: unknown): void => {
    const axis = path.length;
    if (axis === rank) {
      if (typeof value === 'number') data[next++] = value;
      else throw misplaced(value);
      return;
    }
    if (!isRow(value)) throw misplaced(value);
    if (value.length !== shape[axis]) throw ragged(value.length, shape[axis]!);
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      read(value[i]);
      path.pop();
    }
  };
  const here = (): string => (path.length === 0 ? '' : ` at [${path.join(', ')}]`);
  const misplaced = (value: unknown): Error => {
    if (path.length < rank || isRow(value)) return ragged(describe(value), shape[path.length]);
    return new ArgumentError({ where, argument, expected: 'hold only numbers', received: describe(value) + here() });
  };
  const ragged = (got: number | string, wanted: number | undefined): Error => {
    const expected = `be rectangular: ${wanted === undefined ? 'a number' : `${wanted} elements`}${here()}`;
    return new ShapeError({ where, argument, expected, received: typeof got === 'number' ? `${got} elements` : got });
  };

  read(values);
  return { shape, data };
}
