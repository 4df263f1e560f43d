// Drawing classes, verified against the frequencies of many draws.
import { sample } from 'bptt';

const [ROWS, CLASSES] = [1000, 65];
const logits = Float64Array.from({ length: CLASSES }, (_, j) => ((j * 37) % 23) / 4);
const rows = { data: logits, shape: [ROWS, CLASSES], stride: [0, 1], offset: 0 };

/** Largest difference between a class's share of the draws and its probability. */
function error(options) {
  const { data } = sample({ ...rows, shape: [100_000, CLASSES] }, options);
  const weights = logits.map((a) => Math.exp(a / options.temperature));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return Math.max(...weights.map((w, j) => Math.abs(data.filter((c) => c === j).length / data.length - w / total)));
}

export function samplingCases() {
  return [{ temperature: 0.8 }, { temperature: 0.8, topP: 0.9999999 }].map((options) => ({
    group: `sampling ${ROWS} rows of ${CLASSES} classes`,
    name: options.topP === undefined ? 'temperature' : 'topP',
    shape: { B: ROWS, F: CLASSES },
    work: { amount: ROWS * CLASSES, unit: 'element' },
    prepare: () => ({ run: () => sample(rows, options), error: () => error(options), tolerance: 0.01 }),
  }));
}
