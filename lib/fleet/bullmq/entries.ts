// What a parent waits for: runs of jobs, and the calls that want their results.

import type { ExecutorRun } from '../executor.ts';
import type { KeyedJob } from '../job.ts';
import type { JobOutcome } from '../outcome.ts';
import type { Order } from './orders.ts';
import { parsedJson } from './parsed.ts';

/** A call of `run`. */
export interface Call {
  readonly run: ExecutorRun;
  /** The next epoch to report; −1 for a call that goes on from a checkpoint, before the first report. */
  nextEpoch: number;
  resolve(outcome: JobOutcome): void;
  reject(error: unknown): void;
}

/** A run of a job, in the queue. */
export interface Entry {
  readonly id: string;
  readonly keyed: KeyedJob;
  readonly order: Order;
  readonly calls: Set<Call>;
  /** Entries of the list of epochs that were read. */
  read: number;
  /** Whether Redis is being asked about it, and whether it has to be asked once more. */
  asking: boolean;
  again: boolean;
  /** Called once no worker runs it any more; set while it is being cancelled. */
  ended: (() => void) | undefined;
}

/** Characters of an epoch in the list. */
const LONGEST = 200;

/** An epoch of the list; undefined for anything else. */
function epochOf(text: unknown): { epoch: number; loss: number; validationLoss: number | undefined } | undefined {
  const numbers = parsedJson(text, LONGEST);
  const [epoch, loss, validationLoss] = Array.isArray(numbers) ? (numbers as unknown[]) : [];
  if (typeof epoch !== 'number' || typeof loss !== 'number') return undefined;
  return { epoch, loss, validationLoss: typeof validationLoss === 'number' ? validationLoss : undefined };
}

function tell(call: Call, epochs: number, epoch: number, loss: number, validationLoss: number | undefined): void {
  if (epoch < call.nextEpoch) return;
  call.nextEpoch = epoch + 1;
  call.run.onEpoch?.({ epoch, epochs, loss, validationLoss });
}

/** Reports new entries of the list of epochs to the calls: each epoch once, in order, also if another worker repeats it. */
export function tellEpochs({ keyed, calls }: Entry, list: readonly unknown[]): void {
  const { epochs } = keyed.job.training;
  for (const text of list) {
    const found = epochOf(text);
    if (found === undefined) continue;
    for (const call of calls) tell(call, epochs, found.epoch, found.loss, found.validationLoss);
  }
}

/** Tells a call of the epochs that it has not heard of. */
export function tellRest(call: Call, { keyed }: Entry, { losses, validationLosses }: JobOutcome): void {
  const { epochs } = keyed.job.training;
  if (call.nextEpoch < 0) return;
  for (let k = call.nextEpoch; k < losses.length; k++) tell(call, epochs, k, losses[k]!, validationLosses[k]);
}
