// How often the intervals of forecasts cover what was observed.
import { Coverage, tensor } from 'bptt';
import { QUANTILES } from './model.mjs';
import { HORIZON } from './windows.mjs';

/** Describes the coverage of both intervals. `quantiles`: [N][K][HORIZON] in ppm. */
export function coverageOf({ values }, issued, quantiles) {
  const truth = tensor(issued.map((t) => values.slice(t + 1, t + 1 + HORIZON)));
  const share = (low, high) => {
    const rows = quantiles.map((each) => [...each[low], ...each[high]]);
    return (100 * new Coverage().evaluate(tensor(rows), truth)).toFixed(1);
  };
  const last = QUANTILES.length - 1;
  return (
    `Of ${issued.length * HORIZON} observed values, ${share(0, last)} % are within the intervals of 80 %, and ` +
    `${share(1, last - 1)} % within those of 50 %.`
  );
}
