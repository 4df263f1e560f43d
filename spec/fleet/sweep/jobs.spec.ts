import { describe, expect, it } from '@jest/globals';
import {
  asha,
  type ExecutorRun,
  hyperband,
  type Job,
  type KeyedJob,
  LostJobError,
  local,
  medianPruner,
  readJob,
  Study,
  type SweepPruner,
  sweep,
  type Trial,
  tpeSampler,
} from '../../../lib/fleet/index.ts';
import { built } from '../../support/consumer.ts';
import { inProcess, SWEPT_EPOCHS, SWEPT_SPACE, sweptJob } from '../../support/in-process.ts';

/** Trains without a part, and reports every epoch. */
async function plainly(trial: Trial<typeof SWEPT_SPACE>): Promise<number> {
  const { loss, validationLosses } = await inProcess().run(readJob(sweptJob(trial)), {});
  for (const [k, value] of validationLosses.entries()) await trial.report(k + 1, value);
  return loss;
}

const PRUNERS: [string, SweepPruner | undefined][] = [
  ['no pruner', undefined],
  ['the median rule', medianPruner({ startupTrials: 3, warmupSteps: 2 })],
  ['Hyperband', hyperband({ maxSteps: SWEPT_EPOCHS })],
];
const optionsOf = (pruner: SweepPruner | undefined) => ({
  ...(pruner && { pruner }),
  sampler: tpeSampler({ startupTrials: 4 }),
  trials: 14,
  seed: 3,
  lag: 5,
});

describe.each(PRUNERS)('a sweep of jobs with %s', (_, pruner) => {
  it('has the table of an objective that trains itself, with any number of workers in any order', async () => {
    const expected = (await sweep(SWEPT_SPACE, plainly, optionsOf(pruner))).toCsv();
    for (const capacity of [1, 2, 5]) {
      let turn = 0;
      const pause = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, (7 * turn++) % 5));
      const study = await sweep(SWEPT_SPACE, sweptJob, { ...optionsOf(pruner), executor: inProcess(capacity, pause) });
      expect(study.toCsv()).toBe(expected);
    }
  });

  it('trains no epoch twice, and none after a trial has ended', async () => {
    const ran: number[] = [];
    const note = (_: KeyedJob, run: ExecutorRun): void => {
      const { onEpoch } = run;
      Object.assign(run, {
        onEpoch: (epoch: never) => {
          ran.push(1);
          onEpoch?.(epoch);
        },
      });
    };
    const study = await sweep(SWEPT_SPACE, sweptJob, { ...optionsOf(pruner), executor: inProcess(1, note) });
    expect(ran.length).toBe(study.trials.reduce((sum, { steps }) => sum + steps.length, 0));
    expect(ran.length).toBeLessThanOrEqual(study.size * SWEPT_EPOCHS);
    if (pruner !== undefined) expect(ran.length).toBeLessThan(study.size * SWEPT_EPOCHS);
  });
});

describe('a sweep of jobs', () => {
  it('runs as many trials at once as the executor takes, and as the lag allows', async () => {
    let [running, most] = [0, 0];
    const base = inProcess(50);
    const executor = {
      ...base,
      run: async (job: KeyedJob, run: ExecutorRun) => {
        most = Math.max(most, ++running);
        try {
          return await base.run(job, run);
        } finally {
          running--;
        }
      },
    };
    await sweep(SWEPT_SPACE, sweptJob, { ...optionsOf(undefined), executor });
    expect(most).toBe(5);
  });

  it('goes on where a worker was lost, and fails where a job is wrong', async () => {
    let runs = 0;
    const executor = inProcess(2, () => {
      if (++runs % 3 === 0) throw new LostJobError({ where: 'spec', expected: 'stay', received: 'its end' });
    });
    const expected = (await sweep(SWEPT_SPACE, sweptJob, { ...optionsOf(undefined), executor: inProcess() })).toCsv();
    expect((await sweep(SWEPT_SPACE, sweptJob, { ...optionsOf(undefined), executor })).toCsv()).toBe(expected);
    const wrong = await sweep(
      SWEPT_SPACE,
      (trial) =>
        trial.number === 1
          ? ({ ...sweptJob(trial), data: { loader: 'none' } } as Job)
          : trial.number === 2
            ? ('job' as never)
            : 0.5,
      { trials: 4, seed: 1, executor },
    );
    expect(wrong.trials.map(({ state }) => state)).toEqual(['complete', 'failed', 'failed', 'complete']);
    expect(wrong.trials[1]!.error).toContain('job.data.loader');
    expect(wrong.trials[2]!.error).toContain('"objective" must return a job');
  });

  it('rejects with an error of the executor itself, instead of all trials', async () => {
    let runs = 0;
    const executor = inProcess(2, () => {
      if (++runs > 3) throw new Error('no server');
    });
    await expect(sweep(SWEPT_SPACE, sweptJob, { ...optionsOf(undefined), executor })).rejects.toThrow('no server');
    expect(runs).toBeLessThan(8);
  });

  it('saved in the middle goes on to the same table', async () => {
    const options = optionsOf(hyperband({ maxSteps: SWEPT_EPOCHS }));
    const expected = (await sweep(SWEPT_SPACE, sweptJob, { ...options, executor: inProcess() })).toCsv();
    let saved = '';
    const controller = new AbortController();
    const save = (study: Study<typeof SWEPT_SPACE>): void => {
      saved = JSON.stringify(study);
      if (study.trials.length > 7) controller.abort(new Error('killed'));
    };
    const first = sweep(SWEPT_SPACE, sweptJob, { ...options, executor: inProcess(2), save, signal: controller.signal });
    await expect(first).rejects.toThrow('killed');
    const study = Study.fromJSON<typeof SWEPT_SPACE>(JSON.parse(saved));
    expect((await sweep(study, sweptJob, { executor: inProcess(3) })).toCsv()).toBe(expected);
  });

  it.each([...PRUNERS, ['ASHA', asha({ maxSteps: SWEPT_EPOCHS })] as const])(
    'has the table of an objective that trains itself, where patience ends trainings: %s',
    async (_, pruner) => {
      const impatient = (trial: Trial<typeof SWEPT_SPACE>): Job => {
        const { training, ...rest } = sweptJob(trial);
        return { ...rest, training: { ...training, patience: 1 } };
      };
      const options = { ...optionsOf(pruner), lag: 1 };
      const expected = await sweep(
        SWEPT_SPACE,
        async (trial) => {
          const { loss, validationLosses } = await inProcess().run(readJob(impatient(trial)), {});
          for (const [k, value] of validationLosses.entries()) await trial.report(k + 1, value);
          return loss;
        },
        options,
      );
      const study = await sweep(SWEPT_SPACE, impatient, { ...options, executor: inProcess() });
      expect(study.toCsv()).toBe(expected.toCsv());
      expect(study.trials.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(study.trials.some(({ state, steps }) => state === 'complete' && steps.length < SWEPT_EPOCHS)).toBe(true);
    },
  );

  it('with ASHA, a replay gives the same table', async () => {
    const options = { ...optionsOf(asha({ maxSteps: SWEPT_EPOCHS })), executor: inProcess(4) };
    const study = await sweep(SWEPT_SPACE, sweptJob, options);
    const again = await sweep(SWEPT_SPACE, sweptJob, { ...options, executor: inProcess(2), replay: study.record });
    expect(again.toCsv()).toBe(study.toCsv());
  });

  (built ? it : it.skip)('has the same table on threads', async () => {
    const options = optionsOf(hyperband({ maxSteps: SWEPT_EPOCHS }));
    const executor = local({ workers: 2 });
    const onThreads = await sweep(SWEPT_SPACE, sweptJob, { ...options, executor });
    await executor.close();
    expect(onThreads.toCsv()).toBe((await sweep(SWEPT_SPACE, sweptJob, { ...options, executor: inProcess() })).toCsv());
  });
});
