// Where jobs run: on this machine's cores, or through Redis on other machines.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Executor } from '../fleet/executor.ts';
import { local } from '../fleet/local/local.ts';
import { CommandError } from './io.ts';

/** Options of all commands that run jobs. */
export interface ExecutorOptions {
  readonly workers?: number;
  readonly loaders?: string;
  readonly folder?: string;
  readonly redis?: string;
  readonly queue?: string;
  readonly window?: number;
}

type Bullmq = typeof import('../fleet/bullmq/index.ts');

/** The entry of BullMQ, whose packages may be missing. */
export async function loadBullmq(): Promise<Bullmq> {
  try {
    return await import('../fleet/bullmq/index.ts');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !/'(bullmq|ioredis)'/.test(message)) throw error;
    throw new CommandError('Redis needs two more packages: npm install bullmq ioredis');
  }
}

/** The address of Redis: that of the option, or that of the environment, which other users of the machine cannot read. */
export const addressOf = ({ redis }: ExecutorOptions): string | undefined =>
  redis ?? (process.env.BPTT_REDIS || undefined);

/** Threads of this machine. */
export function threadsOf({ workers, loaders, folder }: ExecutorOptions): Executor {
  return local({
    ...(workers !== undefined && { workers }),
    ...(loaders !== undefined && { loaders: pathToFileURL(path.resolve(loaders)) }),
    ...(folder !== undefined && { folder }),
  });
}

/** What runs the jobs of a command. */
export async function executorOf(options: ExecutorOptions): Promise<Executor> {
  const { queue, window } = options;
  const connection = addressOf(options);
  if (connection === undefined) return threadsOf(options);
  const { bullmq } = await loadBullmq();
  return bullmq({ connection, ...(queue !== undefined && { queue }), ...(window !== undefined && { window }) });
}
