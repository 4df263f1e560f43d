// Ticks of axes.

/** At most about `count` round numbers from low to high. */
export function linearTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** Powers of ten from low to high, at most about `count`; where there are too few, 1, 2 and 5 times these, or round numbers. */
export function logTicks(low, high, count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (last - first < 1) {
    const powers = [first - 1, first].map((power) => 10 ** power);
    const ticks = powers
      .flatMap((power) => [power, 2 * power, 5 * power])
      .filter((tick) => tick >= low && tick <= high);
    return ticks.length > 1 ? ticks : linearTicks(low, high, count).filter((tick) => tick > 0);
  }
  const step = Math.max(1, Math.ceil((last - first) / count));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, k) => 10 ** (first + k * step));
}

/** A number in few characters. */
export function tickText(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size < 0.01 || size >= 100_000 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}
