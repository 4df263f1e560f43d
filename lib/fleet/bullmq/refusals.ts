// Errors that a parent hands on.

import { StateError } from '../../errors.ts';
import { JobError } from '../job-error.ts';
import { LostJobError } from '../lost-job-error.ts';
import type { Failure } from './result.ts';

/** The error of a call that `close` came before. */
export function closed(): StateError {
  return new StateError({
    where: 'bullmq.run',
    expected: 'be made before close',
    received: 'a call on a closed executor',
  });
}

/** The error of a failure. What a worker says may be anything, so control characters are left out. */
export function errorOf({ kind, message, isLost }: Failure): Error {
  const text = message.replace(/\p{Cc}/gu, ' ');
  if (!isLost) return new JobError(kind.replace(/\P{L}/gu, ''), text);
  return new LostJobError({ where: 'bullmq', expected: 'be done by a worker', received: text });
}
