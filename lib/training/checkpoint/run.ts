// The running training that a callback received.

import { refuse } from '../../checks.ts';
import { Run } from '../training-run.ts';

/** Checks that `value` is a run. */
export function requireRun(where: string, value: unknown): Run {
  return value instanceof Run ? value : refuse(where, 'run', 'be the run that a callback receives', value);
}
