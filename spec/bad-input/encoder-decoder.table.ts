import {
  Adam,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  type Layer,
  MeanSquaredError,
  randomNormal,
  SGD,
  tensor,
  unstack,
  zeros,
} from '../../lib/index.ts';
import {
  each,
  notArray,
  notBoolean,
  notClasses,
  notInteger,
  notNumber,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { divisions, metrics, reports, rowLists, weights } from './rows.ts';
import { masks } from './through-time.ts';

const [B, S, U] = [6, 4, 3];
const source = randomNormal([B, S, 3], { seed: 1 });
const target = randomNormal([B, U, 2], { seed: 2 });
const encoder = () => [new GRU({ units: 5 })];
const decoder = (): Layer[] => [new GRU({ units: 5, returnSequences: true }), new Dense({ units: 2 })];
const fresh = (options: object = {}) =>
  new EncoderDecoder({ encoder: encoder(), decoder: decoder(), seed: 3, ...options });

/** A trained model with a forward pass pending. */
function trained() {
  const optimizer = new Adam({ learningRate: 0.01 });
  const model = fresh().compile({ optimizer, loss: new MeanSquaredError() });
  model.trainStep(source, target);
  model.forward(source, target);
  return { model, optimizer };
}

const words = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const look = () => new Embedding({ inputDim: 9, outputDim: 2 });
const speaker = (options: object = {}) =>
  new EncoderDecoder({
    encoder: [look(), new GRU({ units: 3 })],
    decoder: [look(), new GRU({ units: 3, returnSequences: true }), new Dense({ units: 9 })],
    ...options,
  });
const tokens = speaker();
const wider = new EncoderDecoder({
  encoder: [look(), new GRU({ units: 3 })],
  decoder: [look(), new GRU({ units: 3, returnSequences: true }), new Dense({ units: 11 })],
});
const beam = (bad: object) => tokens.generate(words, { steps: 2, strategy: 'beam', ...bad });
const sample = (bad: object) => tokens.generate(words, { steps: 2, strategy: 'sample', ...bad });
const withNaN = target.copy();
withNaN.set(1, 1, 1, Number.NaN);
const { model, optimizer } = trained();
const twin = trained();
const compileWith = (bad: object): unknown =>
  model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...bad });
const uncompiled = ['before compile', undefined] as const;

/** What every method that takes sources and targets refuses. */
function pairs(
  call: (source: never, target: never, masks?: never) => unknown,
  names: readonly [string, string] = ['source', 'target'],
  prefix = '',
): Subject['calls'] {
  const withMask = (name: string) => (given: never) =>
    call(source as never, target as never, { [name]: given } as never);
  return [
    ...notArray(names[0], (bad) => call(bad, target as never)),
    ...wrongShape(names[0], (bad) => call(bad, target as never), [B, S, 3], [2]),
    ...notArray(names[1], (bad) => call(source as never, bad)),
    ...each(names[1], (bad) => call(source as never, bad as never), [
      target.lo(1),
      target.pick(null, null, 0),
      zeros([B, U, 3]),
      zeros([B, 0, 2]),
    ]),
    ...masks(withMask('source'), [B, S], `${prefix}source.`),
    ...masks(withMask('target'), [B, U], `${prefix}target.`),
    ...each(`${prefix}source`, withMask('source'), [null, 1, 'all', []]),
    ...each(`${prefix}target`, withMask('target'), [null, 1, 'all', []]),
  ];
}

const construction: Subject[] = [
  {
    of: 'EncoderDecoder',
    withOptions: (options) => new EncoderDecoder(options),
    calls: [
      ...each('options', (options) => new EncoderDecoder(options as never), [undefined]),
      ...each('encoder', (bad) => fresh({ encoder: bad }), [undefined, null, 1, {}, new GRU({ units: 5 })]),
      ...each('decoder', (bad) => fresh({ decoder: bad }), [undefined, null, 1, {}, new GRU({ units: 5 })]),
      ...notBoolean('passState', (passState) => fresh({ passState })),
      ...each('start', (start) => fresh({ start }), [null, 1, 'start', {}, [1], [1, 2, 3]]),
      ...notInteger('start', (start) => speaker({ start }), -1, 9),
      ...notNumber('start[1]', (one) => fresh({ start: [0, one] }), undefined),
      ...notInteger('inputSize', (inputSize) => fresh({ inputSize }), 0, -1),
      ...notInteger('seed', (seed) => fresh({ seed }), -1),
      ...notOneOf('dtype', (dtype) => fresh({ dtype }), 'int8'),
      ...notOneOf('backend', (backend) => fresh({ backend }), 'webgl'),
      ...notThreads((name) => (value) => fresh({ [name]: value })),
    ],
  },
  {
    of: 'EncoderDecoder.build',
    calls: notInteger('inputSize', (inputSize) => fresh().build(inputSize), undefined, 0, -1),
  },
  { of: 'EncoderDecoder.parameters', calls: [['before any input', undefined, () => fresh().parameters]] },
  {
    of: 'EncoderDecoder.compile',
    withOptions: (options) => model.compile(options),
    calls: [
      ...each('options', (options) => model.compile(options as never), [undefined]),
      ...each('optimizer', (optimizer) => compileWith({ optimizer }), [undefined, null, 'adam', {}]),
      ...each('loss', (loss) => compileWith({ loss }), [undefined, null, 'mse', {}]),
      ...each('clip', (clip) => compileWith({ clip }), [null, 1, {}]),
      ...notOneOf('onNonFinite', (onNonFinite) => compileWith({ onNonFinite }), 'Throw'),
      ...notInteger('skipLimit', (skipLimit) => compileWith({ onNonFinite: 'skip', skipLimit }), 0),
      ...each('truncate', (truncate) => compileWith({ truncate }), [{ every: 1, back: 2 }]),
      ...each('checkpoint', (checkpoint) => compileWith({ checkpoint }), [{ memory: 1e9 }, 0, 'all', null]),
    ],
  },
  {
    of: 'EncoderDecoder.toBytes',
    calls: [['before the parameters exist', undefined, () => fresh().toBytes()]],
  },
  {
    of: 'EncoderDecoder.fromBytes',
    withOptions: (options) => EncoderDecoder.fromBytes(model.toBytes(), options),
    calls: [
      ...each('bytes', (bytes) => EncoderDecoder.fromBytes(bytes as never), [undefined, null, 1, 'bytes', {}, [1]]),
      ...each('bytes', (bytes) => EncoderDecoder.fromBytes(bytes as never), [new Uint8Array(0), new Uint8Array(9)]),
      ...notOneOf('dtype', (dtype) => EncoderDecoder.fromBytes(model.toBytes(), { dtype }), 'int8'),
      ...notOneOf('backend', (backend) => EncoderDecoder.fromBytes(model.toBytes(), { backend }), 'webgl'),
      ...notThreads((name) => (value) => EncoderDecoder.fromBytes(model.toBytes(), { [name]: value })),
      ...notClasses('classes', (classes) => EncoderDecoder.fromBytes(model.toBytes(), { classes })),
    ],
  },
];

const passes: Subject[] = [
  {
    of: 'EncoderDecoder.trainStep',
    withOptions: (options) => model.trainStep(source, target, options),
    calls: [
      [...uncompiled, () => fresh().trainStep(source, target)],
      ...pairs((...given) => model.trainStep(...given)),
      ...each('target', (bad) => model.trainStep(source, bad as never), [withNaN]),
      ...notInteger('microBatchSize', (microBatchSize) => model.trainStep(source, target, { microBatchSize }), 0, -1),
      ...reports((options) => model.trainStep(source, target, options)),
      ...weights((options) => model.trainStep(source, target, options), B, U),
      ...rowLists((rows) => model.trainStep(rows, target), ['source', 'target'], unstack(source)),
    ],
  },
  {
    of: 'EncoderDecoder.evaluate',
    withOptions: (options) => model.evaluate(source, target, options),
    calls: [
      [...uncompiled, () => fresh().evaluate(source, target)],
      ...pairs((...given) => model.evaluate(...given)),
      ...notInteger('batchSize', (batchSize) => model.evaluate(source, target, { batchSize }), 0, -1),
      ...reports((options) => model.evaluate(source, target, options)),
      ...weights((options) => model.evaluate(source, target, options), B, U),
      ...rowLists((rows) => model.evaluate(source, rows), ['target', 'target'], unstack(target)),
    ],
  },
  {
    of: 'EncoderDecoder.fit',
    withOptions: (options) => model.fit(source, target, options),
    calls: [
      [...uncompiled, () => fresh().fit(source, target)],
      ...pairs((...given) => model.fit(...given)),
      ...notInteger('epochs', (epochs) => model.fit(source, target, { epochs }), 0, -1),
      ...notInteger('initialEpoch', (initialEpoch) => model.fit(source, target, { initialEpoch }), -1),
      ...notInteger('batchSize', (batchSize) => model.fit(source, target, { batchSize }), 0, -1),
      ...notBoolean('shuffle', (shuffle) => model.fit(source, target, { shuffle })),
      ...notInteger('seed', (seed) => model.fit(source, target, { seed }), -1),
      ...metrics((options) => model.fit(source, target, options)),
      ...divisions((options) => model.fit(source, target, options)),
      ...weights((options) => model.fit(source, target, options), B, U),
      ...each('batches[0]', (batch) => model.fit([batch].values() as never), [null, 1, source, [], [source]]),
      ...each('callbacks', (callbacks) => model.fit(source, target, { callbacks }), [null, 1, {}]),
      ...each('signal', (signal) => model.fit(source, target, { signal }), [null, 1, {}]),
      ...each('validationData', (validationData) => model.fit(source, target, { validationData }), [
        null,
        1,
        [],
        [source],
      ]),
      ...each('validationData[2]', (m) => model.fit(source, target, { validationData: [source, target, m as never] }), [
        null,
        1,
      ]),
      ...pairs(
        (...given) => model.fit(source, target, { validationData: given as never }),
        ['validationData[0]', 'validationData[1]'],
        'validationData[2].',
      ),
    ],
  },
  {
    of: 'EncoderDecoder.forward',
    withOptions: (options) => model.forward(source, target, options),
    calls: [
      ...pairs((...given) => model.forward(...given)),
      ...notInteger('trainingStep', (trainingStep) => model.forward(source, target, { trainingStep }), -1),
    ],
  },
  {
    of: 'EncoderDecoder.backward',
    calls: [
      ['before forward', undefined, () => fresh().build(3).backward(target)],
      ...notArray('dy', (dy) => model.backward(dy as never)),
      ...wrongShape('dy', (dy) => model.backward(dy as never), [B, U, 2]),
    ],
  },
  {
    of: 'EncoderDecoder.freeRun',
    withOptions: (options) => fresh().freeRun(source, options),
    calls: [
      ...each('options', (options) => fresh().freeRun(source, options as never), [undefined]),
      ...notArray('source', (bad) => fresh().freeRun(bad as never, { steps: 2 })),
      ...notInteger('steps', (steps) => fresh().freeRun(source, { steps }), undefined, 0, -1),
      ...masks((given) => fresh().freeRun(source, { steps: 1, source: given }), [B, S], 'source.'),
    ],
  },
  {
    of: 'EncoderDecoder.generate',
    withOptions: (options) => tokens.generate(words, options),
    calls: [
      ['a decoder that reads features', 'decoder', () => model.generate(source, { steps: 2 })],
      [
        'a decoder that writes tokens that it cannot read',
        'decoder',
        () => wider.generate(words, { steps: 2, stop: 9 }),
      ],
      ...each('options', (options) => tokens.generate(words, options as never), [undefined]),
      ...notArray('source', (bad) => tokens.generate(bad, { steps: 2 })),
      ...each('source', (bad) => tokens.generate(bad as never, { steps: 2 }), [zeros([2, 3, 2]), tensor([[1, 9]])]),
      ...notInteger('steps', (steps) => tokens.generate(words, { steps }), undefined, 0, -1),
      ...notInteger('stop', (stop) => tokens.generate(words, { steps: 2, stop }), -1, 9),
      ...notOneOf('strategy', (strategy) => tokens.generate(words, { steps: 2, strategy }), 'Beam', 'top'),
      ...notInteger('beamWidth', (beamWidth) => beam({ beamWidth }), 0, -1),
      ...notNumber('lengthPenalty', (lengthPenalty) => beam({ lengthPenalty }), -1),
      ...notNumber('temperature', (temperature) => sample({ temperature }), 0, -1),
      ...notInteger('topK', (topK) => sample({ topK }), 0, -1, 10),
      ...notNumber('topP', (topP) => sample({ topP }), 0, -1, 1.5),
      ...notInteger('seed', (seed) => sample({ seed }), -1),
      ...notBoolean('attention', (attention) => tokens.generate(words, { steps: 2, attention })),
      ...notInteger('batchSize', (batchSize) => tokens.generate(words, { steps: 2, batchSize }), 0, -1),
      ...masks((given) => tokens.generate(words, { steps: 2, source: given }), [2, 3], 'source.'),
      ['a width without a beam', 'beamWidth', () => tokens.generate(words, { steps: 2, beamWidth: 2 })],
      ['a temperature without sampling', 'temperature', () => beam({ temperature: 2 })],
    ],
  },
  {
    of: 'EncoderDecoder.attention',
    calls: [['a decoder without attention', 'decoder', () => model.attention(source, target)]],
  },
];

export const encoderDecoders: Table = {
  subjects: [...construction, ...passes],
  watch: () => [
    model.parameters.arena.data,
    model.parameters.arena.pass,
    optimizer.iterations,
    source.data,
    target.data,
  ],
  afterwards: () => {
    expectBits(model.backward(target).dSource, twin.model.backward(target).dSource);
    const [step, expected] = [model.trainStep(source, target), twin.model.trainStep(source, target)];
    expectBits(Object.values(step).map(Number), Object.values(expected).map(Number));
    expectBits(model.parameters.arena.data, twin.model.parameters.arena.data);
  },
};
