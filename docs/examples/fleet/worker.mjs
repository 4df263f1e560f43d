// A worker process of `npm run example fleet -- --redis`: one thread serves the queue at the address that is given.
import { local } from 'bptt/fleet';
import { fleetWorker } from 'bptt/fleet/bullmq';

const executor = local({ workers: 1, loaders: new URL('./loaders.mjs', import.meta.url) });
const worker = fleetWorker({ connection: process.argv[2], executor, lock: Number(process.argv[3]) });
process.once('SIGTERM', () => worker.stop());
await worker.run();
await executor.close();
