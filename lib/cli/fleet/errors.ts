// Errors of forecasts, beside those of the seasonal naive one.

/** Values with gaps. */
export type Values = readonly (number | null)[];

/** Errors of one forecast. */
export interface ForecastErrors {
  /** Mean absolute scaled error, by the naive forecast over the known values; NaN for values without a change. */
  readonly mase: number;
  /** Symmetric mean absolute percentage error, as a share, from 0 to 2. */
  readonly smape: number;
}

/** The seasonal naive forecast: the last known value of the same season. */
export function seasonalNaive(known: Values, horizon: number, season: number): number[] {
  return Array.from({ length: horizon }, (_, k) => {
    for (let t = known.length - season + (k % season); t >= 0; t -= season) {
      const value = known[t];
      if (value !== null && value !== undefined) return value;
    }
    return Number.NaN;
  });
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Errors of a forecast at the steps whose true value is there. */
export function errorsOf(forecast: readonly number[], truth: Values, known: Values, season: number): ForecastErrors {
  const steps: number[] = [];
  for (let t = season; t < known.length; t++) {
    const [now, before] = [known[t], known[t - season]];
    if (typeof now === 'number' && typeof before === 'number') steps.push(Math.abs(now - before));
  }
  const pairs = forecast.flatMap((y, k) => (typeof truth[k] === 'number' ? [[y, truth[k]] as const] : []));
  const scale = mean(steps);
  const absolute = pairs.map(([y, t]) => Math.abs(y - t));
  const relative = pairs.map(([y, t]) =>
    y === 0 && t === 0 ? 0 : (2 * Math.abs(y - t)) / (Math.abs(y) + Math.abs(t)),
  );
  return { mase: scale > 0 ? mean(absolute) / scale : Number.NaN, smape: mean(relative) };
}

/** The median of numbers without NaN; NaN for none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.filter((each) => !Number.isNaN(each)).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The mean of numbers without NaN; NaN for none. */
export const average = (numbers: readonly number[]): number => mean(numbers.filter((each) => !Number.isNaN(each)));
