// What a model of a job of the loaders `series` and `csv` forecasts.

import { reading, refuse, requireInstance } from '../checks.ts';
import { StandardScaler } from '../data/standard-scaler.ts';
import { StateError } from '../errors.ts';
import { Network } from '../layers/network.ts';
import { zeros } from '../tensor/create.ts';

/**
 * The values that follow a series, forecast by a model of the loader `series` or `csv`: scaled as in its training, the last `input`
 * values go in, and the next `horizon` come out, in the units of the series.
 *
 * @param model - `Sequential.fromBytes(outcome.model, { classes: [StandardScaler] })`
 * @param values - the series, at least `input` finite values; only the last ones count
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
  const { input, scaler } = model.metadata;
  const isRight = Number.isInteger(input) && (scaler === undefined || scaler instanceof StandardScaler);
  if (!isRight) {
    const expected = 'be for a model of the loader series or csv, loaded with classes: [StandardScaler]';
    throw new StateError({ where, expected, received: 'a model without its input and scaler in the metadata' });
  }
  const window = reading(where, 'values', () => lastOf(where, values, input as number));
  const scaled = scaler instanceof StandardScaler ? scaler.transform(window) : window;
  const x = zeros([1, input as number, 1], { dtype: model.dtype });
  x.data.set(scaled.data);
  const y = model.predict(x).copy();
  const column = zeros([y.data.length, 1], { dtype: 'float64' });
  column.data.set(y.data);
  return [...(scaler instanceof StandardScaler ? scaler.inverseTransform(column) : column).data];
}

/** The last values of a series, [input, 1]. */
function lastOf(where: string, values: ArrayLike<number>, input: number): ReturnType<typeof zeros> {
  const count = values?.length;
  if (!Number.isInteger(count) || count < input) refuse(where, 'values', `be at least ${input} numbers`, values);
  const window = zeros([input, 1], { dtype: 'float64' });
  for (let t = 0; t < input; t++) {
    const value: unknown = values[count - input + t];
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    window.data[t] = isNumber ? value : refuse(where, `values[${count - input + t}]`, 'be a finite number', value);
  }
  return window;
}
