// Runs exams in worker threads.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Runs all jobs { name, seed } in worker threads, one thread per processor. Calls `onResult` after each job. */
export async function runAll(jobs, onResult) {
  const results = [];
  let next = 0;
  const thread = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.mjs', import.meta.url));
      const advance = () => (next < jobs.length ? worker.postMessage(jobs[next++]) : worker.terminate());
      worker.on('message', (result) => {
        results.push(result);
        onResult(result, results.length);
        advance();
      });
      worker.on('error', reject).on('exit', resolve);
      advance();
    });
  await Promise.all(Array.from({ length: Math.min(jobs.length, availableParallelism()) }, thread));
  return results;
}
