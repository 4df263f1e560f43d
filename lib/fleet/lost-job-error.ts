// The error of a job whose worker was lost.

import { BpttError } from '../errors.ts';

/** A worker ended, crashed or no longer answered while it ran a job. Another attempt may succeed. */
export class LostJobError extends BpttError {
  /** Class name. */
  override readonly name: string = 'LostJobError';
}
