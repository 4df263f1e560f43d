// How a call of each kernel is divided between threads: by rows, by columns, or by elements. A call is an array of arguments,
// from place i on, without the heap; accumulate is 0 or 1.

import type { RawKernels } from '../bound-kernels.ts';
import { type KernelName, PANEL } from '../contract.ts';

/** Most arguments of a kernel that is divided, without the heap. */
export const MOST_ARGUMENTS = 16;

/** Kernels that one thread computes: updates, so that a thread that fails leaves parameters as they were, and sums. */
type Undivided =
  | 'squaredError'
  | 'sparseCrossEntropy'
  | 'denseCrossEntropy'
  | 'binaryCrossEntropy'
  | 'sumOfSquares'
  | 'randomUniform'
  | 'normalQuantiles'
  | 'sgdUpdate'
  | 'momentumUpdate'
  | 'nesterovUpdate'
  | 'adamUpdate'
  | 'amsgradUpdate';

/** A kernel that is divided. */
export type DividedName = Exclude<KernelName, Undivided>;

/** Kernels of WebAssembly that are divided. */
export type DividedKernels = Pick<RawKernels, DividedName>;

/** Computes a part of a call: n rows from row r on, or n elements or columns from j on. */
export type Part = (k: DividedKernels, a: Float64Array, i: number, from: number, n: number) => void;

/** How a kernel is divided, and which argument is the number of rows, columns or elements. */
const DIVISIONS: { readonly [K in DividedName]: readonly [kind: Division['kind'], count: number] } = {
  pack: ['panels', 5],
  matmul: ['rows', 5],
  matmulGradient: ['gradient', 8],
  columnSums: ['columns', 4],
  repeatRow: ['rows', 2],
  lstmStepForward: ['rows', 5],
  lstmStepBackward: ['rows', 6],
  gruGatesForward: ['rows', 3],
  gruStateForward: ['rows', 3],
  gruStateBackward: ['rows', 5],
  gruGatesBackward: ['rows', 5],
  gruResetAfterStepForward: ['rows', 4],
  gruResetAfterStepBackward: ['rows', 7],
  activationForward: ['rows', 5],
  activationBackward: ['rows', 7],
  clipBackward: ['rows', 6],
  multiply: ['rows', 6],
  multiplyAdd: ['rows', 6],
  interpolate: ['rows', 8],
  interpolateBackward: ['rows', 14],
  softmaxForward: ['rows', 1],
  softmaxBackward: ['rows', 3],
  normalize: ['rows', 5],
  normalizeBackward: ['rows', 6],
  clamp: ['rows', 4],
  accumulate: ['elements', 2],
  scale: ['elements', 2],
  dropoutMask: ['mask', 7],
};

/** Rows of a call. */
// biome-ignore format: one kernel, one line
const BY_ROWS: { readonly [K in DividedName]?: Part } = {
  matmul: (k, a, i, r, n) => k.matmul(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, a[i + 4]! | 0, n, a[i + 6]! | 0, a[i + 7]! | 0, a[i + 8]! === 1),
  repeatRow: (k, a, i, r, n) => k.repeatRow(0, (a[i]! + r * a[i + 3]!) | 0, a[i + 1]! | 0, n, a[i + 3]! | 0),
  lstmStepForward: (k, a, i, r, n) => k.lstmStepForward(0, (a[i]! + r * 4 * a[i + 6]!) | 0, (a[i + 1]! + r * a[i + 6]!) | 0, (a[i + 2]! + r * a[i + 6]!) | 0, (a[i + 3]! + r * a[i + 6]!) | 0, (a[i + 4]! + r * a[i + 6]!) | 0, n, a[i + 6]! | 0),
  lstmStepBackward: (k, a, i, r, n) => k.lstmStepBackward(0, (a[i]! + r * 4 * a[i + 7]!) | 0, (a[i + 1]! + r * a[i + 7]!) | 0, (a[i + 2]! + r * 4 * a[i + 7]!) | 0, (a[i + 3]! + r * a[i + 7]!) | 0, (a[i + 4]! + r * a[i + 7]!) | 0, (a[i + 5]! + r * a[i + 7]!) | 0, n, a[i + 7]! | 0),
  gruGatesForward: (k, a, i, r, n) => k.gruGatesForward(0, (a[i]! + r * 3 * a[i + 4]!) | 0, (a[i + 1]! + r * a[i + 4]!) | 0, (a[i + 2]! + r * a[i + 4]!) | 0, n, a[i + 4]! | 0),
  gruStateForward: (k, a, i, r, n) => k.gruStateForward(0, (a[i]! + r * 3 * a[i + 4]!) | 0, (a[i + 1]! + r * a[i + 4]!) | 0, (a[i + 2]! + r * a[i + 4]!) | 0, n, a[i + 4]! | 0),
  gruStateBackward: (k, a, i, r, n) => k.gruStateBackward(0, (a[i]! + r * 3 * a[i + 6]!) | 0, (a[i + 1]! + r * a[i + 6]!) | 0, (a[i + 2]! + r * 3 * a[i + 6]!) | 0, (a[i + 3]! + r * a[i + 6]!) | 0, (a[i + 4]! + r * a[i + 6]!) | 0, n, a[i + 6]! | 0),
  gruGatesBackward: (k, a, i, r, n) => k.gruGatesBackward(0, (a[i]! + r * 3 * a[i + 6]!) | 0, (a[i + 1]! + r * a[i + 6]!) | 0, (a[i + 2]! + r * 3 * a[i + 6]!) | 0, (a[i + 3]! + r * a[i + 6]!) | 0, (a[i + 4]! + r * a[i + 6]!) | 0, n, a[i + 6]! | 0),
  gruResetAfterStepForward: (k, a, i, r, n) => k.gruResetAfterStepForward(0, (a[i]! + r * 3 * a[i + 5]!) | 0, (a[i + 1]! + r * a[i + 5]!) | 0, (a[i + 2]! + r * a[i + 5]!) | 0, (a[i + 3]! + r * a[i + 5]!) | 0, n, a[i + 5]! | 0),
  gruResetAfterStepBackward: (k, a, i, r, n) => k.gruResetAfterStepBackward(0, (a[i]! + r * 3 * a[i + 8]!) | 0, (a[i + 1]! + r * a[i + 8]!) | 0, (a[i + 2]! + r * a[i + 8]!) | 0, (a[i + 3]! + r * 3 * a[i + 8]!) | 0, (a[i + 4]! + r * a[i + 8]!) | 0, (a[i + 5]! + r * a[i + 8]!) | 0, (a[i + 6]! + r * a[i + 8]!) | 0, n, a[i + 8]! | 0),
  activationForward: (k, a, i, r, n) => k.activationForward(0, a[i]! | 0, (a[i + 1]! + r * a[i + 2]!) | 0, a[i + 2]! | 0, (a[i + 3]! + r * a[i + 4]!) | 0, a[i + 4]! | 0, n, a[i + 6]! | 0),
  activationBackward: (k, a, i, r, n) => k.activationBackward(0, a[i]! | 0, (a[i + 1]! + r * a[i + 2]!) | 0, a[i + 2]! | 0, (a[i + 3]! + r * a[i + 4]!) | 0, a[i + 4]! | 0, (a[i + 5]! + r * a[i + 6]!) | 0, a[i + 6]! | 0, n, a[i + 8]! | 0),
  clipBackward: (k, a, i, r, n) => k.clipBackward(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, a[i + 4]!, a[i + 5]!, n, a[i + 7]! | 0),
  multiply: (k, a, i, r, n) => k.multiply(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, (a[i + 4]! + r * a[i + 5]!) | 0, a[i + 5]! | 0, n, a[i + 7]! | 0),
  multiplyAdd: (k, a, i, r, n) => k.multiplyAdd(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, (a[i + 4]! + r * a[i + 5]!) | 0, a[i + 5]! | 0, n, a[i + 7]! | 0),
  interpolate: (k, a, i, r, n) => k.interpolate(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, (a[i + 4]! + r * a[i + 5]!) | 0, a[i + 5]! | 0, (a[i + 6]! + r * a[i + 7]!) | 0, a[i + 7]! | 0, n, a[i + 9]! | 0),
  interpolateBackward: (k, a, i, r, n) => k.interpolateBackward(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, (a[i + 4]! + r * a[i + 5]!) | 0, a[i + 5]! | 0, (a[i + 6]! + r * a[i + 7]!) | 0, a[i + 7]! | 0, (a[i + 8]! + r * a[i + 9]!) | 0, a[i + 9]! | 0, (a[i + 10]! + r * a[i + 11]!) | 0, a[i + 11]! | 0, (a[i + 12]! + r * a[i + 13]!) | 0, a[i + 13]! | 0, n, a[i + 15]! | 0),
  softmaxForward: (k, a, i, r, n) => k.softmaxForward(0, (a[i]! + r * a[i + 2]!) | 0, n, a[i + 2]! | 0),
  softmaxBackward: (k, a, i, r, n) => k.softmaxBackward(0, (a[i]! + r * a[i + 4]!) | 0, (a[i + 1]! + r * a[i + 4]!) | 0, (a[i + 2]! + r * a[i + 4]!) | 0, n, a[i + 4]! | 0),
  normalize: (k, a, i, r, n) => k.normalize(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, a[i + 4]!, n, a[i + 6]! | 0),
  normalizeBackward: (k, a, i, r, n) => k.normalizeBackward(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, (a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, (a[i + 4]! + r * a[i + 5]!) | 0, a[i + 5]! | 0, n, a[i + 7]! | 0),
  clamp: (k, a, i, r, n) => k.clamp(0, (a[i]! + r * a[i + 1]!) | 0, a[i + 1]! | 0, a[i + 2]!, a[i + 3]!, n, a[i + 5]! | 0),
};

/** Elements of a call with one row, or columns of a sum of rows. */
// biome-ignore format: one kernel, one line
const BY_ELEMENTS: { readonly [K in DividedName]?: Part } = {
  columnSums: (k, a, i, j, n) => k.columnSums(0, (a[i]! + j) | 0, (a[i + 1]! + j) | 0, a[i + 2]! | 0, a[i + 3]! | 0, n),
  repeatRow: (k, a, i, j, n) => k.repeatRow(0, (a[i]! + j) | 0, (a[i + 1]! + j) | 0, a[i + 2]! | 0, n),
  activationForward: (k, a, i, j, n) => k.activationForward(0, a[i]! | 0, (a[i + 1]! + j) | 0, a[i + 2]! | 0, (a[i + 3]! + j) | 0, a[i + 4]! | 0, a[i + 5]! | 0, n),
  activationBackward: (k, a, i, j, n) => k.activationBackward(0, a[i]! | 0, (a[i + 1]! + j) | 0, a[i + 2]! | 0, (a[i + 3]! + j) | 0, a[i + 4]! | 0, (a[i + 5]! + j) | 0, a[i + 6]! | 0, a[i + 7]! | 0, n),
  clipBackward: (k, a, i, j, n) => k.clipBackward(0, (a[i]! + j) | 0, a[i + 1]! | 0, (a[i + 2]! + j) | 0, a[i + 3]! | 0, a[i + 4]!, a[i + 5]!, a[i + 6]! | 0, n),
  multiply: (k, a, i, j, n) => k.multiply(0, (a[i]! + j) | 0, a[i + 1]! | 0, (a[i + 2]! + j) | 0, a[i + 3]! | 0, (a[i + 4]! + j) | 0, a[i + 5]! | 0, a[i + 6]! | 0, n),
  multiplyAdd: (k, a, i, j, n) => k.multiplyAdd(0, (a[i]! + j) | 0, a[i + 1]! | 0, (a[i + 2]! + j) | 0, a[i + 3]! | 0, (a[i + 4]! + j) | 0, a[i + 5]! | 0, a[i + 6]! | 0, n),
  interpolate: (k, a, i, j, n) => k.interpolate(0, (a[i]! + j) | 0, a[i + 1]! | 0, (a[i + 2]! + j) | 0, a[i + 3]! | 0, (a[i + 4]! + j) | 0, a[i + 5]! | 0, (a[i + 6]! + j) | 0, a[i + 7]! | 0, a[i + 8]! | 0, n),
  interpolateBackward: (k, a, i, j, n) => k.interpolateBackward(0, (a[i]! + j) | 0, a[i + 1]! | 0, (a[i + 2]! + j) | 0, a[i + 3]! | 0, (a[i + 4]! + j) | 0, a[i + 5]! | 0, (a[i + 6]! + j) | 0, a[i + 7]! | 0, (a[i + 8]! + j) | 0, a[i + 9]! | 0, (a[i + 10]! + j) | 0, a[i + 11]! | 0, (a[i + 12]! + j) | 0, a[i + 13]! | 0, a[i + 14]! | 0, n),
  clamp: (k, a, i, j, n) => k.clamp(0, (a[i]! + j) | 0, a[i + 1]! | 0, a[i + 2]!, a[i + 3]!, a[i + 4]! | 0, n),
  accumulate: (k, a, i, j, n) => k.accumulate(0, (a[i]! + j) | 0, (a[i + 1]! + j) | 0, n),
  scale: (k, a, i, j, n) => k.scale(0, (a[i]! + j) | 0, a[i + 1]!, n),
};

/** A kernel that is divided. */
export interface Division {
  readonly kind: 'rows' | 'columns' | 'elements' | 'gradient' | 'panels' | 'mask';
  /** Which argument is the number of rows, columns or elements. */
  readonly count: number;
  readonly rows: Part | undefined;
  readonly elements: Part | undefined;
}

/** Names of the kernels that are divided; a command has the place in this list. */
export const DIVIDED: readonly DividedName[] = Object.keys(DIVISIONS) as DividedName[];

const BY_NUMBER: readonly Division[] = DIVIDED.map((name) => {
  const [kind, count] = DIVISIONS[name];
  return { kind, count, rows: BY_ROWS[name], elements: BY_ELEMENTS[name] };
});

const MULTIPLY_ADD = DIVIDED.indexOf('multiplyAdd');

/** `multiplyAdd` with one row of results: a sum of rows, which is divided by columns. */
const SUM_OF_PRODUCTS: Division = { ...BY_NUMBER[MULTIPLY_ADD]!, kind: 'columns', count: 7 };

/** How a call is divided, whose arguments begin at `i`. */
export function divisionOf(kernel: number, a: Float64Array, i: number): Division {
  return kernel === MULTIPLY_ADD && a[i + 1] === 0 && a[i + 6]! > 1 ? SUM_OF_PRODUCTS : BY_NUMBER[kernel]!;
}

/** How many threads can have a part of a call. */
export function partsOf(kernel: number, a: Float64Array, i: number): number {
  const { kind, count } = divisionOf(kernel, a, i);
  return kind === 'rows' || kind === 'elements' ? a[i + count]! : Math.ceil(a[i + count]! / PANEL);
}

/** Whether rows of a call are those of the batch, `of` in number: then a part depends on the same rows only. */
export function isByRows(kernel: number, a: Float64Array, i: number, of: number): boolean {
  const { kind, count, elements } = divisionOf(kernel, a, i);
  const n = a[i + count]!;
  if (kind === 'elements') return n % of === 0;
  return kind === 'rows' && (n === of || (elements !== undefined && n === 1 && a[i + count + 1]! % of === 0));
}
