import fc from 'fast-check';

/** Every run tries the same cases; `FC_SEED=n` tries others or replays a failure, `FC_RUNS=n` tries more of them. */
const { FC_SEED = '1997', FC_RUNS = '100' } = process.env;

fc.configureGlobal({ seed: Number(FC_SEED), numRuns: Number(FC_RUNS), markInterruptAsFailure: true });
