// The options of a study, and what its trials are made of.

import { refuse } from '../../checks.ts';
import { integer, oneOf, optional, readOptions, type Schema, type Settings } from '../../options.ts';
import { AshaReferee } from './asha.ts';
import { HyperbandReferee, roundOf } from './hyperband.ts';
import { requirePruner, type SweepPruner } from './pruners.ts';
import { MedianReferee, NoReferee, type Referee } from './referee.ts';
import { requireSampler, type SweepSampler, tpeSampler } from './samplers.ts';
import type { Space } from './space.ts';
import { sizeOf } from './suggest.ts';

/** Largest number of trials. */
const MOST = 2 ** 31;

/** Options of a study. */
export interface StudyOptions {
  /** Chooses the values of trials: `gridSampler()`, `randomSampler()`, `haltonSampler()`, `tpeSampler()`; default the last. */
  readonly sampler?: SweepSampler;
  /** Ends trials early: `medianPruner()`, `hyperband(…)`, `asha(…)`; default none. */
  readonly pruner?: SweepPruner;
  /** Whether smaller or larger values are better; default `'minimize'`. */
  readonly direction?: 'minimize' | 'maximize';
  /** Number of trials, at most that of the grid; default the grid, one round of Hyperband, or 100. */
  readonly trials?: number;
  /** Seed of all random numbers; default 0. */
  readonly seed?: number;
  /**
   * Trial n learns from trials up to n − lag, and begins once these have ended; at least 1; default 8. So at most `lag` trials
   * run at once, and results do not depend on how many do. It matters to `tpeSampler` and `medianPruner`.
   */
  readonly lag?: number;
}

/** @internal The schema of `StudyOptions`. */
export const STUDY_OPTIONS: Schema<StudyOptions, 'sampler' | 'pruner' | 'trials'> = {
  sampler: optional(requireSampler),
  pruner: optional(requirePruner),
  direction: optional(oneOf('minimize', 'maximize'), 'minimize'),
  trials: optional(integer(1, MOST)),
  seed: optional(integer(0), 0),
  lag: optional(integer(), 8),
};

/** Checked options. */
export interface StudySettings extends Omit<Settings<StudyOptions, 'pruner'>, 'trials'> {
  readonly size: number;
}

/** Checks options, and adds defaults. */
export function readStudyOptions(where: string, space: Space, options: StudyOptions): StudySettings {
  const { sampler = tpeSampler(), trials, ...rest } = readOptions(where, options, STUDY_OPTIONS);
  const grid = sizeOf(space, sampler);
  if (grid > MOST && grid < Infinity) refuse(where, 'sampler', `make a grid of at most ${MOST} trials`, grid);
  const round = rest.pruner?.kind === 'hyperband' ? roundOf(rest.pruner) : 100;
  const size = Math.min(grid, trials ?? (sampler.kind === 'grid' ? grid : round));
  return { sampler, ...rest, size };
}

/** What decides about the trials of a study. */
export function refereeOf(pruner: SweepPruner | undefined, size: number): Referee {
  if (pruner?.kind === 'median') return new MedianReferee(pruner);
  if (pruner?.kind === 'hyperband') return new HyperbandReferee(pruner, size);
  if (pruner?.kind === 'asha') return new AshaReferee(pruner);
  return new NoReferee();
}
