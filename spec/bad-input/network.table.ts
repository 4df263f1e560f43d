import { Dense, LSTM, Network, randomNormal } from '../../lib/index.ts';
import { each, notArray, notClasses, notInteger, notOneOf, wrongShape } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { passOptions } from './through-time.ts';

const x = randomNormal([6, 4, 3], { seed: 1 });
const y = randomNormal([6, 2], { seed: 2 });
const fresh = () => new Network([new LSTM({ units: 5 }), new Dense({ units: 2 })], { seed: 3 });
const dense = (inputSize?: number) => new Dense({ units: 2, ...(inputSize && { inputSize }) });
const network = fresh();
network.forward(x);

const subjects: Subject[] = [
  {
    of: 'Network',
    withOptions: (options) => new Network([dense()], options),
    calls: [
      ...each('layers', (layers) => new Network(layers as never), [undefined, null, 1, {}, [], dense()]),
      ['another than the first layer', 'inputSize', () => new Network([dense(3)], { inputSize: 4 })],
      ...notInteger('inputSize', (inputSize) => new Network([dense()], { inputSize }), 0, -1),
      ...notInteger('seed', (seed) => new Network([dense()], { seed }), -1),
      ...notOneOf('dtype', (dtype) => new Network([dense()], { dtype }), 'int8'),
      ...notOneOf('backend', (backend) => new Network([dense()], { backend }), 'webgl'),
    ],
  },
  { of: 'Network.build', calls: notInteger('inputSize', (size) => fresh().build(size), undefined, 0, -1) },
  {
    of: 'Network.stream',
    withOptions: (options) => network.stream(options),
    calls: [
      ['before any input', undefined, () => fresh().stream()],
      ...notInteger('batchSize', (batchSize) => network.stream({ batchSize }), 0, -1),
    ],
  },
  {
    of: 'Network.forward',
    withOptions: (options) => network.forward(x, options),
    calls: [
      ...passOptions((options) => network.forward(x, options)),
      ...notArray('x', (bad) => network.forward(bad)),
      ...wrongShape('x', (bad) => network.forward(bad), [6, 4, 3], [2]),
    ],
  },
  {
    of: 'Network.backward',
    calls: [
      ['before forward', undefined, () => fresh().backward(y)],
      ...notArray('dy', (bad) => network.backward(bad)),
      ...wrongShape('dy', (bad) => network.backward(bad), [6, 2]),
    ],
  },
  {
    of: 'Network.predict',
    withOptions: (options) => network.predict(x, options),
    calls: [
      ...notArray('x', (bad) => network.predict(bad)),
      ...wrongShape('x', (bad) => network.predict(bad), [6, 4, 3], [2]),
      ...notInteger('batchSize', (batchSize) => network.predict(x, { batchSize }), 0, -1),
    ],
  },
  { of: 'Network.toBytes', calls: [['before any input', undefined, () => fresh().toBytes()]] },
  {
    of: 'Network.fromBytes',
    withOptions: (options) => Network.fromBytes(network.toBytes(), options),
    calls: [
      ...each('bytes', (bytes) => Network.fromBytes(bytes), [undefined, null, 1, 'bytes', {}, new Uint8Array(0)]),
      ...notOneOf('dtype', (dtype) => Network.fromBytes(network.toBytes(), { dtype }), 'int8'),
      ...notOneOf('backend', (backend) => Network.fromBytes(network.toBytes(), { backend }), 'webgl'),
      ...notClasses('classes', (classes) => Network.fromBytes(network.toBytes(), { classes })),
    ],
  },
];

/** A network without a trainer. */
export const networks: Table = {
  subjects,
  watch: () => [network.parameters.arena.data, network.parameters.arena.pass],
};
