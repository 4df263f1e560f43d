import fc from 'fast-check';
import { referenceBackend, setDefaultBackend } from '../lib/kernels/backend.ts';

/**
 * Every run tries the same cases; `FC_SEED=n` tries others or replays a failure, `FC_RUNS=n` tries more of them.
 * `FC_SHRINK=no` looks for no smaller counterexample.
 */
const { FC_SEED = '1997', FC_RUNS = '100', FC_SHRINK = 'yes', BPTT_KERNELS } = process.env;

fc.configureGlobal({
  seed: Number(FC_SEED),
  numRuns: Number(FC_RUNS),
  markInterruptAsFailure: true,
  endOnFailure: FC_SHRINK === 'no',
});

// `BPTT_KERNELS=reference` runs the specs on the plain TypeScript kernels.
if (BPTT_KERNELS === 'reference') setDefaultBackend(referenceBackend('forced'));
