// Iteration over the rows of a view.

import { isDense, type Layout, sizeOf } from './layout.ts';

/**
 * Calls `visit` for each row of a view in row-major order, with the start of the row, the distance between its
 * elements, and its length. If all elements are contiguous, they count as one row.
 */
export function forEachRow(view: Layout, visit: (start: number, step: number, length: number) => void): void {
  const { shape, stride, offset } = view;
  if (isDense(view)) {
    visit(offset, 1, sizeOf(shape));
    return;
  }
  const last = shape.length - 1;
  const walk = (axis: number, at: number): void => {
    if (axis === last) visit(at, stride[last]!, shape[last]!);
    else for (let i = 0; i < shape[axis]!; i++) walk(axis + 1, at + i * stride[axis]!);
  };
  walk(0, offset);
}
