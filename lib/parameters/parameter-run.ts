// Parameters as ranges of memory, for what treats all of them alike: clipping, optimizers.

import type { Arena } from '../memory/arena.ts';
import type { Extent } from '../memory/holes.ts';
import type { Parameter } from './parameter.ts';

/** Parameters whose values lie side by side in memory, as do their gradients, in the same order. */
export interface ParameterRun {
  /** The arena that they lie in. */
  readonly arena: Arena;
  /** Position of the values. */
  readonly at: number;
  /** Position of the gradients. */
  readonly gradientsAt: number;
  /** Number of elements. */
  readonly size: number;
  /** Number of elements in the runs before it. */
  readonly start: number;
}

/**
 * The fewest runs that hold the elements of these parameters that have a gradient, and nothing else. `rowsApart`: each row
 * of a table by itself, because the places of its neighbours depend on the order in which a step used them.
 */
export function runsOf(arena: Arena, list: readonly Parameter[], rowsApart = false): ParameterRun[] {
  const runs: ParameterRun[] = [];
  let start = 0;
  let joins = true;
  const add = (at: number, gradientsAt: number, size: number, from: number): void => {
    const last = runs.at(-1);
    const follows = joins && last !== undefined && from === last.start + last.size && at === last.at + last.size;
    if (follows && gradientsAt === last.gradientsAt + last.size) {
      runs[runs.length - 1] = { ...last, size: last.size + size };
    } else {
      runs.push({ arena, at, gradientsAt, size, start: from });
    }
  };
  for (const [i, { at, gradientAt, size, sparse }] of list.entries()) {
    joins = !rowsApart || (sparse === undefined && list[i - 1]?.sparse === undefined);
    if (sparse === undefined) add(at, gradientAt, size, start);
    else {
      const { width } = sparse;
      for (const row of sparse.used) add(at + row * width, sparse.at(row), width, start + row * width);
    }
    start += size;
  }
  return runs;
}

/** The fewest spans of memory that hold all elements of these parameters and nothing else, in order. */
export function extentsOf(list: readonly Parameter[]): Extent[] {
  const extents: Extent[] = [];
  for (const { at, size } of list) {
    const last = extents.at(-1);
    if (last !== undefined && at === last.at + last.size)
      extents[extents.length - 1] = { at: last.at, size: last.size + size };
    else extents.push({ at, size });
  }
  return extents;
}
