// Number formats, ticks and statistics of plots.

const { abs, ceil, floor, log10, max, min, round } = Math;

const { MAX_VALUE, MIN_VALUE } = Number;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Superscript digits of an exponent. */
function raised(exponent: number): string {
  return [...String(exponent)].map((c) => (c === '-' ? '⁻' : SUPERSCRIPTS[Number(c)])).join('');
}

/** Formats a number for readers, with at most `digits` digits: `0.025`, `1200`, `3×10⁻⁷`. */
export function inWords(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const short = Number(value.toPrecision(digits));
  if (short === 0 || (abs(short) >= 1e-3 && abs(short) < 1e5)) return String(short).replace('-', '−');
  const [mantissa, exponent] = short.toExponential().split('e') as [string, string];
  const power = `10${raised(Number(exponent))}`;
  return (mantissa === '1' ? power : mantissa === '-1' ? `−${power}` : `${mantissa}×${power}`).replace('-', '−');
}

/** About `count` round values from `low` to `high`, at least `step` apart. */
export function ticksBetween(low: number, high: number, count: number, step = 0): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** floor(log10(rough));
  const size = max(step, power * [1, 2, 5, 10].find((m) => m * power >= rough * (1 - 1e-9))!);
  const [first, last] = [ceil(low / size - 1e-9), floor(high / size + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * size).toPrecision(12)));
}

/** Whether all values are integers, so that ticks between them have no meaning. */
export function areWhole(values: readonly number[]): boolean {
  return values.every(Number.isInteger);
}

/** Largest value of a linear axis; distances on it are then finite. */
export const HUGE = 1e300;

/** Domain and ticks of a linear axis around all values up to HUGE; from 0 to 1 if there are none. */
export function linearAround(values: readonly number[], count: number): { domain: [number, number]; ticks: number[] } {
  let [low, high] = extent(values.filter((v) => abs(v) <= HUGE)) ?? [0, 1];
  const largest = max(-low, high);
  if (largest < 1 / HUGE) [low, high] = [-1, 1];
  else if (high - low < 1e-9 * largest) [low, high] = [low - largest / 2, high + largest / 2]; // else no ticks fit
  const ticks = ticksBetween(low, high, count);
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : high - low;
  const domain: [number, number] = [step * floor(low / step + 1e-9), step * ceil(high / step - 1e-9)];
  return { domain, ticks: ticksBetween(...domain, count) };
}

/** Rounds down or up to one of 1, 2, 5, 10, … */
function roundTo(value: number, side: 'below' | 'above'): number {
  const power = floor(log10(value));
  const steps = [0.5, 1, 2, 5, 10, 20].map((m) => Number(`${m}e${power}`));
  return side === 'below'
    ? (steps.filter((v) => v <= value && v > 0).at(-1) ?? value)
    : (steps.find((v) => v >= value && Number.isFinite(v)) ?? value);
}

/** Domain and ticks of a logarithmic axis around all values above 0; from 0.1 to 1 if there are none. */
export function logAround(values: readonly number[]): { domain: [number, number]; ticks: number[] } {
  const found = extent(values.filter((v) => v > 0));
  let [low, high] = found === undefined ? [0.1, 1] : [roundTo(found[0], 'below'), roundTo(found[1], 'above')];
  if (low === high)
    [low, high] = [roundTo(max(MIN_VALUE, low / 2), 'below'), roundTo(min(MAX_VALUE, high * 2), 'above')];
  return { domain: [low, high], ticks: logTicks(low, high) };
}

/** Powers of ten, at most about nine, and 2 and 5 times them if they fit. */
function logTicks(low: number, high: number): number[] {
  const [first, last] = [floor(log10(low)), ceil(log10(high))];
  const every = max(1, ceil((last - first) / 8));
  const factors = high / low <= 300 ? [1, 2, 5] : [1];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((p) => p % every === 0);
  return powers
    .flatMap((p) => factors.map((m) => Number(`${m}e${p}`)))
    .filter((v) => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9));
}

/** The least number; NaN if any is NaN. A list that is spread into `Math.min` would be put on the stack. */
export function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => min(least, value), Infinity);
}

/** The largest number, at least `atLeast`; NaN if any is NaN. */
export function largestOf(values: readonly number[], atLeast: number = -Infinity): number {
  return values.reduce((largest, value) => max(largest, value), atLeast);
}

/** Least and largest finite number; undefined if there are none. */
export function extent(values: readonly number[]): [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (!Number.isFinite(v)) continue;
    low = min(low, v);
    high = max(high, v);
  }
  return low <= high ? [low, high] : undefined;
}

/** The median of the numbers that are not NaN; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length === 0) return Number.NaN;
  const [lower, upper] = [sorted[floor((sorted.length - 1) / 2)]!, sorted[ceil((sorted.length - 1) / 2)]!];
  return lower === upper ? lower : (lower + upper) / 2;
}

/** Formats a share as a percentage: 0 % and 100 % only if it is exactly 0 or 1. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'less than 1 %';
  if (share < 1 && share > 0.99) return 'more than 99 %';
  return `${round(100 * share)} %`;
}
