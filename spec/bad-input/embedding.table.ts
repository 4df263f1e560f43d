import { Embedding, randomNormal, tensor, zeros } from '../../lib/index.ts';
import { each, notArray, notBoolean, notFunction, notInteger, notOneOf, notThreads } from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { outs, passOptions } from './through-time.ts';

const x = tensor([
  [1, 2, 0],
  [3, 4, 4],
]);
const dy = randomNormal([2, 3, 2], { seed: 1 });
const fresh = (options: object = {}) => new Embedding({ inputDim: 5, outputDim: 2, seed: 5, ...options });

/** A layer with a forward pass pending. */
function pending(): Embedding {
  const layer = fresh();
  layer.forward(x);
  return layer;
}

const [used, twin] = [pending(), pending()];
const masking = fresh({ maskZero: true });
const notIndices = [
  zeros([2, 3, 2]),
  zeros([2]),
  tensor([[5]]),
  tensor([[-1]]),
  tensor([[0.5]]),
  tensor([[Number.NaN]]),
];

const subjects: Subject[] = [
  {
    of: 'Embedding',
    withOptions: (options) => new Embedding(options),
    calls: [
      ...each('options', (options) => new Embedding(options as never), [undefined]),
      ...notInteger('inputDim', (inputDim) => fresh({ inputDim }), undefined, 0, -1, 2 ** 24 + 1),
      ...notInteger('outputDim', (outputDim) => fresh({ outputDim }), undefined, 0, -1),
      ...notBoolean('maskZero', (maskZero) => fresh({ maskZero })),
      ...notFunction('embeddingsInitializer', (embeddingsInitializer) => fresh({ embeddingsInitializer })),
      ...notInteger('seed', (seed) => fresh({ seed }), -1),
      ...notOneOf('dtype', (dtype) => fresh({ dtype }), 'int8'),
      ...notOneOf('backend', (backend) => fresh({ backend }), 'webgl', 'SIMD'),
      ...notThreads((name) => (value) => fresh({ [name]: value })),
    ],
  },
  { of: 'Embedding.build', calls: notInteger('inputSize', (size) => fresh().build(size), 0, -1, 2) },
  { of: 'Embedding.parameters', calls: [['before build', undefined, () => fresh().parameters]] },
  {
    of: 'Embedding.stream',
    withOptions: (options) => used.stream(options),
    calls: notInteger('batchSize', (batchSize) => used.stream({ batchSize }), 0, -1),
  },
  {
    of: 'Embedding.forward',
    withOptions: (options) => used.forward(x, options),
    calls: [
      ...passOptions((options) => used.forward(x, options), [2, 3]),
      ...outs((options) => used.forward(x, options), x, [2, 3, 2]),
      ...notArray('x', (bad) => used.forward(bad)),
      ...each('x', (bad) => used.forward(bad as never), notIndices),
      ['lengths beside maskZero', 'lengths', () => masking.forward(x, { lengths: [2, 3] })],
    ],
  },
  {
    of: 'Embedding.backward',
    calls: [
      ['before forward', undefined, () => fresh().build(1).backward(dy)],
      ...notArray('dy', (bad) => used.backward(bad)),
      ...each('dy', (bad) => used.backward(bad as never), [zeros([2, 3, 3]), zeros([2, 2, 2]), zeros([2, 3])]),
    ],
  },
];

export const embeddings: Table = {
  subjects,
  watch: () => [used.parameters.arena.data, used.parameters.arena.pass, x.data],
  afterwards: () => {
    used.backward(dy);
    twin.backward(dy);
    expectBits(used.parameters.get('embeddings').gradient, twin.parameters.get('embeddings').gradient);
  },
};
