import { zeros } from '../tensor/create.ts';
import { assign, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';

/** The rows of an array (along its first axis) in an order, from `start` to before `end`. */
export function takeRows(array: NdArrayLike, order: ArrayLike<number>, start: number, end: number): Tensor {
  const shape = array.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  const stride = array.stride.slice(1);
  const data = new Float64Array((end - start) * size);
  for (let row = start; row < end; row++) {
    const from = { data: array.data, shape, stride, offset: array.offset + order[row]! * array.stride[0]! };
    assign(new Tensor({ data }, shape, undefined, (row - start) * size), from);
  }
  return new Tensor({ data }, [end - start, ...shape]);
}

/** The rows from `start` to before `end`, without a copy. */
export function sliceRows(array: NdArrayLike, start: number, end: number): NdArrayLike {
  const { data, shape, stride, offset } = array;
  return { data, shape: [end - start, ...shape.slice(1)], stride, offset: offset + start * stride[0]! };
}

/** Arrays of equal rows one after the other. */
export function concatenateRows(parts: readonly Tensor[]): Tensor {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  const joined = zeros([rows, ...first.shape.slice(1)], { dtype: first.dtype });
  let at = 0;
  for (const part of parts) {
    joined.data.set(part.data, at);
    at += part.size;
  }
  return joined;
}
