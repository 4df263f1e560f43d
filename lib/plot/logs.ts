import { refuse, requireBoolean } from '../checks.ts';
import type { BatchLog, EpochLog } from '../model/callbacks.ts';
import type { History } from '../model/fit.ts';
import { requireList, requireNumberIn, requireObject } from './requirements.ts';

function requireCount(where: string, argument: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    refuse(where, argument, 'be an integer of at least 0', value);
}

/** Returns `value` when it is what `fit` returns, as far as it is drawn. */
export function requireHistory(where: string, argument: string, value: History): History {
  const { epochs } = requireObject(where, argument, value, 'be what fit returned, { epochs }');
  requireList(where, `${argument}.epochs`, epochs, 'logs of epochs').forEach((log, i) => {
    const at = `${argument}.epochs[${i}]`;
    requireObject(where, at, log, 'be the log of an epoch');
    requireCount(where, `${at}.epoch`, log.epoch);
    requireNumberIn(where, `${at}.loss`, log.loss);
    if (log.validationLoss !== undefined) requireNumberIn(where, `${at}.validationLoss`, log.validationLoss);
  });
  return value;
}

/** Returns `value` when it is a list of what `onBatchEnd` is given, as far as it is drawn. */
export function requireBatchLogs(where: string, argument: string, value: readonly BatchLog[]): readonly BatchLog[] {
  requireNorms(where, argument, value).forEach((log, i) => {
    const at = `${argument}[${i}]`;
    requireNumberIn(where, `${at}.loss`, log.loss);
    requireCount(where, `${at}.epoch`, log.epoch);
    for (const key of ['batch', 'batches', 'step'] as const)
      requireCount(where, `${at}.${key}`, (log as BatchLog)[key]);
    requireBoolean(where, `${at}.skipped`, log.skipped);
  });
  return value;
}

/** Whether these are logs of batches, rather than of epochs. */
export function areOfBatches(logs: readonly (BatchLog | EpochLog)[]): logs is readonly BatchLog[] {
  return 'step' in logs[0]!;
}

/** Returns `value` when it is a list of logs, all of batches or all of epochs, as far as norms are drawn. */
export function requireNorms(
  where: string,
  argument: string,
  value: readonly BatchLog[] | readonly EpochLog[],
): readonly (BatchLog | EpochLog)[] {
  const logs = requireList<BatchLog | EpochLog>(where, argument, value, 'logs of batches or of epochs');
  logs.forEach((log, i) => {
    const at = `${argument}[${i}]`;
    requireObject(where, at, log, 'be the log of a batch or of an epoch');
    requireNumberIn(where, `${at}.gradientNorm`, log.gradientNorm);
    requireNumberIn(where, `${at}.clippedNorm`, log.clippedNorm);
    const count = areOfBatches(logs) ? 'step' : 'epoch';
    requireCount(where, `${at}.${count}`, (log as BatchLog)[count]);
  });
  return logs;
}
