import type { FloatArray } from './storage.ts';

/** Axes of a copy after merging: runs that are even in both arrays become one axis. */
interface Run {
  readonly length: number;
  readonly to: number;
  readonly from: number;
}

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

/** Copies the elements of a strided view of `from` to an equally shaped view of `to`; the two must not overlap. */
export function copyStrided(
  to: FloatArray,
  toStride: readonly number[],
  toOffset: number,
  from: ArrayLike<number>,
  fromStride: readonly number[],
  fromOffset: number,
  shape: readonly number[],
): void {
  const runs = mergedRuns(shape, toStride, fromStride);
  const inner = runs.pop() ?? { length: 1, to: 0, from: 0 };
  copyRuns(to, toOffset, from, fromOffset, runs, 0, inner);
}

function copyRuns(
  to: FloatArray,
  toOffset: number,
  from: ArrayLike<number>,
  fromOffset: number,
  runs: readonly Run[],
  depth: number,
  inner: Run,
): void {
  if (depth === runs.length) {
    for (let i = 0, p = toOffset, q = fromOffset; i < inner.length; i++, p += inner.to, q += inner.from) {
      to[p] = from[q]!;
    }
    return;
  }
  const run = runs[depth]!;
  for (let i = 0; i < run.length; i++) {
    copyRuns(to, toOffset + i * run.to, from, fromOffset + i * run.from, runs, depth + 1, inner);
  }
}
