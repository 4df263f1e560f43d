// Random arrays, relative to single draws of the same numbers; and random orthogonal matrices.
import { initializers, Random, randomNormal, randomUniform } from 'bptt';
import { relativeError } from '../statistics.mjs';

const SIZE = 100_000;

/** Fills an array by single draws. */
function oneByOne(draw) {
  const random = new Random(1);
  const out = new Float32Array(SIZE);
  for (let i = 0; i < SIZE; i++) out[i] = draw(random);
  return out;
}

function permuted() {
  const random = new Random(1);
  const order = Uint32Array.from({ length: SIZE }, (_, i) => i);
  for (let i = SIZE - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

const LIMIT = Math.sqrt(6 / (SIZE + 1));
const CASES = [
  ['randomUniform', () => randomUniform([SIZE], { low: -1, seed: 1 }).data, () => oneByOne((r) => r.uniform(-1, 1))],
  ['randomNormal', () => randomNormal([SIZE], { seed: 1 }).data, () => oneByOne((r) => r.normal())],
  [
    'glorotUniform',
    () => Float32Array.from(initializers.glorotUniform()([SIZE, 1], new Random(1), { gates: 1 })),
    () => oneByOne((r) => r.uniform(-LIMIT, LIMIT)),
  ],
  ['permutation', () => new Random(1).permutation(SIZE), permuted],
];

/** Recurrent weights of an LSTM, verified to have orthonormal rows. */
function orthogonal(H) {
  const run = () => initializers.orthogonal()([H, 4 * H], new Random(1), { gates: 4, dtype: 'float32' });
  const error = () => {
    const q = run();
    let worst = 0;
    for (let i = 0; i < H; i += 17) {
      for (let j = 0; j <= i; j += 17) {
        let product = 0;
        for (let k = 0; k < 4 * H; k++) product += q[i * 4 * H + k] * q[j * 4 * H + k];
        worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)));
      }
    }
    return worst;
  };
  return { run, error, tolerance: 1e-6 };
}

/** Orthogonal matrices. The work for n rows of m elements is 2mn² − 2n³/3, as for Q of a QR decomposition. */
const orthogonalCases = () =>
  [128, 512].map((H) => ({
    group: 'orthogonal initial values',
    name: `[${H}, ${4 * H}]`,
    shape: { H },
    work: { amount: 8 * H ** 3 - (2 / 3) * H ** 3, unit: 'flop' },
    prepare: () => orthogonal(H),
  }));

export function randomCases() {
  const arrays = CASES.map(([name, run, baseline]) => ({
    group: `${SIZE} random numbers by single draws`,
    name,
    shape: { n: SIZE },
    work: { amount: SIZE, unit: 'element' },
    prepare: () => ({ run, baseline, error: () => relativeError(run(), baseline()), tolerance: 0 }),
  }));
  return [...arrays, ...orthogonalCases()];
}
