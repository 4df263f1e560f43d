// Clipping, verified against its definition in float64. The functions return copies, so all runs clip the same arrays.
import {
  adaptiveClipping,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipGradients,
  gradientNorm,
  Parameters,
  pNormClipping,
  randomNormal,
} from 'bptt';
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

/** Clips the gradients g of a matrix. The runs have a bound that leaves them, so that all clip the same. */
function functionCase(clip, clipped) {
  const prepared = () => {
    const w = randomNormal([SIZE / 100, 100], { seed: 2 });
    const parameters = Parameters.of({ w });
    g.data.forEach((x, k) => {
      parameters.get('w').gradient.set(Math.floor(k / 100), k % 100, x);
    });
    return parameters;
  };
  const error = () => {
    const parameters = prepared();
    clipGradients(parameters, clip(0.5));
    return relativeError(parameters.get('w').gradient.copy().data, clipped(parameters.get('w').value.copy().data));
  };
  const parameters = prepared();
  const none = clip(1e9);
  return { run: () => none([parameters]), error, tolerance: 1e-6 };
}

const CASES = [
  [
    'pNormClipping, p = 3',
    () =>
      functionCase(
        (c) => pNormClipping(c, { p: 3 }),
        () => {
          const norm3 = Math.cbrt(g.data.reduce((sum, x) => sum + Math.abs(x) ** 3, 0));
          return Float64Array.from(g.data, (x) => (x * 0.5) / norm3);
        },
      ),
  ],
  [
    'adaptiveClipping',
    () =>
      functionCase(adaptiveClipping, (w) => {
        const columns = (v) =>
          Array.from({ length: 100 }, (_, j) =>
            Math.sqrt(v.reduce((sum, value, k) => (k % 100 === j ? sum + value * value : sum), 0)),
          );
        const [ofW, ofG] = [columns(w), columns(g.data)];
        return Float64Array.from(g.data, (x, k) => x * Math.min(1, (0.5 * ofW[k % 100]) / ofG[k % 100]));
      }),
  ],
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
