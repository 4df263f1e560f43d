// Converts the record to windows of inputs and targets, and outputs back to ppm.
import { tensor } from 'bptt';

/** Months in the input window, and months to forecast. */
export const INPUT = 60;
export const HORIZON = 12;

/**
 * Last months t of all windows whose forecasts are within [from, to). A window ends with month t; its forecast covers t
 * + 1 to t + HORIZON. A window may begin before `from`, because forecasts may use the past.
 */
export function issuedFor(from, to) {
  const first = Math.max(from - 1, INPUT - 1);
  return Array.from({ length: to - HORIZON - first }, (_, i) => first + i);
}

/** Drift in ppm per month over the window that ends at t: the mean of its year-over-year changes, divided by 12. */
export function drift(values, t) {
  let sum = 0;
  for (let k = t - INPUT + 13; k <= t; k++) sum += values[k] - values[k - 12];
  return sum / (INPUT - 12) / 12;
}

/**
 * Splits the window that ends at t into a line with the window's drift, a season, and a remainder: the season of a month is the
 * mean distance of that month from the line. Line and season go on after the window, so their sum is a forecast, and the
 * remainder is what the model reads and forecasts.
 */
function decompose({ values, month }, t) {
  const slope = drift(values, t);
  const first = t - INPUT + 1;
  let level = 0;
  for (let k = first; k <= t; k++) level += (values[k] - slope * (k - t)) / INPUT;
  const line = (k) => level + slope * (k - t);
  const season = new Array(12).fill(0);
  for (let k = first; k <= t; k++) season[month(k)] += ((values[k] - line(k)) * 12) / INPUT;
  const expected = (k) => line(k) + season[month(k)];
  const remainders = (from, to) => Array.from({ length: to - from }, (_, i) => values[from + i] - expected(from + i));
  return { expected, past: () => remainders(first, t + 1), ahead: () => remainders(t + 1, t + 1 + HORIZON) };
}

/** The forecast of line and season alone. */
export function expectedAhead(record, t) {
  const { expected } = decompose(record, t);
  return Array.from({ length: HORIZON }, (_, h) => expected(t + 1 + h));
}

/** The scale of all inputs and outputs: the root mean square of the remainders in training windows. */
export function scaleOf(record, issued) {
  const all = issued.flatMap((t) => decompose(record, t).past());
  return Math.sqrt(all.reduce((sum, d) => sum + d * d, 0) / all.length);
}

/** Inputs [N, INPUT, 1]: scaled remainders. */
export function inputs(record, issued, scale) {
  return tensor(
    issued.map((t) =>
      decompose(record, t)
        .past()
        .map((d) => [d / scale]),
    ),
  );
}

/** Targets [N, HORIZON]: scaled remainders of the following months. */
export function targets(record, issued, scale) {
  return tensor(
    issued.map((t) =>
      decompose(record, t)
        .ahead()
        .map((d) => d / scale),
    ),
  );
}

/** Converts outputs [N, K · HORIZON], quantile by quantile, to quantiles in ppm: [N][K][HORIZON], ascending in each month. */
export function toPpm(record, issued, scale, outputs) {
  return issued.map((t, row) => {
    const { expected } = decompose(record, t);
    const K = outputs.shape[1] / HORIZON;
    const months = Array.from({ length: HORIZON }, (_, h) => {
      const values = Array.from({ length: K }, (_, q) => outputs.get(row, q * HORIZON + h));
      return values.sort((a, b) => a - b).map((value) => expected(t + 1 + h) + scale * value);
    });
    return Array.from({ length: K }, (_, q) => months.map((values) => values[q]));
  });
}
