import { refuse, requireInteger, requireOptions } from '../checks.ts';
import type { Schedule } from './checkpoint.ts';
import { type Checkpointing, scheduleOf } from './schedule.ts';
import type { Route } from './traversal.ts';
import { type Truncation, windowsOf } from './truncate.ts';

/** How gradients go back through time. */
export interface ThroughTime {
  /**
   * What is kept of the way forward: `'sqrt'` the states every 2√T steps, a number those every so many steps, and what
   * lies between is computed again on the way back; `{ memory }` as much as fits into so many bytes of all that the model
   * takes. Gradients have the same bits. Default everything.
   */
  readonly checkpoint?: Checkpointing;
  /**
   * Gathers losses over `every` steps and sends them `back` so many steps, counted from the last of those: equation (T5).
   * Where sequences have no more steps than `back`, nothing is cut. Default not at all.
   */
  readonly truncate?: Truncation;
}

/** Names of `ThroughTime`, for the check of options. */
export const THROUGH_TIME: readonly string[] = ['checkpoint', 'truncate'];

/** Refuses what is out of range; returns copies. */
export function requireThroughTime(where: string, { checkpoint, truncate }: ThroughTime): ThroughTime {
  return {
    ...(checkpoint === undefined ? {} : { checkpoint: requireCheckpoint(where, checkpoint) }),
    ...(truncate === undefined ? {} : { truncate: requireTruncation(where, truncate) }),
  };
}

function requireCheckpoint(where: string, checkpoint: Checkpointing): Checkpointing {
  if (typeof checkpoint === 'object' && checkpoint !== null) {
    const { memory } = requireOptions(where, checkpoint, ['memory'], 'checkpoint');
    return { memory: requireInteger(where, 'checkpoint.memory', memory) };
  }
  if (checkpoint === 'sqrt') return checkpoint;
  if (typeof checkpoint === 'number') return requireInteger(where, 'checkpoint', checkpoint);
  return refuse(where, 'checkpoint', "be 'sqrt', the steps of a segment, or { memory: bytes }", checkpoint);
}

function requireTruncation(where: string, truncate: Truncation): Truncation {
  const { every, back } = requireOptions(where, truncate, ['every', 'back'], 'truncate');
  requireInteger(where, 'truncate.every', every);
  requireInteger(where, 'truncate.back', back);
  if (back < every) {
    const remedy = 'Losses of the first steps would be sent nowhere; raise back, or lower every';
    refuse(where, 'truncate.back', `be at least every, ${every}`, back, remedy);
  }
  return { every, back };
}

/**
 * The windows and segments of a pass over T steps.
 *
 * @param lossFrom - the first step that has a loss
 * @param bytesOf - what all of the model takes with a schedule
 * @throws ArgumentError for a memory budget that is too small
 */
export function routeOf(
  where: string,
  T: number,
  { checkpoint, truncate }: ThroughTime,
  lossFrom: number,
  bytesOf: (route: Route) => number,
): Route {
  const windows = windowsOf(T, truncate, lossFrom);
  const schedule = scheduleOf(where, windows.longest, checkpoint, (each: Schedule) =>
    bytesOf({ windows, schedule: each }),
  );
  return { windows, schedule };
}
