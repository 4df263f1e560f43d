// Parameters as ranges of memory, for what treats all of them alike: clipping, optimizers.

import type { Arena } from '../memory/arena.ts';
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

/** The fewest runs that hold these parameters and nothing else. */
export function runsOf(arena: Arena, list: readonly Parameter[]): ParameterRun[] {
  const runs: ParameterRun[] = [];
  let start = 0;
  for (const { at, gradientAt: gradientsAt, size } of list) {
    const last = runs.at(-1);
    if (last !== undefined && at === last.at + last.size && gradientsAt === last.gradientsAt + last.size) {
      runs[runs.length - 1] = { ...last, size: last.size + size };
    } else {
      runs.push({ arena, at, gradientsAt, size, start });
    }
    start += size;
  }
  return runs;
}
