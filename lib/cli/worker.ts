// `bptt worker`: takes jobs from Redis, and runs them on this machine.

import type { FleetWorkerEvent } from '../fleet/bullmq/index.ts';
import { addressOf, type ExecutorOptions, loadBullmq, threadsOf } from './executor-options.ts';
import { interruptible } from './interrupt.ts';
import { CommandError, type Io } from './io.ts';

/** Options of the command. */
export interface WorkerCommandOptions extends ExecutorOptions {
  readonly idle?: number;
  readonly lock: number;
  readonly json?: boolean;
}

const now = (): string => new Date().toISOString().slice(0, 19).replace('T', ' ');

/** An event as a line. */
function lineOf({ type, key, name, seconds, error }: FleetWorkerEvent): string {
  const job = key === undefined ? '' : ` ${key.slice(0, 8)}${name === undefined ? '' : ` (${name})`}`;
  const time = seconds > 0 ? ` after ${seconds.toFixed(1)} s` : '';
  return `${now()} ${type}${job}${time}${error === undefined ? '' : `: ${error}`}`;
}

/** Serves jobs until it is stopped, or none has come for some time. */
export async function worker(io: Io, options: WorkerCommandOptions): Promise<number> {
  const connection = addressOf(options);
  if (connection === undefined) {
    throw new CommandError('Where is Redis? Give --redis redis://host:6379, or set the variable BPTT_REDIS');
  }
  const { queue, idle, lock, json = false } = options;
  const { fleetWorker } = await loadBullmq();
  const executor = threadsOf(options);
  const serving = fleetWorker({
    ...{ connection, executor, lock: 1000 * lock },
    ...(queue !== undefined && { queue }),
    ...(idle !== undefined && { idle: 1000 * idle }),
    onEvent: (event) => io.err(`${json ? JSON.stringify({ time: now(), ...event }) : lineOf(event)}\n`),
  });
  try {
    const summary = await interruptible(async (signal) => {
      signal.addEventListener('abort', () => void serving.stop());
      return serving.run();
    });
    const { done, failed, returned } = summary;
    io.out(json ? `${JSON.stringify(summary)}\n` : `${done} jobs done, ${failed} failed, ${returned} given back\n`);
    return 0;
  } finally {
    await executor.close();
  }
}
