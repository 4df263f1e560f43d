// Copies between views with any strides.

import type { FloatArray } from './storage.ts';

/** An axis of a copy, with its step in both arrays. Adjacent axes that are contiguous in both arrays are merged. */
interface Run {
  readonly length: number;
  readonly to: number;
  readonly from: number;
}

const ONE: Run = { length: 1, to: 0, from: 0 };

/** Rows of at least this length are copied with `set`, which is then faster than a loop despite the view it needs. */
const LONG = 24;

function mergedRuns(shape: readonly number[], to: readonly number[], from: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const run = { length: shape[axis]!, to: to[axis]!, from: from[axis]! };
    if (run.length === 1) continue;
    const outer = runs.at(-1);
    if (outer !== undefined && outer.to === run.to * run.length && outer.from === run.from * run.length) {
      runs[runs.length - 1] = { ...run, length: outer.length * run.length };
    } else {
      runs.push(run);
    }
  }
  return runs;
}

/** Copies the elements of a strided view of `from` to a view of `to` with the same shape. The two must not overlap. */
export function copyStrided(
  to: FloatArray,
  toStride: readonly number[],
  toOffset: number,
  from: ArrayLike<number>,
  fromStride: readonly number[],
  fromOffset: number,
  shape: readonly number[],
): void {
  stridedCopy(shape, toStride, fromStride)(to, toOffset, from, fromOffset);
}

/** Prepares many copies with the same layout. */
export function stridedCopy(
  shape: readonly number[],
  toStride: readonly number[],
  fromStride: readonly number[],
): (to: FloatArray, toOffset: number, from: ArrayLike<number>, fromOffset: number) => void {
  const runs = mergedRuns(shape, toStride, fromStride);
  const inner = runs.pop() ?? ONE;
  const middle = runs.pop() ?? ONE;
  const copy = (
    plane: CopyPlane,
    to: FloatArray,
    p: number,
    from: ArrayLike<number>,
    q: number,
    depth: number,
  ): void => {
    const run = runs[depth];
    if (run === undefined) plane(to, p, from, q, middle, inner);
    else for (let i = 0; i < run.length; i++) copy(plane, to, p + i * run.to, from, q + i * run.from, depth + 1);
  };
  const rows = inner.to === 1 && inner.from === 1 && inner.length >= LONG;
  return (to, toOffset, from, fromOffset) =>
    copy(rows && ArrayBuffer.isView(from) ? copyRows : copyElements, to, toOffset, from, fromOffset, 0);
}

type CopyPlane = (to: FloatArray, p: number, from: ArrayLike<number>, q: number, middle: Run, inner: Run) => void;

/** Copies elements that are adjacent in both arrays. */
export function copyRun(to: FloatArray, p: number, from: ArrayLike<number>, q: number, length: number): void {
  if (length >= LONG && ArrayBuffer.isView(from)) to.set((from as FloatArray).subarray(q, q + length), p);
  else for (let j = 0; j < length; j++) to[p + j] = from[q + j]!;
}

/** Copies rows without gaps. */
const copyRows: CopyPlane = (to, p, from, q, middle, inner) => {
  for (let i = 0; i < middle.length; i++) {
    const start = q + i * middle.from;
    to.set((from as FloatArray).subarray(start, start + inner.length), p + i * middle.to);
  }
};

const copyElements: CopyPlane = (to, p, from, q, middle, inner) => {
  const { length, to: toStep, from: fromStep } = inner;
  for (let i = 0; i < middle.length; i++) {
    let at = p + i * middle.to;
    let source = q + i * middle.from;
    for (let j = 0; j < length; j++) {
      to[at] = from[source]!;
      at += toStep;
      source += fromStep;
    }
  }
};
