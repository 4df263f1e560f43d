// Matrix products with the shapes of recurrent layers.
import { Random } from 'bptt';
import { gradientScratch, packedSize } from '../../dist/kernels/contract.js';
import { Arena } from '../../dist/memory/arena.js';
import { relativeError } from '../statistics.mjs';

/** C [M, N], sums over K. */
const SHAPES = [
  [1, 512, 128], // h · Wh of a streaming LSTM
  [2, 256, 64], // h · Wh of a small layer; the next two are those of a middle and a large one
  [32, 512, 128],
  [64, 2048, 512],
  [160, 256, 100], // x · Wx of the small layer, all steps at once
  [2560, 512, 100], // x · Wx of the middle layer
  [67, 67, 67], // no size is a multiple of a vector
];
/** M is the number of rows of the weights, K that of all steps. For the middle and the large layer, K is reduced. */
const GRADIENT_SHAPES = [
  [64, 256, 160],
  [100, 256, 160],
  [128, 512, 640],
  [512, 2048, 320],
  [67, 67, 67],
];

const product = (kernels, c, a, p, { M, N, K }) => kernels.matmul(c, N, a, K, p, M, N, K, false);

/** The kernels: how each reads a(i, k) and b(k, j), its call, and the untimed preparation. */
const FORMS = [
  {
    name: 'matmul',
    shapes: SHAPES,
    a: (i, k, { K }) => i * K + k,
    b: (k, j, { N }) => k * N + j,
    before: (kernels, b, p, { N, K }) => kernels.pack(p, b, N, 1, K, N),
    call: (kernels, c, a, _b, p, sizes) => product(kernels, c, a, p, sizes),
  },
  {
    name: 'pack and matmul',
    shapes: SHAPES,
    a: (i, k, { K }) => i * K + k,
    b: (k, j, { N }) => k * N + j,
    call: (kernels, c, a, b, p, sizes) => {
      kernels.pack(p, b, sizes.N, 1, sizes.K, sizes.N);
      product(kernels, c, a, p, sizes);
    },
  },
  {
    name: 'pack the transpose and matmul',
    shapes: SHAPES,
    a: (i, k, { K }) => i * K + k,
    b: (k, j, { K }) => j * K + k,
    call: (kernels, c, a, b, p, sizes) => {
      kernels.pack(p, b, 1, sizes.K, sizes.K, sizes.N);
      product(kernels, c, a, p, sizes);
    },
  },
  {
    name: 'matmulGradient', // adds to C: zeroed before verifying
    shapes: GRADIENT_SHAPES,
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
  form.before?.(arena.kernels, b, p, sizes);
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
    form.shapes.map(([M, N, K]) => ({
      group: 'matrix products',
      name: `${form.name} ${M}×${N}, K ${K}`,
      shape: { M, N, K },
      work: { amount: 2 * M * N * K, unit: 'flop' },
      prepare: () => prepare(form, { M, N, K }),
    })),
  );
}
