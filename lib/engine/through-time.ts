// Options of a pass through time: checkpoints and truncation.

import { refuse, requireInteger, requireOptions } from '../checks.ts';
import type { Checkpointing } from './schedule.ts';
import type { Truncation } from './truncate.ts';

/** What limits memory and gradients along time. */
export interface ThroughTime {
  /**
   * How the forward pass saves memory: it keeps the states at the boundaries of segments, and the backward pass recomputes
   * each segment. `'sqrt'`: segments of 2√T time steps; a number: segments of so many time steps; `{ memory }`: the least
   * recomputation whose total memory fits into so many bytes. Gradients have the same bits. Default: nothing is recomputed.
   */
  readonly checkpoint?: Checkpointing;
  /**
   * Truncated backpropagation, equation (T5): accumulates the loss over `every` time steps, then backpropagates it over
   * `back` time steps, counted back from the last of these. Sequences of at most `back` time steps are not truncated.
   * Default: no truncation.
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
