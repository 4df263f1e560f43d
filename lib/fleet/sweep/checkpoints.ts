// The options of a report.

import { refuse } from '../../checks.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import type { TrialReportOptions } from './trial.ts';

const REPORT: Schema<TrialReportOptions, 'checkpoint'> = { checkpoint: optional(requireBytes) };

function requireBytes(where: string, argument: string, value: unknown): Uint8Array {
  const isBytes = Object.prototype.toString.call(value) === '[object Uint8Array]';
  return isBytes && ArrayBuffer.isView(value)
    ? new Uint8Array(value as Uint8Array)
    : refuse(where, argument, 'be a Uint8Array', value);
}

/** A copy of the checkpoint of a report. */
export function requireCheckpoint(where: string, options: TrialReportOptions): Uint8Array | undefined {
  return readOptions(where, options, REPORT).checkpoint;
}
