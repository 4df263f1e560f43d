// Baselines for the model: simple rules that forecast from the same windows.
import { drift, expectedAhead, HORIZON } from './windows.mjs';

const ahead = (forecast) => Array.from({ length: HORIZON }, (_, h) => forecast(h + 1));

/** Change from the mean of the previous twelve months to that of the last twelve, in ppm per year. */
function lastYearsChange(values, t) {
  let sum = 0;
  for (let k = t - 11; k <= t; k++) sum += values[k] - values[k - 12];
  return sum / 12;
}

/** The rule that the model begins with: it forecasts what this rule leaves. */
export const PART = 'line + season';

/** Names and rules of the baselines. The arguments of a rule are the record and the last observed month. */
export const BASELINES = [
  { name: 'last value', forecast: ({ values }, t) => ahead(() => values[t]) },
  {
    name: 'last year + its drift', // same month last year, plus the mean change over the last 12 months
    forecast: ({ values }, t) => ahead((h) => values[t + h - 12] + lastYearsChange(values, t)),
  },
  {
    name: 'last year + mean drift', // same month last year, plus the mean yearly change over the input window
    forecast: ({ values }, t) => ahead((h) => values[t + h - 12] + 12 * drift(values, t)),
  },
  { name: PART, forecast: expectedAhead },
];
