// Errors of forecasts of held-out values, beside those of naive ones, in the units of the series.

import type { StandardScaler } from '../../data/standard-scaler.ts';
import type { Sequential } from '../../model/sequential.ts';
import type { Section } from '../../plot/page.ts';
import { zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Found, Plot } from './task.ts';

/** Held-out windows, scaled. */
export interface HeldOut {
  /** [N, input, 1] */
  readonly x: Tensor;
  /** [N, horizon] */
  readonly y: Tensor;
  /** What is before each target, [N, steps, 1], at least a season. */
  readonly history: Tensor;
  readonly scaler: StandardScaler;
  /** Time steps of a season; 0 for none. */
  readonly season: number;
}

/** Forecasts in the units of the series, [N·horizon], by name; the first is the model. */
interface Forecasts {
  readonly horizon: number;
  readonly truth: Float64Array;
  readonly of: ReadonlyMap<string, Float64Array>;
}

/** Mean absolute errors of a forecast. */
interface Errors {
  readonly mean: number;
  /** By step ahead. */
  readonly ahead: readonly number[];
}

function unscaled(values: ArrayLike<number>, scaler: StandardScaler): Float64Array {
  const column = zeros([values.length, 1], { dtype: 'float64' });
  column.data.set(values);
  return scaler.inverseTransform(column).data as Float64Array;
}

/** Forecasts by a rule of the history: the value that many steps before the target, repeated. */
function repeated({ history, y: { shape } }: HeldOut, season: number): Float64Array {
  const [N, horizon] = shape as [number, number];
  const before = history.shape[1]!;
  const out = new Float64Array(N * horizon);
  for (let i = 0; i < N; i++) {
    for (let h = 0; h < horizon; h++) out[i * horizon + h] = history.data[(i + 1) * before - season + (h % season)]!;
  }
  return out;
}

function forecastsOf(model: Sequential, held: HeldOut): Forecasts {
  const { x, y, scaler, season } = held;
  const of = new Map([
    ['model', unscaled(model.predict(x).copy().data, scaler)],
    ['naive', unscaled(repeated(held, 1), scaler)],
  ]);
  if (season > 0) of.set('seasonal naive', unscaled(repeated(held, season), scaler));
  return { horizon: y.shape[1]!, truth: unscaled(y.data, scaler), of };
}

/** Mean absolute errors of all forecasts by name. */
export function errorsOf(model: Sequential, held: HeldOut): ReadonlyMap<string, Errors> {
  const { horizon, truth, of } = forecastsOf(model, held);
  const rows = truth.length / horizon;
  return new Map(
    [...of].map(([name, values]) => {
      const ahead = Array.from({ length: horizon }, () => 0);
      for (const [k, value] of values.entries()) ahead[k % horizon]! += Math.abs(value - truth[k]!) / rows;
      return [name, { mean: ahead.reduce((a, b) => a + b) / horizon, ahead }] as const;
    }),
  );
}

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** The errors in words. */
export function seriesFindings(errors: ReadonlyMap<string, Errors>): Found {
  const means = [...errors].map(([name, { mean }]) => [name, mean] as const);
  const [, ...others] = means;
  const own = means[0]![1];
  const better = others.filter(([, mean]) => mean <= own).map(([name]) => name);
  const lines = [
    `validation: mean absolute error ${rounded(own)}; ${others.map(([name, mean]) => `${name} ${rounded(mean)}`).join(', ')}`,
  ];
  if (better.length > 0)
    lines.push(`The ${better.join(' and the ')} forecast is not worse: prefer it, or try other settings.`);
  return {
    figures: Object.fromEntries(
      means.map(([name, mean]) => [name === 'model' ? 'error' : `${camel(name)}Error`, mean]),
    ),
    lines,
  };
}

const camel = (name: string): string => name.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());

/** Errors by step ahead, and the last held-out forecast. */
export function seriesSections(plot: Plot, model: Sequential, held: HeldOut): Section[] {
  const { horizon, truth, of } = forecastsOf(model, held);
  const first = truth.length - horizon;
  const lines = [['truth', truth] as const, ...of].map(([name, values]) => ({
    name,
    points: [...values.subarray(first)].map((value, h) => [h + 1, value] as const),
  }));
  const errors = [...errorsOf(model, held)].map(([name, { ahead }]) => ({
    name,
    points: ahead.map((error, h) => [h + 1, error] as const),
  }));
  const labels = { xLabel: 'step ahead', width: 832 };
  return [
    {
      heading: 'Forecasts of held-out values',
      figures: [
        plot.lineChart(lines, { ...labels, yLabel: 'value', title: 'The last forecast and the truth' }),
        plot.lineChart(errors, { ...labels, yLabel: 'mean absolute error', title: 'Errors by step ahead' }),
      ],
    },
  ];
}
