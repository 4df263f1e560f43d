// The objective of a sweep whose trials are jobs of an executor.

import { describe } from '../../describe.ts';
import { BpttError } from '../../errors.ts';
import { attemptJob } from '../attempts.ts';
import type { Executor } from '../executor.ts';
import { type Job, type KeyedJob, readJob } from '../job.ts';
import type { JobOutcome } from '../outcome.ts';
import type { Signal } from '../signal.ts';
import { bracketsOf } from './hyperband.ts';
import type { SweepPruner } from './pruners.ts';
import type { Space } from './space.ts';
import type { Trial } from './trial.ts';

/** Attempts at a part of a job whose worker was lost. */
const ATTEMPTS = 10;
/** Milliseconds between two checkpoints. */
const EVERY = 30_000;

/** Where the jobs of a sweep run. */
interface JobSettings {
  readonly executor: Executor;
  readonly pruner: SweepPruner | undefined;
  /** Ends the sweep; aborted by what breaks the executor. */
  readonly signal: Signal;
}

/**
 * Epochs after which a pruner may end a job, in ascending order, and the last one. Between them, a job runs without a question.
 */
function endsOf(pruner: SweepPruner | undefined, epochs: number): number[] {
  const ends = new Set([epochs]);
  if (pruner?.kind === 'median') {
    for (let epoch = Math.max(1, Math.ceil(pruner.warmupSteps)); epoch < epochs; epoch++) ends.add(epoch);
  } else if (pruner?.kind === 'hyperband') {
    for (const { rungs } of bracketsOf(pruner)) for (const rung of rungs) ends.add(rung);
  } else if (pruner?.kind === 'asha') {
    for (let epoch = pruner.minSteps; epoch < pruner.maxSteps; epoch *= pruner.factor) ends.add(epoch);
  }
  return [...ends].filter((epoch) => epoch <= epochs).sort((a, b) => a - b);
}

/** Ends the sweep with an error that is not of a job: it would be that of all trials. */
async function orBroken<T>(signal: Signal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.abort(error);
    throw error;
  }
}

/** Runs a part of a job, from a checkpoint to an epoch. */
async function runPart(
  keyed: KeyedJob,
  { executor, signal }: JobSettings,
  checkpoint: Uint8Array | undefined,
  until: number,
): Promise<JobOutcome> {
  const never = { store: undefined, timeout: undefined, onEpoch: undefined, checkpointEvery: EVERY };
  const { outcome, error } = await orBroken(signal, () =>
    attemptJob(keyed, {
      ...never,
      executor,
      signal,
      attempts: ATTEMPTS,
      checkpoint,
      until,
    }),
  );
  if (outcome === undefined) throw error;
  return outcome;
}

/**
 * An objective that runs the job which `make` returns for a trial, and reports the losses of its epochs: of the validation if there
 * is one. A number that `make` returns is the value of the trial.
 */
export function jobObjective<S extends Space>(
  make: (trial: Trial<S>) => number | Job | PromiseLike<number | Job>,
  settings: JobSettings,
): (trial: Trial<S>) => Promise<number> {
  return async (trial) => {
    const made = await make(trial);
    if (typeof made === 'number') return made;
    const keyed = readJobOf(made);
    let { checkpoint, resumedAt: from = 0 } = trial;
    for (const until of endsOf(settings.pruner, keyed.job.training.epochs)) {
      if (until <= from) continue;
      const outcome = await runPart(keyed, settings, checkpoint, until);
      const { losses, validationLosses } = outcome;
      const judged = validationLosses.length > 0 ? validationLosses : losses;
      ({ checkpoint } = outcome);
      for (let epoch = from + 1; epoch < judged.length; epoch++) await trial.report(epoch, judged[epoch - 1]!);
      const isNew = judged.length > from; // false if its patience had ended at the last part
      if (isNew) await trial.report(judged.length, judged.at(-1)!, checkpoint === undefined ? {} : { checkpoint });
      if (checkpoint === undefined) return outcome.loss;
      from = until;
    }
    throw new BpttError({ where: 'sweep', expected: 'end with the last epoch', received: `a trial at epoch ${from}` });
  };
}

/** Checks a job: its error says that the objective made it. */
function readJobOf(made: unknown): KeyedJob {
  if (typeof made === 'object' && made !== null) return readJob(made as Job);
  const expected = 'return a job, or the value of the trial';
  throw new BpttError({ where: 'sweep', argument: 'objective', expected, received: describe(made) });
}
