// Checks histories and logs.

import { refuse, requireBoolean } from '../checks.ts';
import type { BatchLog, EpochLog } from '../training/callbacks.ts';
import type { History } from '../training/fit.ts';
import { requireList, requireObject, withNumbers } from './requirements.ts';

/** The drawn part of a history: logs of epochs, from one or several calls of `fit`. */
export type Epochs = Pick<History, 'epochs'>;

function requireCount(where: string, argument: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    refuse(where, argument, 'be an integer of at least 0', value);
}

/** Checks the drawn part of a history of `fit`. */
export function requireHistory(where: string, argument: string, value: Epochs): Epochs {
  const { epochs } = requireObject(where, argument, value, 'be a result of fit, { epochs }');
  const logs = requireList(where, `${argument}.epochs`, epochs, 'logs of epochs').map((given, i) => {
    const at = `${argument}.epochs[${i}]`;
    const log = requireObject(where, at, given, 'be the log of an epoch');
    requireCount(where, `${at}.epoch`, log.epoch);
    if (log.skipped !== undefined) requireCount(where, `${at}.skipped`, log.skipped);
    return withNumbers(where, at, log, log.validationLoss === undefined ? ['loss'] : ['loss', 'validationLoss']);
  });
  return { epochs: logs };
}

/** Checks the drawn part of the logs of `onBatchEnd`. */
export function requireBatchLogs(where: string, argument: string, value: unknown): readonly BatchLog[] {
  return requireNorms(where, argument, value as readonly BatchLog[]).map((log, i) => {
    const at = `${argument}[${i}]`;
    requireCount(where, `${at}.epoch`, log.epoch);
    for (const key of ['batch', 'batches', 'step'] as const) requireCount(where, `${at}.${key}`, log[key]);
    requireBoolean(where, `${at}.skipped`, log.skipped);
    return withNumbers(where, at, log, ['loss']);
  });
}

/** Whether the logs are those of batches, not of epochs. */
export function areOfBatches(logs: readonly (BatchLog | EpochLog)[]): logs is readonly BatchLog[] {
  return 'step' in logs[0]!;
}

/** Checks the norms of logs, all of batches or all of epochs. */
export function requireNorms<L extends BatchLog | EpochLog>(
  where: string,
  argument: string,
  value: readonly L[],
): readonly L[] {
  const given = requireList(where, argument, value, 'logs of batches or of epochs');
  const logs = given.map((log, i) =>
    requireObject(where, `${argument}[${i}]`, log, 'be the log of a batch or of an epoch'),
  );
  return logs.map((log, i) => {
    const at = `${argument}[${i}]`;
    const count = areOfBatches(logs) ? 'step' : 'epoch';
    requireCount(where, `${at}.${count}`, (log as BatchLog)[count]);
    return withNumbers(where, at, log, ['gradientNorm', 'clippedNorm']);
  });
}
