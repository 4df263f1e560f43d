// A model of a series, which forecasts the next values.

import type { StandardScaler } from '../../data/standard-scaler.ts';
import { BpttError } from '../../errors.ts';
import { windowsOf } from '../../fleet/loaders/series.ts';
import type { TableSeries } from '../../fleet/loaders/series-table.ts';
import { Dense } from '../../layers/dense.ts';
import { MeanSquaredError } from '../../losses/mean-squared-error.ts';
import { Sequential } from '../../model/sequential.ts';
import { zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { CommandError } from '../io.ts';
import { allSeries, type Columns, columnsOf, seriesNamed, tableOf } from '../series-file.ts';
import { commonOf, namedSettings, type TrainOptions, within } from './options.ts';
import { errorsOf, type HeldOut, seriesFindings, seriesSections } from './series-errors.ts';
import { compileFor, type Pair, recurrentLayers, type Task } from './task.ts';

/** Defaults of the options. */
const DEFAULTS = { units: 32, batch: 32, epochs: 200, patience: 20 };

type Values = readonly (number | null)[];

/** The series that is meant. */
function chosen(file: string, series: ReadonlyMap<string, TableSeries>, { by, id }: TrainOptions): TableSeries {
  if (id !== undefined) return seriesNamed(file, series, id);
  const [only] = [...series.values()];
  if (series.size === 1) return only!;
  throw new CommandError(
    `${file}: the column ${by} names ${series.size} series; --id takes one of them: ${[...series.keys()].slice(0, 5).join(', ')}${series.size > 5 ? ', …' : ''}`,
  );
}

/** Refuses a series without a change. */
function requireChange(file: string, target: string, values: Values): void {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) throw new CommandError(`${file}: the column ${target} has no values`);
  if (known.some((value) => value !== known[0])) return;
  throw new CommandError(`${file}: the column ${target} is always ${known[0]}, so there is nothing to learn`);
}

/** Values as the loaders scale them. */
function scaled(values: Values, scaler: StandardScaler): number[] {
  const column = zeros([values.length, 1], { dtype: 'float64' });
  column.data.set(values.map((value) => value ?? Number.NaN));
  const out = [...scaler.transform(column).data];
  const lost = out.findIndex((value, t) => values[t] !== null && !Number.isFinite(value));
  if (lost < 0) return out;
  throw new CommandError(
    `--target: the value ${values[lost]} is too large to be scaled: divide the column by a power of 10`,
  );
}

interface Sizes {
  readonly input: number;
  readonly horizon: number;
  readonly season: number;
  /** Time steps at the end that are not trained on. */
  readonly held: number;
}

/** Sizes of windows and of the validation, by options and the number of time steps. */
function sizesOf(file: string, steps: number, options: TrainOptions): Sizes {
  const { horizon = 12, season = 0, validation = 0.2 } = options;
  const held = Math.max(horizon, Math.round(validation * steps));
  const input =
    options.input ?? within(Math.max(2 * horizon, season, 24), 1, Math.max(1, (steps - held - horizon) / 2));
  const least = input + horizon;
  if (steps - held >= Math.max(least, season)) return { input, horizon, season, held };
  throw new CommandError(
    `${file}: the series has ${steps} time steps, of which ${Math.max(0, steps - held)} are to train on; a window needs ${least} ` +
      `(--input ${input} and --horizon ${horizon})${season > 0 ? `, --season ${season}` : ''}: give less of them`,
  );
}

/** The windows of a part of the series; says in words why there are none. */
function windowsIn(file: string, part: string, values: Values, input: number, horizon: number, scale: boolean) {
  try {
    const { x, y, metadata } = windowsOf('csv', values, { input, horizon, scale });
    return { x: x as Tensor, y: y as Tensor, metadata };
  } catch (error) {
    if (!(error instanceof BpttError)) throw error;
    throw new CommandError(
      `${file}: the part for ${part}: ${error.message.replace(/^csv: "data" /, 'it ')}; shorter --input and --horizon, or filled gaps, help`,
    );
  }
}

/** The held-out windows: a longer history for the seasonal forecast, and its last steps as the input of the model. */
function heldOut(
  file: string,
  values: Values,
  scaler: StandardScaler,
  { input, horizon, season, held }: Sizes,
): HeldOut {
  const before = Math.max(input, season);
  const from = Math.max(0, values.length - held - before);
  const part = scaled(values.slice(from), scaler).map((value) => (Number.isNaN(value) ? null : value));
  const { x: history, y } = windowsIn(file, 'validation', part, before, horizon, false);
  const N = history.shape[0]!;
  const x = zeros([N, input, 1]);
  for (let i = 0; i < N; i++) {
    x.data.set(history.data.subarray((i + 1) * before - input, (i + 1) * before), i * input);
  }
  return { x, y, history, scaler, season };
}

/** The settings of the columns, for the comparison with another run. */
const named = (columns: Columns, id: string | undefined): Readonly<Record<string, string>> => ({
  target: columns.target,
  time: columns.time ?? '',
  by: columns.by ?? '',
  id: id ?? '',
});

/** The columns that the model remembers. */
const originOf = ({ target, time, by }: Columns, id: string | undefined): object => ({
  target,
  ...(time !== undefined && { time }),
  ...(by !== undefined && { by }),
  ...(id !== undefined && { id }),
});

/** Prepares the training of a model of a series. */
export function seriesTask(file: string, bytes: Uint8Array, options: TrainOptions): Task {
  const table = tableOf(file, bytes);
  const columns = columnsOf(file, table, options);
  const { values } = chosen(file, allSeries(file, table, columns), options);
  requireChange(file, columns.target, values);
  const sizes = sizesOf(file, values.length, options);
  const { input, horizon, season, held } = sizes;
  const training = values.slice(0, values.length - held);
  requireChange(file, `${columns.target} without the last ${held} values`, training);
  const { x, y, metadata } = windowsIn(file, 'training', training, input, horizon, true);
  const validation = heldOut(file, values, metadata!.scaler as StandardScaler, sizes);
  const rows = x.shape[0]!;
  const common = commonOf(options, rows, DEFAULTS);
  const layers = [...recurrentLayers(common, false), new Dense({ units: horizon })];
  const model = new Sequential(layers, { inputSize: 1, seed: common.seed }).build();
  compileFor(model, common, rows, new MeanSquaredError());
  const missing = values.filter((value) => value === null).length;
  const windows: Pair = [validation.x, validation.y];
  const { id } = options;
  return {
    model,
    common,
    settings: {
      ...namedSettings(common),
      ...named(columns, id),
      ...{ input, horizon, season, validation: options.validation ?? 0.2 },
    },
    training: [x, y],
    validation: windows,
    metadata: { ...metadata, ...originOf(columns, id) },
    data:
      `${rows} windows to train on, ${validation.x.shape[0]} for validation: ${horizon} steps by ${input}` +
      (missing > 0 ? `; ${missing} values are missing, and windows with them are left out` : ''),
    lossInWords: (loss) => loss.toPrecision(3),
    find: () => seriesFindings(errorsOf(model, validation)),
    sections: (plot) => seriesSections(plot, model, validation),
    use: (path) => `bptt forecast ${path} ${file}`,
  };
}
