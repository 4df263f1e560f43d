// `bptt fleet`: a model for each series of a table.

import path from 'node:path';
import { StandardScaler } from '../../data/standard-scaler.ts';
import { BpttError } from '../../errors.ts';
import type { Executor } from '../../fleet/executor.ts';
import type { FleetProgress, FleetResult } from '../../fleet/fleet-options.ts';
import { readJob } from '../../fleet/job.ts';
import { readCsv } from '../../fleet/loaders/csv-table.ts';
import { seriesOf, type TableSeries } from '../../fleet/loaders/series-table.ts';
import { nextValues } from '../../fleet/next-values.ts';
import { folderStore } from '../../fleet/store.ts';
import { csvField } from '../../fleet/sweep/csv.ts';
import { trainFleet } from '../../fleet/train-fleet.ts';
import { Sequential } from '../../model/sequential.ts';
import { type ExecutorOptions, executorOf } from '../executor-options.ts';
import { INTERRUPTED, Interrupted, interruptible } from '../interrupt.ts';
import { CommandError, type Io, readBytes, writeFiles } from '../io.ts';
import { StatusLine, span } from '../status-line.ts';
import { errorsOf, seasonalNaive } from './errors.ts';
import { asJson, type Evaluated, type FleetFindings, inWords, reportOf } from './findings.ts';
import { leastLength, type SeriesPlan, type SeriesTask, tasksOf } from './series-jobs.ts';

/** Options of the command. */
export interface FleetCommandOptions extends Omit<SeriesPlan, 'input' | 'difference'>, ExecutorOptions {
  readonly difference?: number;
  readonly by?: string;
  readonly target: string;
  readonly time?: string;
  readonly input?: number;
  readonly timeout?: number;
  readonly store?: string;
  readonly out?: string;
  readonly report?: string;
  readonly json?: boolean;
}

/** The table's series, and those that are too short. */
function readSeries(file: string, options: FleetCommandOptions): Map<string, TableSeries> {
  const table = readCsv('bptt fleet', readBytes(file));
  const { target, by } = options;
  const time = options.time ?? (table.names.includes('ds') ? 'ds' : undefined);
  if (by === undefined && table.names.includes('unique_id')) {
    throw new CommandError(`${file}: it has a column unique_id. Give --by unique_id`);
  }
  return seriesOf('bptt fleet', table, { target, by, time });
}

/** Two seasons or two horizons, whichever is longer, and at least 8 steps. */
const inputOf = ({ input, season, horizon }: FleetCommandOptions): number =>
  input ?? Math.max(8, 2 * horizon, season > 1 ? 2 * season : 0);

/** The last values of a series without a gap before them; undefined if the last window has one. */
function forecastBy(bytes: Uint8Array, { known }: SeriesTask): number[] | undefined {
  const model = Sequential.fromBytes(bytes, { classes: [StandardScaler] });
  const { input, difference = 0 } = model.metadata as { readonly input: number; readonly difference?: number };
  const last = known.slice(-input - difference);
  return last.includes(null) ? undefined : nextValues(model, last as number[]);
}

/** What results add to the findings. */
class Collector {
  readonly findings: FleetFindings;

  constructor(plan: SeriesPlan, short: readonly string[], series: number) {
    this.findings = { plan, short, series, evaluated: [], forecasts: new Map(), failures: [], gaps: [] };
  }

  /** Reads a result. What is returned adds it: results come in any order, and the findings have that of the tasks. */
  read(task: SeriesTask, { outcome, error }: Pick<FleetResult, 'outcome' | 'error'>): () => void {
    const { plan, failures, gaps, forecasts, evaluated } = this.findings;
    const { id, truth, known } = task;
    if (outcome === undefined) return () => void failures.push({ id, message: error!.message });
    const forecast = forecastBy(outcome.model, task);
    if (forecast === undefined) return () => void gaps.push(id);
    if (truth === undefined) return () => void forecasts.set(id, forecast);
    const naive = seasonalNaive(known, plan.horizon, plan.season);
    const errors = (values: readonly number[]) => errorsOf(values, truth, known, plan.season);
    const each: Evaluated = { id, forecast, naive, truth, known, model: errors(forecast), plain: errors(naive) };
    return () => void evaluated.push(each);
  }
}

/** Places of tasks by the key of their job. Equal series have equal jobs; one that is too long for a job has failed. */
function byKey(tasks: readonly SeriesTask[], fail: (place: number, error: Error) => void): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [k, { job }] of tasks.entries()) {
    try {
      const { key } = readJob(job);
      const same = places.get(key);
      if (same === undefined) places.set(key, [k]);
      else same.push(k);
    } catch (error) {
      if (!(error instanceof BpttError)) throw error;
      fail(k, error);
    }
  }
  return places;
}

const shown = ({ done, stored, failed, total, perSecond, secondsLeft }: FleetProgress): string => {
  const left = secondsLeft === undefined ? '' : `, ${span(secondsLeft)} left`;
  const wrong = failed === 0 ? '' : `, ${failed} failed`;
  return `${done + stored} of ${total} trained${wrong}, ${perSecond.toFixed(1)} a second${left}`;
};

/** The forecasts as a table: the series, the step after its end, the value. */
function forecastTable({ forecasts }: FleetFindings, ids: Iterable<string>): string {
  const rows = [...ids].flatMap((id) => (forecasts.get(id) ?? []).map((y, k) => `${csvField(id)},${k + 1},${y}`));
  return `${['unique_id,step,y', ...rows].join('\n')}\n`;
}

/** Trains the models, and collects what they forecast. */
async function collect(
  tasks: readonly SeriesTask[],
  collector: Collector,
  options: FleetCommandOptions & { readonly folder: string; readonly executor: Executor },
  line: StatusLine,
): Promise<void> {
  const adding = new Array<() => void>(tasks.length);
  const places = byKey(tasks, (k, error) => {
    adding[k] = collector.read(tasks[k]!, { outcome: undefined, error });
  });
  const { executor, folder, timeout } = options;
  await interruptible(async (signal) => {
    const results = trainFleet(
      Array.from(places.values(), ([first]) => tasks[first!]!.job),
      {
        ...{ executor, signal, store: folderStore(folder), onProgress: (each) => line.show(() => shown(each)) },
        ...(timeout !== undefined && { timeout: 1000 * timeout }),
      },
    );
    for await (const result of results) {
      for (const k of places.get(result.key!)!) adding[k] = collector.read(tasks[k]!, result);
    }
  });
  for (const add of adding) add();
}

/** What the options make of models and their training. */
function planOf(options: FleetCommandOptions): SeriesPlan {
  const { horizon, season, difference = season > 1 ? season : 0, windows, cell } = options;
  const { units, epochs, patience, rate, batch, seed } = options;
  const input = inputOf(options);
  return { input, horizon, season, difference, windows, cell, units, epochs, patience, rate, batch, seed };
}

/** The series that are long enough, and the names of the others. */
function divided(
  file: string,
  all: ReadonlyMap<string, TableSeries>,
  plan: SeriesPlan,
): { readonly long: readonly (readonly [string, TableSeries])[]; readonly short: readonly string[] } {
  const { input, horizon, windows } = plan;
  const least = leastLength(plan);
  const long = [...all].filter(([, { values }]) => values.length >= least);
  const short = [...all].filter(([, { values }]) => values.length < least).map(([id]) => id);
  if (long.length > 0) return { long, short };
  throw new CommandError(
    `${file}: no series has the ${least} values that an input of ${input}, a horizon of ${horizon} and --windows ${windows} need. Try a smaller --input`,
  );
}

/** Writes the forecasts and the page, and prints the findings. */
function tell(io: Io, file: string, findings: FleetFindings, ids: readonly string[], files: Files): void {
  const { store, out, report, json } = files;
  const text = new TextEncoder();
  writeFiles([[out, text.encode(forecastTable(findings, ids))]], true);
  if (report !== undefined) writeFiles([[report, text.encode(reportOf(path.basename(file), findings))]], true);
  io.out(json ? asJson(findings, { store, forecasts: out }) : inWords(findings));
  io.err(`Forecasts in ${out}, models in ${store}${report === undefined ? '' : `, report in ${report}`}\n`);
}

/** Where results go. */
interface Files {
  readonly store: string;
  readonly out: string;
  readonly report: string | undefined;
  readonly json: boolean;
}

/** Trains a model for each series of a table, evaluates it, forecasts with it, and reports. */
export async function fleet(io: Io, file: string, options: FleetCommandOptions): Promise<number> {
  const plan = planOf(options);
  const { long, short } = divided(file, readSeries(file, options), plan);
  const tasks = long.flatMap(([id, series]) => tasksOf(id, series, plan));
  const collector = new Collector(plan, short, long.length);
  const base = file.replace(/\.csv$/i, '');
  const { store = `${base}.fleet`, out = `${base}.forecast.csv`, report, json = false } = options;
  const line = new StatusLine(io);
  line.say(`${long.length} series, ${tasks.length} models (results in ${store})`);
  const executor = await executorOf(options);
  try {
    await collect(tasks, collector, { ...options, folder: store, executor }, line);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    line.say(`Interrupted. What was trained is in ${store}; the same command goes on.`);
    return INTERRUPTED;
  } finally {
    await executor.close();
    line.end();
  }
  const { findings } = collector;
  const ids = long.map(([id]) => id);
  tell(io, file, findings, ids, { store, out, report, json });
  return findings.failures.length > 0 ? 1 : 0;
}
