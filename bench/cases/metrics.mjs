// Metrics over a batch, verified against plain formulas.
import { Accuracy, AUC, F1, MAE, Perplexity, randomNormal, randomUniform, tensor } from 'bptt';
import { relativeError } from '../statistics.mjs';

const [ROWS, CLASSES] = [1280, 50];
const prediction = randomNormal([ROWS, CLASSES], { seed: 1 });
const numbers = randomUniform([ROWS, CLASSES], { seed: 2 });
const classes = tensor(Float64Array.from({ length: ROWS }, (_, row) => (row * 7) % CLASSES));
const scores = randomNormal([ROWS * CLASSES, 1], { seed: 3, dtype: 'float64' });
const binary = tensor(Float64Array.from({ length: ROWS * CLASSES }, (_, k) => k % 2));
const rows = Array.from({ length: ROWS }, (_, i) =>
  Array.from(prediction.data.subarray(i * CLASSES, (i + 1) * CLASSES)),
);
const best = rows.map((row) => row.indexOf(row.reduce((a, b) => Math.max(a, b))));
const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

const f1Of = (k) => {
  const right = best.filter((b, i) => b === k && classes.data[i] === k).length;
  const all = best.filter((b) => b === k).length + classes.data.filter((c) => c === k).length;
  return all === 0 ? 0 : (2 * right) / all;
};

/** Σ of the ranks of class 1, without ties. */
function area() {
  const order = Array.from(scores.data, (_, k) => k).sort((a, b) => scores.data[a] - scores.data[b]);
  const ones = binary.data.filter((c) => c === 1).length;
  const ranks = order.reduce((sum, k, rank) => sum + (binary.data[k] === 1 ? rank + 1 : 0), 0);
  return (ranks - (ones * (ones + 1)) / 2) / (ones * (scores.size - ones));
}

const CASES = [
  [
    'Accuracy',
    () => new Accuracy(),
    prediction,
    classes,
    () => mean(best.map((b, i) => Number(b === classes.data[i]))),
  ],
  ['F1', () => new F1(), prediction, classes, () => mean(Array.from({ length: CLASSES }, (_, k) => f1Of(k)))],
  [
    'Perplexity',
    () => new Perplexity(),
    prediction,
    classes,
    () =>
      Math.exp(mean(rows.map((row, i) => Math.log(row.reduce((s, a) => s + Math.exp(a), 0)) - row[classes.data[i]]))),
  ],
  [
    'MAE',
    () => new MAE(),
    prediction,
    numbers,
    () => mean(Array.from(prediction.data, (y, k) => Math.abs(y - numbers.data[k]))),
  ],
  ['AUC', () => new AUC(), scores, binary, area],
];

export function metricCases() {
  const group = `metrics, ${ROWS}×${CLASSES}`;
  return CASES.map(([name, make, y, t, expected]) => ({
    group,
    name,
    shape: { M: ROWS, N: CLASSES },
    work: { amount: ROWS * CLASSES, unit: 'element' },
    prepare: () => {
      const metric = make();
      const run = () => metric.evaluate(y, t);
      return { run, error: () => relativeError([run()], [expected()]), tolerance: 1e-9 };
    },
  }));
}
