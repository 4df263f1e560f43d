// `bptt forecast`: the next values of the series of a file.

import { StandardScaler } from '../data/standard-scaler.ts';
import type { TableSeries } from '../fleet/loaders/series-table.ts';
import { nextValues } from '../fleet/next-values.ts';
import { csvField } from '../fleet/sweep/csv.ts';
import { Sequential } from '../model/sequential.ts';
import { readContent } from './formats.ts';
import { CommandError, type Io, readBytes } from './io.ts';
import { nextTimes } from './next-times.ts';
import { allSeries, type ColumnOptions, columnsOf, seriesNamed, tableOf } from './series-file.ts';

interface ForecastFileOptions extends ColumnOptions {
  readonly steps?: number;
  readonly json?: boolean;
}

/** A forecast of a series. */
interface NextSteps {
  readonly id: string;
  /** Undefined if the times have no equal steps. */
  readonly times: readonly string[] | undefined;
  readonly values: readonly number[];
}

/** The model of a series in a file. */
async function seriesModelOf(file: string): Promise<Sequential> {
  const { model } = await readContent(file);
  const needs = 'forecasts are made by models that bptt train makes of a CSV';
  if (model === undefined) throw new CommandError(`${file}: it has no model; ${needs}`);
  if (!(model instanceof Sequential)) throw new CommandError(`${file}: it is an ${model.kind}; ${needs}`);
  const { vocabulary, input, scaler } = model.metadata;
  const isRight = Number.isInteger(input) && (scaler === undefined || scaler instanceof StandardScaler);
  if (isRight && model.inputSize === 1) return model;
  const is =
    vocabulary === undefined ? 'its model does not say what it reads' : 'its model writes text (bptt generate)';
  throw new CommandError(`${file}: ${is}; ${needs}`);
}

/** The next values of a series: those of the model, which it reads for those after them. */
function continued(
  file: string,
  id: string,
  model: Sequential,
  series: TableSeries,
  steps: number | undefined,
): NextSteps {
  const { input: own, difference = 0 } = model.metadata as { readonly input: number; readonly difference?: number };
  const input = own + difference; // what the model reads, and what its differences are to
  const of = id === '' ? 'the series' : `the series ${id}`;
  const { length } = series.values;
  if (length < input) {
    throw new CommandError(`${file}: ${of} has ${length} values, and the model reads the last ${input}`);
  }
  const window = series.values.slice(-input);
  const gap = window.indexOf(null);
  if (gap >= 0) {
    const when = series.times.at(gap - input) ?? `row ${length - input + gap + 1}`;
    throw new CommandError(
      `${file}: ${of} has no value at ${when}, and the model reads the last ${input}; fill the gap`,
    );
  }
  const values = [...(window as number[])];
  do {
    for (const value of nextValues(model, values)) values.push(value);
  } while (steps !== undefined && values.length - input < steps);
  const next = values.slice(input, steps === undefined ? undefined : input + steps);
  const times = nextTimes(series.times.slice(-Math.max(input, 3) - 1), next.length);
  return { id, times, values: next };
}

const rounded = (value: number): string => String(Number(value.toPrecision(7)));

function inCsv(
  forecasts: readonly NextSteps[],
  time: string | undefined,
  target: string,
  by: string | undefined,
): string {
  const isTimed = time !== undefined && forecasts.every(({ times }) => times !== undefined);
  const names = [...(by === undefined ? [] : [by]), isTimed ? time : 'step', target];
  const rows = forecasts.flatMap(({ id, times, values }) =>
    values.map((value, k) => [...(by === undefined ? [] : [id]), isTimed ? times![k]! : String(k + 1), rounded(value)]),
  );
  return [names, ...rows].map((row) => `${row.map(csvField).join(',')}\n`).join('');
}

/** Prints the next values of the series of a file. */
export async function forecastFile(
  io: Io,
  modelFile: string,
  file: string,
  options: ForecastFileOptions,
): Promise<number> {
  const model = await seriesModelOf(modelFile);
  const { target, time, by, id } = model.metadata as Readonly<Record<string, string | undefined>>;
  const table = tableOf(file, readBytes(file));
  const ofModel: Record<string, string> = {}; // the names of its training, where the file has them
  for (const [name, value] of Object.entries({ target, time, by })) {
    if (typeof value === 'string' && table.names.includes(value)) ofModel[name] = value;
  }
  if (options.by === undefined && ofModel.by !== undefined && typeof id === 'string') ofModel.id = id;
  const given: ColumnOptions = { ...ofModel, ...options };
  const columns = columnsOf(file, table, given);
  const series = allSeries(file, table, columns);
  const chosen = given.id === undefined ? [...series] : [[given.id, seriesNamed(file, series, given.id)] as const];
  const forecasts = chosen.map(([name, each]) => continued(file, name, model, each, options.steps));
  if (options.json) {
    const listed = forecasts.map(({ id: name, times, values }) => ({
      ...(columns.by !== undefined && { id: name }),
      ...(times !== undefined && { times }),
      values,
    }));
    io.out(`${JSON.stringify({ model: modelFile, file, target: columns.target, series: listed }, null, 2)}\n`);
    return 0;
  }
  if (columns.time !== undefined && forecasts.some(({ times }) => times === undefined)) {
    io.err(`${file}: the last times of the column ${columns.time} have no equal steps, so forecasts are numbered\n`);
  }
  io.out(inCsv(forecasts, columns.time, columns.target, columns.by));
  return 0;
}
