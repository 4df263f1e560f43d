// Timers and statistics: medians and quartiles, never the best run.

/**
 * Starts a stopwatch for processor time and wall time in seconds. Processor time counts all threads of this process,
 * and does not depend on other processes. On an idle machine both are equal for one thread.
 */
function start() {
  const [used, begun] = [process.cpuUsage(), performance.now()];
  return () => {
    const wall = (performance.now() - begun) / 1e3;
    const { user, system } = process.cpuUsage(used);
    return { seconds: Math.max(1, user + system) / 1e6, wall };
  };
}

/** Total seconds of `times` runs. */
export function timeOf(run, times) {
  const stop = start();
  for (let k = 0; k < times; k++) run();
  return stop();
}

/** Total seconds of `times` runs that return promises. */
export async function timeOfAsync(run, times) {
  const stop = start();
  for (let k = 0; k < times; k++) await run();
  return stop();
}

/** Quantile of a list, interpolated between neighbours. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values) => quantile(values, 0.5);

/** Largest value. A list that is spread into `Math.max` would be put on the stack. */
export const largest = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity);

/** Largest difference relative to the largest expected value; infinite for NaN, infinities or another length. */
export function relativeError(actual, expected) {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let scale = 0;
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(actual[k] - expected[k]));
    scale = Math.max(scale, Math.abs(expected[k]));
    if (!Number.isFinite(actual[k])) return Infinity;
  }
  return scale === 0 ? difference : difference / scale;
}
