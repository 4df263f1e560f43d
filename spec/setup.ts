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

// Threads of a fleet run the built library (npm run build), because Node 20 runs no TypeScript.
const builtin = process.getBuiltinModule;
process.getBuiltinModule = ((name: string) => {
  const found = builtin(name) as { Worker: new (file: URL, options: object) => object };
  if (name !== 'node:worker_threads') return found;
  return {
    ...found,
    Worker: class extends found.Worker {
      constructor(file: URL, options: object) {
        super(new URL(file.href.replace(/\/lib(\/fleet\/local\/worker\.js)$/, '/dist$1')), options);
      }
    },
  };
}) as typeof builtin;
