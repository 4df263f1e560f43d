// Converts the record to windows of inputs and targets, and outputs back to ppm.
import { tensor } from 'bptt';

/** Months in the input window, and months to forecast. */
export const INPUT = 60;
export const HORIZON = 12;

/** sin(2π·month/12) from exact square roots, because `Math.sin` differs between engines. */
const ROOT = Math.sqrt(3) / 2;
const SINE = [0, 0.5, ROOT, 1, ROOT, 0.5, 0, -0.5, -ROOT, -1, -ROOT, -0.5];

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

/** The line through the last observed value with the window's drift. Inputs and outputs are distances from it. */
const line = (values, t) => {
  const slope = drift(values, t);
  return (k) => values[t] + slope * (k - t);
};

/** Distance from that line in ppm, by month. It shows the season and the curvature of the last years. */
function departures(values, t, from, to) {
  const trend = line(values, t);
  return Array.from({ length: to - from }, (_, i) => values[from + i] - trend(from + i));
}

/** The scale of all inputs and outputs: the root mean square of the distances in training windows. */
export function scaleOf({ values }, issued) {
  const all = issued.flatMap((t) => departures(values, t, t - INPUT + 1, t + 1));
  return Math.sqrt(all.reduce((sum, d) => sum + d * d, 0) / all.length);
}

/** Inputs [N, INPUT, 3]: scaled distance from the line, and the month of the year as a point on a circle. */
export function inputs({ values, month }, issued, scale) {
  const rows = issued.map((t) => {
    const first = t - INPUT + 1;
    return departures(values, t, first, t + 1).map((d, i) => {
      const m = month(first + i);
      return [d / scale, SINE[m], SINE[(m + 3) % 12]];
    });
  });
  return tensor(rows);
}

/** Targets [N, HORIZON]: scaled distances of the following months from the same line. */
export function targets({ values }, issued, scale) {
  return tensor(issued.map((t) => departures(values, t, t + 1, t + 1 + HORIZON).map((d) => d / scale)));
}

/** Converts the model's outputs to forecasts in ppm, one list of HORIZON values per window. */
export function toPpm({ values }, issued, scale, outputs) {
  return issued.map((t, row) => {
    const trend = line(values, t);
    return Array.from({ length: HORIZON }, (_, h) => trend(t + 1 + h) + scale * outputs.get(row, h));
  });
}
