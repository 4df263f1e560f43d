// The matrix products, packing included, on the shapes that recurrent layers ask for.
import { Random } from 'bptt';
import { gradientScratch, packedSize } from '../../dist/kernels/contract.js';
import { Arena } from '../../dist/tensor/arena.js';
import { relativeError } from '../harness.mjs';

/** C [M, N], sums over K. */
const SHAPES = [
  [2, 256, 64], // h · Wh of a small LSTM
  [32, 512, 128], // h · Wh of a middle one
  [160, 256, 100], // x · Wx for all its steps
  [1280, 512, 64],
  [67, 67, 67], // nothing fits
];

/** How each form reads a(i, k) and b(k, j), and what it is called with. */
const FORMS = [
  {
    name: 'matmul',
    a: (i, k, { K }) => i * K + k,
    b: (k, j, { N }) => k * N + j,
    call: (kernels, c, a, b, p, { M, N, K }) => {
      kernels.pack(p, b, N, 1, K, N);
      kernels.matmul(c, N, a, K, p, M, N, K, false);
    },
  },
  {
    name: 'matmul by the transpose',
    a: (i, k, { K }) => i * K + k,
    b: (k, j, { K }) => j * K + k,
    call: (kernels, c, a, b, p, { M, N, K }) => {
      kernels.pack(p, b, 1, K, K, N);
      kernels.matmul(c, N, a, K, p, M, N, K, false);
    },
  },
  {
    name: 'matmulGradient', // adds to C: zeroed before verifying
    a: (i, k, { M }) => k * M + i,
    b: (k, j, { N }) => k * N + j,
    call: (kernels, c, a, b, p, { M, N, K }) => kernels.matmulGradient(c, N, a, M, b, N, p, M, N, K),
  },
];

function naive(a, b, form, sizes) {
  const { M, N, K } = sizes;
  return Float64Array.from({ length: M * N }, (_, at) => {
    const [i, j] = [Math.floor(at / N), at % N];
    let sum = 0;
    for (let k = 0; k < K; k++) sum += a[form.a(i, k, sizes)] * b[form.b(k, j, sizes)];
    return sum;
  });
}

function prepare(form, sizes) {
  const { M, N, K } = sizes;
  const arena = new Arena('float32');
  const scratch = Math.max(packedSize(K, N), gradientScratch(M, N, K));
  const [a, b, c, p] = [M * K, K * N, M * N, scratch].map((size) => arena.keep(size));
  const random = new Random(1);
  for (let k = 0; k < M * K; k++) arena.data[a + k] = random.uniform(-1, 1);
  for (let k = 0; k < K * N; k++) arena.data[b + k] = random.uniform(-1, 1);
  const run = () => form.call(arena.kernels, c, a, b, p, sizes);
  const error = () => {
    const expected = naive(arena.data.slice(a, a + M * K), arena.data.slice(b, b + K * N), form, sizes);
    arena.data.fill(0, c, c + M * N);
    run();
    return relativeError(arena.data.slice(c, c + M * N), expected);
  };
  return { run, error, tolerance: 2e-6 };
}

export function matmulCases() {
  return FORMS.flatMap((form) =>
    SHAPES.map(([M, N, K]) => ({
      group: 'matrix products',
      name: `${form.name} ${M}×${N}, K ${K}`,
      work: { amount: 2 * M * N * K, unit: 'flop' },
      prepare: () => prepare(form, { M, N, K }),
    })),
  );
}
