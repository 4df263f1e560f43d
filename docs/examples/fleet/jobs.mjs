// The jobs: a net for each series, and one net for all.
import { crossValidation } from 'bptt/fleet';

/** Days that a net reads, and days ahead; a week is a season. */
export const INPUT = 28;
export const HORIZON = 7;

/** The last four weeks are forecast, one after the other. */
export const WEEKS = 4;

export const foldsOf = (length) => crossValidation({ length, horizon: HORIZON, windows: WEEKS });

/** Settings, chosen with `--rehearse`: so few windows of one series are worth more for training than to end it. */
const OWN = { units: 8, rate: 5e-3, training: { epochs: 15, batchSize: 16 } };
const COMMON = { units: 32, rate: 2e-3, training: { epochs: 20, patience: 4, batchSize: 64 } };

/** Share of the windows of each series, the last ones, that end the training of the net for all. */
const VALIDATION = 0.2;

/** A job. Its loss is not squared, as the errors are not. */
function jobOf(name, { units, rate, training }, data) {
  const layers = [
    { kind: 'GRU', units },
    { kind: 'Dense', units: HORIZON },
  ];
  const optimizer = { kind: 'Adam', learningRate: rate };
  const loss = { kind: 'MeanAbsoluteError' };
  return {
    name,
    model: { inputSize: 1, layers },
    training: { ...training, optimizer, loss, clip: { globalNorm: 1 } },
    data: { ...data, input: INPUT, horizon: HORIZON },
    seed: 1,
  };
}

/** What the nets read and forecast: the difference to the same weekday a week before, [length − 7]. Levels change within the record. */
export const differencesOf = (values) => values.slice(HORIZON).map((each, t) => each - values[t]);

/** The name of the job for all series. */
export const ALL = 'all series';

/** The net for all series first, because it takes longest. `end`: the first day that no training sees. */
export function jobsOf(series, end) {
  const known = series.map(({ values }) => differencesOf(values.slice(0, end)));
  return [
    jobOf(ALL, COMMON, { loader: 'panel', series: known, validation: VALIDATION }),
    ...series.map(({ id }, i) => jobOf(id, OWN, { loader: 'series', values: known[i] })),
  ];
}
