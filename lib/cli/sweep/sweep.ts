// `bptt sweep`: the settings with which a model learns best.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { saveFile } from '../../files/node-files.ts';
import { asha, hyperband, medianPruner, type SweepPruner } from '../../fleet/sweep/pruners.ts';
import {
  gridSampler,
  haltonSampler,
  randomSampler,
  type SweepSampler,
  tpeSampler,
} from '../../fleet/sweep/samplers.ts';
import { Study } from '../../fleet/sweep/study.ts';
import { sweep as runSweep } from '../../fleet/sweep/sweep.ts';
import { page } from '../../plot/page.ts';
import { parallelCoordinates } from '../../plot/parallel-coordinates.ts';
import { sweepHistory } from '../../plot/sweep-history.ts';
import { sweepSlices } from '../../plot/sweep-slices.ts';
import { table } from '../../tensor/printed.ts';
import { type ExecutorOptions, executorOf } from '../executor-options.ts';
import { INTERRUPTED, Interrupted, interruptible } from '../interrupt.ts';
import { CommandError, type Io, readBytes, writeFiles } from '../io.ts';
import { StatusLine } from '../status-line.ts';
import { readSweepFile, type SweepFile } from './sweep-file.ts';

/** Options of the command. */
export interface SweepCommandOptions extends ExecutorOptions {
  readonly trials?: number;
  readonly seed: number;
  readonly lag: number;
  readonly sampler: 'tpe' | 'random' | 'halton' | 'grid';
  readonly pruner: 'none' | 'median' | 'hyperband' | 'asha';
  readonly maxEpochs?: number;
  readonly save?: string;
  readonly csv?: string;
  readonly report?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const SAMPLERS: Readonly<Record<SweepCommandOptions['sampler'], () => SweepSampler>> = {
  tpe: () => tpeSampler(),
  random: () => randomSampler(),
  halton: () => haltonSampler(),
  grid: () => gridSampler(),
};

function prunerOf({ pruner, maxEpochs }: SweepCommandOptions, { epochs }: SweepFile): SweepPruner | undefined {
  const takesEpochs = pruner === 'hyperband' || pruner === 'asha';
  if (maxEpochs !== undefined && !takesEpochs) {
    throw new CommandError('--max-epochs is for --pruner hyperband and asha; the job says how long others train');
  }
  if (pruner === 'none') return undefined;
  if (pruner === 'median') return medianPruner();
  const maxSteps = maxEpochs ?? epochs;
  if (maxSteps === undefined)
    throw new CommandError(`--pruner ${pruner} needs --max-epochs, the epochs of a whole training`);
  return pruner === 'hyperband' ? hyperband({ maxSteps }) : asha({ maxSteps });
}

/** The study of the file, or one that was saved and goes on. */
function studyOf(file: SweepFile, saved: string, options: SweepCommandOptions): Study {
  const { trials, seed, lag, sampler, fresh = false } = options;
  const pruner = prunerOf(options, file);
  const made = new Study(file.space, {
    ...{ seed, lag, sampler: SAMPLERS[sampler]() },
    ...(trials !== undefined && { trials }),
    ...(pruner !== undefined && { pruner }),
  });
  if (fresh || !existsSync(saved)) return made;
  const remedy = '--fresh replaces it, and --save names another file';
  let study: Study;
  try {
    study = Study.fromJSON(JSON.parse(new TextDecoder().decode(readBytes(saved))));
  } catch (error) {
    throw new CommandError(`${saved}: it is no study: ${(error as Error).message}. ${remedy}`);
  }
  const settings = (of: Study): string => JSON.stringify({ ...(of.toJSON() as object), record: 0, checkpoints: 0 });
  if (settings(study) === settings(made)) return study;
  throw new CommandError(`${saved}: it is a sweep of another space, or with other options. ${remedy}`);
}

const digits = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);

/** The best trials, and how many ended how. */
function inWords(study: Study): string {
  const count = (state: string): number => study.trials.filter((trial) => trial.state === state).length;
  const complete = study.trials.filter(({ value }) => value !== undefined).sort((a, b) => a.value! - b.value!);
  const names = Object.keys(study.space);
  const rows = complete
    .slice(0, 5)
    .map(({ number, value, parameters }) => [number, digits(value), ...names.map((name) => digits(parameters[name]))]);
  const failed = study.trials.find(({ state }) => state === 'failed');
  return [
    `${count('complete')} trials complete, ${count('pruned')} ended early, ${count('failed')} failed`,
    ...(rows.length === 0 ? [] : ['', table([['trial', 'loss', ...names], ...rows], '')]),
    ...(failed === undefined ? [] : ['', `Trial ${failed.number} failed: ${failed.error}`]),
    ...(study.best === undefined ? ['Nothing is complete. --fresh tries again'] : []),
    '',
  ].join('\n');
}

/** The page of a study. */
function reportOf(name: string, study: Study): string {
  const values = study.trials.flatMap(({ value, steps }) =>
    value === undefined ? steps.map((each) => each.value) : [value],
  );
  const yScale = values.every((value) => value > 0) ? 'log' : 'linear';
  const figures = [sweepHistory, parallelCoordinates, sweepSlices].map((draw) => draw(study, { yScale, width: 832 }));
  const best = study.best && `The best loss is ${digits(study.best.value)}, of trial ${study.best.number}.`;
  const remarks = best === undefined ? [] : [{ text: best }];
  const words = { heading: 'Trials', code: inWords(study).trimEnd() };
  return page(`Sweep ${name}`, remarks, [words, { heading: 'Pictures', figures }]);
}

function progressOf({ trials, size, best }: Study): string {
  const ended = trials.filter(({ state }) => state !== 'running' && state !== 'waiting').length;
  return `${ended} of ${size} trials ended${best === undefined ? '' : `, best loss ${digits(best.value)}`}`;
}

/** Writes what was asked for, and prints the result. */
function tell(io: Io, file: string, study: Study, { csv, report, json = false }: SweepCommandOptions): number {
  const text = new TextEncoder();
  if (csv !== undefined) writeFiles([[csv, text.encode(study.toCsv())]], true);
  if (report !== undefined) writeFiles([[report, text.encode(reportOf(path.basename(file), study))]], true);
  io.out(json ? `${JSON.stringify({ best: study.best ?? null, trials: study.trials }, null, 2)}\n` : inWords(study));
  return study.best === undefined ? 1 : 0;
}

/** Runs a sweep, or goes on with one. */
export async function sweep(io: Io, file: string, options: SweepCommandOptions): Promise<number> {
  const read = await readSweepFile(file);
  const saved = options.save ?? `${file.replace(/\.\w+$/, '')}.study.json`;
  const study = studyOf(read, saved, options);
  const line = new StatusLine(io);
  line.say(
    `${study.size} trials${study.trials.length > 0 ? `, of which ${study.trials.length} have begun` : ''} (study in ${saved})`,
  );
  const executor = await executorOf({ folder: path.dirname(path.resolve(file)), ...options });
  const save = async (): Promise<void> => {
    await saveFile(saved, new TextEncoder().encode(JSON.stringify(study)));
    line.show(() => progressOf(study));
  };
  try {
    await interruptible((signal) => runSweep(study, read.job as never, { executor, save, signal }));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    line.say(`Interrupted. The study is in ${saved}; the same command goes on.`);
    return INTERRUPTED;
  } finally {
    await executor.close();
    line.end();
  }
  return tell(io, file, study, options);
}
