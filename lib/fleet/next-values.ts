// What a model of a job of the loaders `series` and `csv` forecasts.

import { reading, refuse, requireInstance } from '../checks.ts';
import { StandardScaler } from '../data/standard-scaler.ts';
import { StateError } from '../errors.ts';
import { Network } from '../layers/network.ts';
import { zeros } from '../tensor/create.ts';

/**
 * The values that follow a series, forecast by a model of the loader `series` or `csv`: as in its training, the last `input` values, or
 * differences, are scaled and go in, and the next `horizon` come out, in the units of the series.
 *
 * @param model - `Sequential.fromBytes(outcome.model, { classes: [StandardScaler] })`
 * @param values - the series, at least `input` + `difference` finite values; only the last ones count
 * @returns the next values, one for each output of the model
 * @throws ArgumentError for values that are missing or too few; StateError for a model of another kind, or loaded without its scaler
 *
 * @example
 * ```ts
 * const values = [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2];
 * const executor = local({ workers: 1 });
 * const { model } = await executor.run(readJob({
 *   model: { inputSize: 1, layers: [{ kind: 'GRU', units: 4 }, { kind: 'Dense', units: 2 }] },
 *   training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs: 2 },
 *   data: { loader: 'series', values, input: 4, horizon: 2 },
 * }), {});
 * await executor.close();
 * nextValues(Sequential.fromBytes(model, { classes: [StandardScaler] }), values).length; // 2
 * ```
 */
export function nextValues(model: Network, values: ArrayLike<number>): number[] {
  const where = 'nextValues';
  requireInstance(where, 'model', model, Network, 'be a Sequential or a Network');
  const { input, difference: m = 0, scaler } = model.metadata as Readonly<Record<string, unknown>>;
  const isRight = Number.isInteger(input) && Number.isInteger(m) && (scaler === undefined || isScaler(scaler));
  if (!isRight) {
    const expected = 'be for a model of the loader series or csv, loaded with classes: [StandardScaler]';
    throw new StateError({ where, expected, received: 'a model without its input and scaler in the metadata' });
  }
  const [steps, season] = [input as number, m as number];
  const last = reading(where, 'values', () => lastOf(where, values, steps + season));
  const window = zeros([steps, 1], { dtype: 'float64' });
  for (let t = 0; t < steps; t++) window.data[t] = last[t + season]! - (season === 0 ? 0 : last[t]!);
  const x = zeros([1, steps, 1], { dtype: model.dtype });
  x.data.set((isScaler(scaler) ? scaler.transform(window) : window).data);
  const y = model.predict(x).copy();
  const column = zeros([y.data.length, 1], { dtype: 'float64' });
  column.data.set(y.data);
  const next = (isScaler(scaler) ? scaler.inverseTransform(column) : column).data;
  if (season > 0) for (const change of next) last.push(last.at(-season)! + change);
  return season === 0 ? [...next] : last.slice(steps + season);
}

const isScaler = (value: unknown): value is StandardScaler => value instanceof StandardScaler;

/** The last values of a series. */
function lastOf(where: string, values: ArrayLike<number>, count: number): number[] {
  const length = values?.length;
  if (!Number.isInteger(length) || length < count) refuse(where, 'values', `be at least ${count} numbers`, values);
  return Array.from({ length: count }, (_, t) => {
    const value: unknown = values[length - count + t];
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    return isNumber ? value : refuse(where, `values[${length - count + t}]`, 'be a finite number', value);
  });
}
