import { tensor } from '../../lib/tensor/create.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';

/** |got − expected| ≤ abs + rel·|expected| */
export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
}

/** A number, numbers in a list, or an array of any shape. */
export type Comparable = number | readonly number[] | NdArrayLike;

/** A copy in float64. */
export function float64(values: Comparable): Tensor {
  return tensor(values as number | NdArrayLike, { dtype: 'float64' });
}

/** Largest finite magnitude of an array; 0 when it has none. */
export function largest(values: Comparable): number {
  let most = 0;
  for (const v of float64(values).data) if (Number.isFinite(v)) most = Math.max(most, Math.abs(v));
  return most;
}

/** 0 for what is the same, NaN and infinities included. */
function difference(got: number, expected: number): number {
  if (Object.is(got, expected) || got === expected) return 0;
  const d = Math.abs(got - expected);
  return Number.isNaN(d) ? Infinity : d;
}

/** Largest |got − expected| of an array, over max(1, largest |expected|): the figure of docs/golden.md. */
export function worstError(got: Comparable, expected: Comparable): number {
  const a = float64(got).data;
  const b = float64(expected).data;
  let worst = 0;
  for (let j = 0; j < b.length; j++) worst = Math.max(worst, difference(a[j] ?? NaN, b[j]!));
  return worst / Math.max(1, largest(expected));
}

/**
 * What is wrong with an array, told by its worst entry; '' when all of it fits.
 *
 * @param what - name of the array
 */
export function misfit(what: string, got: Comparable, expected: Comparable, { abs, rel }: Tolerance): string {
  const a = float64(got);
  const b = float64(expected);
  if (a.shape.join() !== b.shape.join()) return `${what} has shape [${a.shape}], not [${b.shape}]`;
  let at = -1;
  let worst = 1;
  for (let j = 0; j < b.data.length; j++) {
    const d = difference(a.data[j]!, b.data[j]!);
    const times = d === 0 ? 0 : d / (abs + rel * (Number.isFinite(b.data[j]!) ? Math.abs(b.data[j]!) : 0));
    if (times > worst) [at, worst] = [j, times];
  }
  if (at < 0) return '';
  const index = b.shape.map((_, axis) => Math.floor(at / b.stride[axis]!) % b.shape[axis]!);
  return `${what}[${index.join(', ')}] is ${a.data[at]}, not ${b.data[at]}: ${worst.toPrecision(3)} times the tolerance`;
}
