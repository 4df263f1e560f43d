// A worker process for checks of fleets: node worker.mjs '{"connection": …}'. It writes its events to stdout, one line of JSON each.

import { fleetWorker } from '../../dist/fleet/bullmq/index.js';
import { local } from '../../dist/fleet/index.js';

const { threads, ...options } = JSON.parse(process.argv[2]);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const loaders = new URL('loaders.mjs', import.meta.url);
const executor = local({ workers: threads, loaders });
const worker = fleetWorker({ ...options, executor, onEvent: say });
process.on('SIGTERM', () => worker.stop());
process.stdout.on('error', () => process.exit(0)); // the check has ended
say({ type: 'ended', ...(await worker.run()) });
await executor.close();
