// An executor that runs jobs in this thread, and jobs for the specs.

import {
  choice,
  type Executor,
  type ExecutorRun,
  type Job,
  JobError,
  type KeyedJob,
  type Trial,
  uniform,
} from '../../lib/fleet/index.ts';
import { loadersOf } from '../../lib/fleet/loaders/loaders.ts';
import { runJob } from '../../lib/fleet/run-job.ts';

const loaders = loadersOf('spec', { module: undefined, folder: undefined });

/** Runs jobs in this thread. `before` is called before each run, and may throw. */
export function inProcess(capacity = 1, before: (job: KeyedJob, run: ExecutorRun) => unknown = () => {}): Executor {
  return {
    capacity,
    run: async (job, run) => {
      await before(job, run);
      try {
        return await runJob(job, await loaders, run);
      } catch (error) {
        run.signal?.throwIfAborted();
        throw new JobError((error as Error).name, (error as Error).message);
      }
    },
    close: async () => {},
  };
}

/** A small job. */
export const smallJob = (seed: number, epochs = 3): Job => ({
  name: `job ${seed}`,
  model: {
    inputSize: 1,
    layers: [
      { kind: 'GRU', units: 3, recurrentDropout: 0.2 },
      { kind: 'Dense', units: 2 },
    ],
  },
  training: {
    optimizer: { kind: 'Adam', learningRate: { kind: 'cosineDecay', rate: 0.05, steps: 20 } },
    loss: { kind: 'MeanSquaredError' },
    clip: { globalNorm: 1 },
    epochs,
    batchSize: 4,
    validationSplit: 0.25,
  },
  data: {
    loader: 'series',
    values: Array.from({ length: 24 }, (_, t) => (7 * t * t + seed) % 11),
    input: 4,
    horizon: 2,
  },
  seed,
});

/** The space of a sweep of small jobs, and the epochs of each. */
export const SWEPT_EPOCHS = 9;
export const SWEPT_SPACE = { learningRate: uniform(1e-3, 1, { log: true }), kind: choice(['GRU', 'LSTM']) };

/** The job of a trial in this space. */
export function sweptJob({ parameters: { learningRate, kind } }: Trial<typeof SWEPT_SPACE>): Job {
  const { model, training, ...rest } = smallJob(1, SWEPT_EPOCHS);
  return {
    ...rest,
    model: { ...model, layers: [{ kind, units: 3 }, model.layers[1]!] },
    training: { ...training, optimizer: { kind: 'Adam', learningRate } },
  };
}
