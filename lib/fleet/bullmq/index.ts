// The entry `bptt/fleet/bullmq`: jobs on many machines, through BullMQ and Redis.

export { type BullmqOptions, bullmq } from './bullmq.ts';
export type { RedisAddress } from './connection.ts';
export { fleetWorker } from './fleet-worker.ts';
export type { FleetWorker, FleetWorkerEvent, FleetWorkerOptions, FleetWorkerSummary } from './worker-options.ts';
