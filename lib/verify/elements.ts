// Copies between named arrays and one flat array.

import { refuse, requireShape } from '../checks.ts';
import { rowMajor, sizeOf } from '../tensor/layout.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { copyStrided } from '../tensor/strided-copy.ts';

const { floor } = Math;
const { is } = Object;

/** Position in `data` of the k-th element of a view, row-major. */
export function elementAt({ shape, stride, offset }: NdArrayLike, k: number): number {
  let at = offset;
  for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
    at += (rest % shape[axis]!) * stride[axis]!;
    rest = (rest - (rest % shape[axis]!)) / shape[axis]!;
  }
  return at;
}

/** Index of the k-th element of a shape, row-major. */
export function indexOf(k: number, shape: readonly number[]): number[] {
  return rowMajor(shape).map((stride, axis) => floor(k / stride) % shape[axis]!);
}

/** Copies the elements of a view, row-major, to a new array. */
export function elementsOf(array: NdArrayLike): Float64Array {
  const elements = new Float64Array(sizeOf(array.shape));
  copyElements(elements, 0, array);
  return elements;
}

/** Writes the elements of a view, row-major, to `to` from position `at`. */
function copyElements(to: Float64Array, at: number, array: NdArrayLike): void {
  copyStrided(to, rowMajor(array.shape), at, array.data, array.stride, array.offset, array.shape);
}

/** One of several named arrays in a flat array. */
export interface Block {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly size: number;
}

/** Assigns consecutive positions in a flat array to named arrays. */
export function blocksOf(where: string, arrays: Readonly<Record<string, NdArrayLike>>): Block[] {
  requireArrays(where, arrays);
  let start = 0;
  return Object.entries(arrays).map(([name, array]) => {
    const { shape } = requireNdArray(where, name, array);
    const block = { name, shape: [...shape], start, size: sizeOf(shape) };
    start += block.size;
    return block;
  });
}

/** Total number of elements of all blocks. */
export function totalOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { size }) => sum + size, 0);
}

/** Copies named arrays into a flat array. Throws if an array is missing or has another shape. */
export function gather(
  where: string,
  blocks: readonly Block[],
  arrays: Readonly<Record<string, NdArrayLike>>,
  into: Float64Array,
): Float64Array {
  requireArrays(where, arrays);
  for (const { name, shape, start } of blocks) {
    const array = arrays[name];
    if (array?.data === undefined) requireNdArray(where, name, array);
    requireShape(where, name, array!.shape, shape);
    copyElements(into, start, array!);
  }
  return into;
}

function requireArrays(where: string, arrays: unknown): void {
  if (typeof arrays !== 'object' || arrays === null) refuse(where, 'result', 'be an object of arrays', arrays);
}

/** Whether two arrays have the same bits; all NaN count as equal. */
export function sameBits(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (!is(a[k], b[k])) return false;
  return a.length === b.length;
}
