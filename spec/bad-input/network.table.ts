import { Dense, LSTM, Network, randomNormal } from '../../lib/index.ts';
import {
  type BadCall,
  type CallWith,
  each,
  notArray,
  notBoolean,
  notClasses,
  notInteger,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { masks, outs, passOptions } from './through-time.ts';

const x = randomNormal([6, 4, 3], { seed: 1 });
const y = randomNormal([6, 2], { seed: 2 });
const fresh = () => new Network([new LSTM({ units: 5 }), new Dense({ units: 2 })], { seed: 3 });
const dense = (inputSize?: number) => new Dense({ units: 2, ...(inputSize && { inputSize }) });
const network = fresh();
network.forward(x);
const kernel = () => network.parameters.get('dense1.kernel').value;
const { h, c } = network.stream({ batchSize: 6 }).zeroState().lstm1!;
network.forward(x);

/** What is no state of the network. */
const badStates = (argument: string, call: CallWith): BadCall[] => [
  ...each(argument, call, [null, 1, 'zeros', { gru1: { h } }, { h, c }, { lstm1: { h, c }, dense1: {} }]),
  ...each(`${argument}.lstm1`, (lstm1) => call({ lstm1 } as never), [null, 1, { h, c, z: h }]),
  ...each(`${argument}.lstm1.c`, (lstm1) => call({ lstm1 } as never), [{ h }]),
  ...wrongShape(`${argument}.lstm1.h`, (h) => call({ lstm1: { h, c } } as never), [6, 5]),
];

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
      ...notThreads((name) => (value) => new Network([dense()], { [name]: value })),
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
      ...passOptions((options) => network.forward(x, options), [6, 4]),
      ...outs((options) => network.forward(x, options), x, [6, 2], kernel),
      ...notArray('x', (bad) => network.forward(bad)),
      ...wrongShape('x', (bad) => network.forward(bad), [6, 4, 3], [2]),
      ...notBoolean('returnState', (returnState) => network.forward(x, { returnState })),
      ...badStates('initialState', (initialState) => network.forward(x, { initialState })),
      ...each('initialState', (initialState) => network.forward(x, { initialState }), [[]]),
      ...each('initialState.lstm1', (initialState) => network.forward(x, { initialState }), [{}]),
    ],
  },
  {
    of: 'Network.backward',
    withOptions: (options) => network.backward(y, options),
    calls: [
      ['before forward', undefined, () => fresh().backward(y)],
      ...notArray('dy', (bad) => network.backward(bad)).filter(([what]) => what !== 'dy: undefined'), // zeros
      ...wrongShape('dy', (bad) => network.backward(bad), [6, 2]),
      ...badStates('dState', (dState) => network.backward(y, { dState })),
    ],
  },
  {
    of: 'Network.predict',
    withOptions: (options) => network.predict(x, options),
    calls: [
      ...notArray('x', (bad) => network.predict(bad)),
      ...wrongShape('x', (bad) => network.predict(bad), [6, 4, 3], [2]),
      ...notInteger('batchSize', (batchSize) => network.predict(x, { batchSize }), 0, -1),
      ...masks((options) => network.predict(x, options), [6, 4]),
      ...outs((options) => network.predict(x, options), x, [6, 2], kernel),
      ...notBoolean('zeroOutputForMask', (zeroOutputForMask) => network.predict(x, { zeroOutputForMask })),
      ...badStates('state', (state) => network.predict(x, { state })),
      ...each('state', (state) => network.predict(x, { state }), [[]]),
      ...each('state.lstm1', (state) => network.predict(x, { state }), [{}]),
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
      ...notThreads((name) => (value) => Network.fromBytes(network.toBytes(), { [name]: value })),
      ...notClasses('classes', (classes) => Network.fromBytes(network.toBytes(), { classes })),
    ],
  },
];

/** A network without a trainer. */
export const networks: Table = {
  subjects,
  watch: () => [network.parameters.arena.data, network.parameters.arena.pass],
};
