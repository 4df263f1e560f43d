// Runs the training on several threads in a page, or in a Worker of a page, and posts the result.
import * as bptt from '../../dist/index.js';
import { WorkerTeam } from '../../dist/kernels/threads/team.js';
import { trainOnThreads } from './threads.mjs';

export async function run() {
  const body = await trainOnThreads(bptt, WorkerTeam).catch(String);
  await fetch('/result', { method: 'POST', body });
}
