// The running training that a callback received.

import { requireInstance } from '../../checks.ts';
import { Run } from '../training-run.ts';

/** Checks that `value` is a run. */
export function requireRun(where: string, value: unknown): Run {
  return requireInstance(where, 'run', value, Run, 'be the run that a callback receives');
}
