// The jobs of `bptt fleet`: for each series the windows of its evaluation, and the model that forecasts.

import { crossValidation } from '../../fleet/cross-validation.ts';
import type { Job } from '../../fleet/job.ts';
import type { TableSeries } from '../../fleet/loaders/series-table.ts';

/** What the models are, and how they are trained and evaluated. */
export interface SeriesPlan {
  readonly input: number;
  readonly horizon: number;
  readonly season: number;
  readonly difference: number;
  readonly windows: number;
  readonly cell: 'GRU' | 'LSTM' | 'SimpleRNN';
  readonly units: number;
  readonly epochs: number;
  readonly patience: number;
  readonly rate: number;
  readonly batch: number;
  readonly seed: number;
}

/** A job, and what its model is for. */
export interface SeriesTask {
  readonly id: string;
  readonly job: Job;
  /** What the model sees: values from the beginning. */
  readonly known: readonly (number | null)[];
  /** What it has to forecast; undefined for the last model of a series, which forecasts what nobody knows. */
  readonly truth: readonly (number | null)[] | undefined;
}

/** Rows of a series that validate the training of its model. */
const VALIDATION = 0.15;

function jobOf(name: string, values: readonly (number | null)[], plan: SeriesPlan): Job {
  const { input, horizon, difference, cell, units, epochs, patience, rate, batch, seed } = plan;
  return {
    name: name.slice(0, 200),
    model: {
      inputSize: 1,
      layers: [
        { kind: cell, units },
        { kind: 'Dense', units: horizon },
      ],
    },
    training: {
      optimizer: { kind: 'Adam', learningRate: rate },
      loss: { kind: 'MeanAbsoluteError' },
      clip: { globalNorm: 1 },
      ...{ epochs, patience, batchSize: batch, validationSplit: VALIDATION },
    },
    data: { loader: 'series', values, input, horizon, ...(difference > 0 && { difference }) },
    seed,
  };
}

/** Least number of values of a series: some windows to train on, before those of the evaluation. */
export const leastLength = ({ input, horizon, windows, difference }: SeriesPlan): number =>
  difference + input + horizon * (2 + windows) + 8;

/** The tasks of a series. */
export function tasksOf(id: string, { values }: TableSeries, plan: SeriesPlan): SeriesTask[] {
  const { horizon, windows } = plan;
  const folds = windows === 0 ? [] : crossValidation({ length: values.length, horizon, windows });
  return [
    ...folds.map(({ train, test }, k): SeriesTask => {
      const known = values.slice(...train);
      return { id, job: jobOf(`${id}, window ${k + 1}`, known, plan), known, truth: values.slice(...test) };
    }),
    { id, job: jobOf(id, values, plan), known: values, truth: undefined },
  ];
}
