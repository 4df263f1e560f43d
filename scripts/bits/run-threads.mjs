// Runs the training on several threads in Node, Deno and Bun.
import * as bptt from '../../dist/index.js';
import { WorkerTeam } from '../../dist/kernels/threads/team.js';
import { enableWideSimd } from '../../dist/node.js';
import { trainOnThreads } from './threads.mjs';

if (process.argv.includes('--wide')) {
  const { enabled, reason } = enableWideSimd();
  if (!enabled) throw new Error(reason);
}
console.log(await trainOnThreads(bptt, WorkerTeam));
