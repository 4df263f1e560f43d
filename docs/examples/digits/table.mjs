// The results as a table for a terminal.
import { aligned } from '../shared/aligned.mjs';

/** One row for each reader: correct and misread digits, and the number of parameters. */
export function resultTable(results, count) {
  return aligned([
    ['', 'correct', 'misread', 'parameters'],
    ...results.map(({ name, share, parameters }) => {
      return [name, `${(100 * share).toFixed(2)} %`, String(Math.round(count * (1 - share))), String(parameters)];
    }),
  ]);
}
