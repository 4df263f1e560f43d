// Whether an executor computes the bits of this library: it trains a fixed small job, whose model has a known hash.

import { StateError } from '../../errors.ts';
import { builtin } from '../builtins.ts';
import type { Executor } from '../executor.ts';
import { type Job, readJob } from '../job.ts';

/** SHA-256 of the model of the job below. Changes of bits, which the change log announces, need another one. */
const EXPECTED = '4608752726b8c858bf723ba905a06d465ebefd70a52131e4431dbf45bcbf7eaa';

const LENGTH = 40;

const JOB: Job = {
  model: {
    inputSize: 1,
    layers: [
      { kind: 'LSTM', units: 5, returnSequences: true, recurrentDropout: 0.2 },
      { kind: 'GRU', units: 9 },
      { kind: 'Dropout', rate: 0.1 },
      { kind: 'Dense', units: 3 },
    ],
  },
  training: {
    optimizer: { kind: 'Adam', learningRate: { kind: 'cosineDecay', rate: 0.02, steps: 9 } },
    loss: { kind: 'MeanSquaredError' },
    clip: { globalNorm: 0.5 },
    epochs: 3,
    batchSize: 7,
  },
  data: {
    loader: 'series',
    values: Array.from({ length: LENGTH }, (_, t) => (t * t) % 17),
    input: 11,
    horizon: 3,
  },
  seed: 1,
};

/**
 * Runs the job.
 *
 * @throws StateError for other bits; errors of the executor
 */
export async function requireSameBits(where: string, executor: Executor): Promise<void> {
  const { model } = await executor.run(readJob(JOB), {});
  const received = builtin(where, 'node:crypto').createHash('sha256').update(model).digest('hex');
  if (received === EXPECTED) return;
  throw new StateError({
    where,
    expected: `be where the self-test gives the bits ${EXPECTED.slice(0, 8)}`,
    received: received.slice(0, 8),
    remedy: 'Its results would differ from those of other machines. Install the version of bptt of the other workers',
  });
}
