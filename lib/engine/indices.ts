// Input that consists of indices.

import { refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { asColumn } from './signal.ts';

const { isInteger } = Number;

/** A batch of more indices is a mistake. */
const MOST = 2 ** 30;

/** Checks indices [B, T], from 0 to below `count`, and returns them as an array [B, T, 1]: a view. */
export function requireIndices(where: string, argument: string, given: NdArrayLike, count: number): NdArrayLike {
  const source = inColumn(where, argument, given);
  const { data, shape, stride, offset } = source;
  const [B, T] = shape as [number, number];
  if (B * T > MOST) refuse(where, argument, `be at most ${MOST} indices`, shape);
  for (let row = 0; row < B; row++) {
    for (let t = 0; t < T; t++) {
      requireIndex(where, argument, data[offset + row * stride[0]! + t * stride[1]!]!, count, row, t);
    }
  }
  return source;
}

/** Checks the index of a row and a time step. */
export function requireIndex(
  where: string,
  argument: string,
  index: number,
  count: number,
  row: number,
  t: number,
): void {
  if (index >= 0 && index < count && isInteger(index)) return;
  const received = `${describe(index)} at row ${row}, step ${t}`;
  throw new ArgumentError({ where, argument, expected: `be indices from 0 to ${count - 1}`, received });
}

function inColumn(where: string, argument: string, source: NdArrayLike): NdArrayLike {
  const { shape } = source;
  if (shape.length === 2) return asColumn(source);
  if (shape.length === 3 && shape[2] === 1) return source;
  throw new ShapeError({ where, argument, expected: 'be indices [B, T]', received: `[${shape.join(', ')}]` });
}

/** Checks the indices of a step of a stream, [B, 1], without allocating. Returns them. */
export function requireStepIndices(where: string, x: NdArrayLike, count: number): NdArrayLike {
  const { data, offset } = x;
  for (let row = 0; row < x.shape[0]!; row++) {
    const index = data[offset + row * x.stride[0]!]!;
    if (index >= 0 && index < count && isInteger(index)) continue;
    refuse(where, `x[${row}]`, `be an index from 0 to ${count - 1}`, index);
  }
  return x;
}
