// Sweeps through a Redis server of the specs' own.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hyperband, medianPruner, type SweepPruner, sweep, tpeSampler } from '../../lib/fleet/index.ts';
import { FleetQueue, PASSWORD } from '../support/fleet-queue.ts';
import { inProcess, SWEPT_EPOCHS, SWEPT_SPACE, sweptJob } from '../support/in-process.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const PRUNERS: [string, SweepPruner | undefined][] = [
  ['no pruner', undefined],
  ['the median rule', medianPruner({ startupTrials: 3, warmupSteps: 3 })],
  ['Hyperband', hyperband({ maxSteps: SWEPT_EPOCHS })],
];

(hasRedis() ? describe : describe.skip)(`sweeps${hasRedis() ? '' : ', skipped: there is no redis-server'}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ password: PASSWORD });
  });
  afterAll(() => redis.stop());

  it.each(PRUNERS)('with %s have the table of this thread on 1, 2 and 5 workers', async (_, pruner) => {
    const options = {
      ...(pruner && { pruner }),
      sampler: tpeSampler({ startupTrials: 4 }),
      trials: 12,
      seed: 3,
      lag: 5,
    };
    const expected = (await sweep(SWEPT_SPACE, sweptJob, { ...options, executor: inProcess() })).toCsv();
    for (const workers of [1, 2, 5]) {
      const fleet = new FleetQueue(redis); // results of another queue are not known here
      const executor = fleet.parent();
      const serving = Array.from({ length: workers }, () => fleet.worker(inProcess(1)));
      const study = await sweep(SWEPT_SPACE, sweptJob, { ...options, executor });
      expect(study.toCsv()).toBe(expected);
      for (const { events } of serving) expect(events.some(({ type }) => type === 'done')).toBe(true);
      await fleet.end();
    }
  });
});
