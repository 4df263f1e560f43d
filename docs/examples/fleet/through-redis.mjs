// The same jobs through Redis: a server of its own, and two worker processes, of which one is killed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bullmq } from 'bptt/fleet/bullmq';
import { hasRedis, startRedis } from '../../../scripts/redis.mjs';

/** Milliseconds after which a silent worker loses its jobs. */
const LOCK = 2000;

/** An executor with two workers, `kill` of the first one, and `close`. */
export async function throughRedis() {
  if (!hasRedis()) throw new Error('fleet: --redis needs redis-server');
  const redis = await startRedis();
  const script = fileURLToPath(new URL('./worker.mjs', import.meta.url));
  const workers = Array.from({ length: 2 }, () =>
    spawn(process.execPath, [script, redis.url, String(LOCK)], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  const executor = bullmq({ connection: redis.url });
  return {
    executor,
    kill: () => workers[0].kill('SIGKILL'),
    async close() {
      await executor.close();
      for (const worker of workers) worker.kill('SIGKILL');
      await redis.stop();
    },
  };
}
