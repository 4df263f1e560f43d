// Clipping, verified against its definition in float64. The functions return copies, so all runs clip the same arrays.
import { clipByGlobalNorm, clipByNorm, clipByValue, gradientNorm, Parameters, randomNormal } from 'bptt';
import { relativeError } from '../statistics.mjs';

const SIZE = 100_000;
const g = randomNormal([SIZE], { seed: 1 });
const halves = [g.hi(SIZE / 2), g.lo(SIZE / 2)];
const norm = Math.sqrt(g.data.reduce((sum, x) => sum + x * x, 0));
const scaled = () => Float64Array.from(g.data, (x) => x / norm);

function gradientNormCase() {
  const parameters = Parameters.of({ w: g });
  g.data.forEach((x, k) => {
    parameters.get('w').gradient.set(k, x);
  });
  const run = () => gradientNorm(parameters);
  return { run, error: () => relativeError([run()], [norm]), tolerance: 1e-12 };
}

const CASES = [
  ['gradientNorm', gradientNormCase],
  [
    'clipByValue',
    () => {
      const run = () => clipByValue(g, -0.5, 0.5);
      const expected = () => Float64Array.from(g.data, (x) => Math.min(Math.max(x, -0.5), 0.5));
      return { run, error: () => relativeError(run().data, expected()), tolerance: 0 };
    },
  ],
  [
    'clipByNorm',
    () => {
      const run = () => clipByNorm(g, 1);
      return { run, error: () => relativeError(run().data, scaled()), tolerance: 1e-6 };
    },
  ],
  [
    'clipByGlobalNorm',
    () => {
      const run = () => clipByGlobalNorm(halves, 1);
      const error = () =>
        relativeError(
          run()[0].flatMap(({ data }) => [...data]),
          scaled(),
        );
      return { run, error, tolerance: 1e-6 };
    },
  ],
];

export function clippingCases() {
  return CASES.map(([name, prepare]) => ({
    group: `clipping, ${SIZE} numbers`,
    name,
    shape: { n: SIZE },
    work: { amount: SIZE, unit: 'element' },
    prepare,
  }));
}
