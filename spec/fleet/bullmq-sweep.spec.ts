// Sweeps through a Redis server of the specs' own.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  choice,
  hyperband,
  type Job,
  medianPruner,
  type SweepPruner,
  sweep,
  type Trial,
  tpeSampler,
  uniform,
} from '../../lib/fleet/index.ts';
import { FleetQueue, PASSWORD } from '../support/fleet-queue.ts';
import { inProcess, smallJob } from '../support/in-process.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const EPOCHS = 9;
const SPACE = { learningRate: uniform(1e-3, 1, { log: true }), kind: choice(['GRU', 'SimpleRNN']) };

function jobOf({ parameters: { learningRate, kind } }: Trial<typeof SPACE>): Job {
  const { model, training, ...rest } = smallJob(1, EPOCHS);
  return {
    ...rest,
    model: { ...model, layers: [{ kind, units: 3 }, model.layers[1]!] },
    training: { ...training, optimizer: { kind: 'Adam', learningRate } },
  };
}

const PRUNERS: [string, SweepPruner | undefined][] = [
  ['no pruner', undefined],
  ['the median rule', medianPruner({ startupTrials: 3, warmupSteps: 3 })],
  ['Hyperband', hyperband({ maxSteps: EPOCHS })],
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
    const expected = (await sweep(SPACE, jobOf, { ...options, executor: inProcess() })).toCsv();
    for (const workers of [1, 2, 5]) {
      const fleet = new FleetQueue(redis); // results of another queue are not known here
      const executor = fleet.parent();
      const serving = Array.from({ length: workers }, () => fleet.worker(inProcess(1)));
      const study = await sweep(SPACE, jobOf, { ...options, executor });
      expect(study.toCsv()).toBe(expected);
      for (const { events } of serving) expect(events.some(({ type }) => type === 'done')).toBe(true);
      await fleet.end();
    }
  });
});
