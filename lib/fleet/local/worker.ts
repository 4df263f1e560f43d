// A thread of the executor of this machine: runs one job at a time.

import { builtin } from '../builtins.ts';
import { loadersOf } from '../loaders/loaders.ts';
import { runJob } from '../run-job.ts';
import { Signal } from '../signal.ts';
import type { Order, Report, ThreadSettings } from './messages.ts';

const { parentPort, workerData } = builtin('worker', 'node:worker_threads');
const loaders = loadersOf('local', workerData as ThreadSettings);
void Promise.allSettled([loaders]); // each job throws its error
let running = new Signal();

function tell(report: Report, transfer: readonly ArrayBufferLike[] = []): void {
  parentPort!.postMessage(report, transfer);
}

async function run({ job, run: { checkpoints, ...sent } }: Extract<Order, { type: 'run' }>): Promise<void> {
  running = new Signal();
  try {
    const outcome = await runJob(job, await loaders, {
      ...sent,
      signal: running,
      onEpoch: (epoch) => tell({ type: 'epoch', epoch }),
      onCheckpoint: checkpoints ? (bytes) => tell({ type: 'checkpoint', bytes }) : undefined,
    });
    tell({ type: 'done', outcome });
  } catch (error) {
    const isError = error instanceof Error;
    tell({ type: 'failed', kind: isError ? error.name : 'Error', message: isError ? error.message : String(error) });
  }
}

parentPort!.on('message', (message) => {
  const order = message as Order;
  if (order.type === 'run') void run(order);
  else running.abort(undefined);
});
