// Options of a pass through time: checkpoints and truncation.

import { refuse, requireInteger } from '../checks.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';
import type { Checkpointing, MemoryBudget } from './schedule.ts';
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

/** @internal The schema of `ThroughTime`. */
export const THROUGH_TIME: Schema<ThroughTime, keyof ThroughTime> = {
  checkpoint: optional(requireCheckpoint),
  truncate: optional(requireTruncation),
};

const BUDGET: Schema<MemoryBudget> = { memory: required(integer()) };

const TRUNCATION: Schema<Truncation> = { every: required(integer()), back: required(integer()) };

function requireCheckpoint(where: string, argument: string, value: unknown): Checkpointing {
  if (typeof value === 'object' && value !== null) return readOptions(where, value as MemoryBudget, BUDGET, argument);
  if (value === 'sqrt') return value;
  if (typeof value === 'number') return requireInteger(where, argument, value);
  return refuse(where, argument, "be 'sqrt', the steps of a segment, or { memory: bytes }", value);
}

function requireTruncation(where: string, argument: string, value: unknown): Truncation {
  const { every, back } = readOptions(where, value as Truncation, TRUNCATION, argument);
  if (back < every) {
    const remedy = 'Losses of the first steps would not be backpropagated; raise back, or lower every';
    refuse(where, `${argument}.back`, `be at least every, ${every}`, back, remedy);
  }
  return { every, back };
}
