// Runs the training in a page, a Worker or a service worker, and posts the result.
import * as fleet from '../../dist/fleet/index.js';
import * as bptt from '../../dist/index.js';
import { WorkerTeam } from '../../dist/kernels/threads/team.js';
import { trainOnThreads } from './threads.mjs';
import { train } from './training.mjs';

const post = async (result) => fetch('/result', { method: 'POST', body: await result.catch(String) });

/** Trains on one thread. */
export const run = () => post(train(bptt, fleet));

/** Trains on several threads. */
export const runOnThreads = () => post(trainOnThreads(bptt, WorkerTeam));
