// Arrays of random numbers by as many single draws: the same bits.
import { initializers, Random, randomNormal, randomUniform } from 'bptt';
import { relativeError } from '../statistics.mjs';

const SIZE = 100_000;

/** An array from one number after the other. */
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

export function randomCases() {
  return CASES.map(([name, run, baseline]) => ({
    group: `${SIZE} random numbers by single draws`,
    name,
    shape: { n: SIZE },
    work: { amount: SIZE, unit: 'element' },
    prepare: () => ({ run, baseline, error: () => relativeError(run(), baseline()), tolerance: 0 }),
  }));
}
