import {
  Adam,
  Dense,
  LSTM,
  LSTMCell,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  tensor,
  unstack,
} from '../../lib/index.ts';
import {
  type CallWith,
  each,
  notArray,
  notBoolean,
  notFunction,
  notInteger,
  notNumber,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { badInitializers } from './cells.table.ts';
import { divisions, metrics, reports, rowLists, weights } from './rows.ts';
import { masks, outs, passOptions, throughTime } from './through-time.ts';

const { NaN: notANumber } = Number;
const x = randomNormal([6, 4, 3], { seed: 1 });
const y = randomNormal([6, 2], { seed: 2 });
const labels = tensor([0, 1, 1, 0, 1, 0]);
const fresh = () => new Sequential([new LSTM({ units: 5 }), new Dense({ units: 2 })], { seed: 3 });

/** A model that has been trained a little and has a forward pass pending. */
function trained() {
  const optimizer = new Adam({ learningRate: 0.01 });
  const model = fresh().compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  for (let k = 0; k < 3; k++) model.trainStep(x, y);
  model.forward(x);
  return { model, optimizer };
}

const { model, optimizer } = trained();
const kernel = () => model.parameters.get('dense1.kernel').value;
const twin = trained();
const classifier = fresh().compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy() });
classifier.trainStep(x, labels);

const state = trained().model.stream({ batchSize: 6 }).zeroState();
const tight = () => {
  const optimizer = new SGD();
  return new Sequential([lstm()], { inputSize: 3 }).compile({
    optimizer,
    loss: new MeanSquaredError(),
    checkpoint: { memory: 1 },
  });
};

const used = new Dense({ units: 1, inputSize: 2 }).build();
const twice = new Dense({ units: 1 });
const list = (layers: unknown) => new Sequential(layers as Dense[]);
const lstm = (returnSequences = false) => new LSTM({ units: 2, returnSequences });
const dense = (inputSize?: number) => new Dense({ units: 2, ...(inputSize && { inputSize }) });

const construction: Subject[] = [
  {
    of: 'Sequential',
    withOptions: (options) => new Sequential([dense()], options),
    calls: [
      ...each('layers', list, [undefined, null, 1, 'Dense', {}, [], dense(), new Set([dense()])]),
      ...each('layers[1]', (bad) => list([dense(), bad]), [
        undefined,
        null,
        1,
        {},
        [],
        Dense,
        new LSTMCell({ units: 1 }),
      ]),
      // biome-ignore lint/suspicious/noSparseArray: a hole is what is tried
      ['a hole', 'layers[0]', () => list([, dense()])],
      ['a layer in use', 'layers[0]', () => list([used])],
      ['a layer twice', 'layers[2]', () => list([twice, dense(), twice])],
      ['a last step for a sequence', 'layers[1]', () => list([lstm(), lstm()])],
      ['the same through a dense layer', 'layers[2]', () => list([lstm(), dense(), lstm()])],
      ['the same through a model', 'layers[1]', () => list([list([lstm(), dense()]), lstm()])],
      ['another input size', 'layers[1]', () => list([lstm(), dense(3)])],
      ['another input size further up', 'layers[2]', () => list([dense(3), dense(2), dense(3)])],
      ['another than the first layer', 'inputSize', () => new Sequential([dense(3)], { inputSize: 4 })],
      ...notInteger('inputSize', (inputSize) => new Sequential([dense()], { inputSize }), 0, -1),
      ...notInteger('seed', (seed) => new Sequential([dense()], { seed }), -1),
      ...notOneOf('dtype', (dtype) => new Sequential([dense()], { dtype }), 'int8'),
      ...notOneOf('backend', (backend) => new Sequential([dense()], { backend }), 'webgl'),
      ...notThreads((name) => (value) => new Sequential([dense()], { [name]: value })),
    ],
  },
  {
    of: 'Sequential.build',
    calls: [
      ...notInteger('inputSize', (size) => fresh().build(size), undefined, 0, -1),
      ...each('inputSize', (size) => model.build(size), [2, 4]),
      ...badInitializers(3 * 4, (kernelInitializer) => list([new Dense({ units: 4, kernelInitializer })]).build(3)).map(
        ([what, argument, call]) => [what, argument?.replace('kernel', 'dense1.kernel'), call] as const,
      ),
    ],
  },
  {
    of: 'Sequential.stream',
    withOptions: (options) => model.stream(options),
    calls: [
      ['before any input', undefined, () => fresh().stream()],
      ...notInteger('batchSize', (batchSize) => model.stream({ batchSize }), 0, -1),
    ],
  },
  { of: 'Sequential.parameters', calls: [['before any input', undefined, () => fresh().parameters]] },
  {
    of: 'Sequential.compile',
    withOptions: (options) => model.compile(options),
    calls: [
      ...each('options', (options) => model.compile(options), [undefined]),
      ...each('optimizer', (optimizer) => compileWith({ optimizer }), [undefined, null, 'adam', Adam, {}, 1]),
      ...each('loss', (loss) => compileWith({ loss }), [undefined, null, 'mse', MeanSquaredError, {}, 1]),
      [
        'a loss from logits after a bounded output',
        'loss',
        () => list([lstm()]).compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy() }),
      ],
      ...each('clip', (clip) => compileWith({ clip }), [null, 1, 'norm', [], {}, { max: 1 }, { value: 1, norm: 1 }]),
      ...notNumber('clip.globalNorm', (globalNorm) => compileWith({ clip: { globalNorm } }), undefined, 0, -1),
      ...notOneOf('onNonFinite', (onNonFinite) => compileWith({ onNonFinite }), 'propagate', 'Throw'),
      ...notInteger('skipLimit', (skipLimit) => compileWith({ onNonFinite: 'skip', skipLimit }), 0, -1),
      ['a limit of skips without skipping', 'skipLimit', () => compileWith({ skipLimit: 5 })],
      ...throughTime((options: object) => compileWith(options)),
    ],
  },
];

function compileWith(bad: object): unknown {
  return model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...bad });
}

/** What every method that takes inputs and targets refuses. */
function pairs(call: (x: never, y: never) => unknown, xName = 'x', yName = 'y'): Subject['calls'] {
  const withX = (bad: never) => call(bad, y as never);
  const withY = (bad: never) => call(x as never, bad);
  return [
    ...notArray(xName, withX),
    ...wrongShape(xName, withX, [6, 4, 3], [2]),
    ...notArray(yName, withY),
    ...wrongShape(yName, withY, [6, 2]),
    ...each(yName, (value) => withY(tensor([1, 2, 3, 4, 5, value].map((v) => [v, 0])) as never), [
      notANumber,
      Infinity,
    ]),
    ['other rows', yName, () => call(x.lo(1) as never, y as never)],
  ];
}

const uncompiled = ['before compile', undefined] as const;
const badLabels = [-1, 2, 0.5, notANumber, Infinity].map((bad) => tensor([0, 1, 0, 1, 0, bad]));
const labelled = (call: CallWith) => each('y', call, badLabels);

const passes: Subject[] = [
  {
    of: 'Sequential.forward',
    withOptions: (options) => model.forward(x, options),
    calls: [
      ...passOptions((options) => model.forward(x, options), [6, 4]),
      ...outs((options) => model.forward(x, options), x, [6, 2], kernel),
      ...notArray('x', (bad) => model.forward(bad)),
      ...wrongShape('x', (bad) => model.forward(bad), [6, 4, 3], [2]),
      ...notBoolean('returnState', (returnState) => model.forward(x, { returnState })),
      ...each('initialState', (initialState) => model.forward(x, { initialState }), [
        null,
        1,
        [],
        { gru1: state.lstm1 },
      ]),
      ...each('initialState.lstm1', (lstm1) => model.forward(x, { initialState: { lstm1 } }), [undefined, null, 1]),
    ],
  },
  {
    of: 'Sequential.backward',
    calls: [
      ['before forward', undefined, () => fresh().backward(y)],
      ...notArray('dy', (bad) => model.backward(bad)).filter(([what]) => what !== 'dy: undefined'), // zeros
      ...wrongShape('dy', (bad) => model.backward(bad), [6, 2]),
    ],
  },
  {
    of: 'Sequential.memory',
    withOptions: (options) => model.memory(options),
    calls: [
      ['before any input', undefined, () => fresh().memory({ B: 1, T: 1 })],
      ...notInteger('B', (B) => model.memory({ B, T: 1 }), undefined, 0, -1),
      ...notInteger('T', (T) => model.memory({ B: 1, T }), 0, -1),
      ['less memory than is needed', 'checkpoint.memory', () => tight().memory({ B: 1, T: 10 })],
    ],
  },
  {
    of: 'Sequential.trainStep',
    withOptions: (options) => model.trainStep(x, y, options),
    calls: [
      ...each('state', (state) => model.trainStep(x, y, { state }), [null, 1, 'zeros', []]),
      ...each('state', (state) => model.trainStep(x, y, { state }), [{ gru1: state.lstm1 }]),
      ...each('state.lstm1', (lstm1) => model.trainStep(x, y, { state: { lstm1 } }), [undefined, null, 1]),
      ...wrongShape(
        'state.lstm1.h',
        (h) => model.trainStep(x, y, { state: { lstm1: { ...state.lstm1, h } } as never }),
        [6, 5],
      ),
      ...masks((options) => model.trainStep(x, y, options), [6, 4]),
      ['too little memory', 'checkpoint.memory', () => tight().trainStep(x, y)],
      [...uncompiled, () => fresh().trainStep(x, y)],
      ...pairs((x, y) => model.trainStep(x, y)),
      ...labelled((y) => classifier.trainStep(x, y)),
      ...notInteger('microBatchSize', (microBatchSize) => model.trainStep(x, y, { microBatchSize }), 0, -1),
      ['a state and micro-batches', 'microBatchSize', () => model.trainStep(x, y, { state, microBatchSize: 2 })],
      ...reports((options) => model.trainStep(x, y, options)),
      ...weights((options) => model.trainStep(x, y, options), 6, undefined),
      ...rowLists((rows) => model.trainStep(rows, y), ['x', 'y'], unstack(x)),
    ],
  },
  {
    of: 'Sequential.evaluate',
    withOptions: (options) => model.evaluate(x, y, options),
    calls: [
      [...uncompiled, () => fresh().evaluate(x, y)],
      ...pairs((x, y) => model.evaluate(x, y)),
      ...labelled((y) => classifier.evaluate(x, y)),
      ...notInteger('batchSize', (batchSize) => model.evaluate(x, y, { batchSize }), 0, -1),
      ...masks((options) => model.evaluate(x, y, options), [6, 4]),
      ...reports((options) => model.evaluate(x, y, options)),
      ...weights((options) => model.evaluate(x, y, options), 6, undefined),
      ...rowLists((rows) => model.evaluate(x, rows), ['y', 'y'], unstack(y)),
      ...each('batches[0]', (batch) => model.evaluate([batch].values() as never), [null, 1, x, [], [x]]),
      ['batches and outputs', 'output', () => model.evaluate([[x, y]].values() as never, { output: true } as never)],
    ],
  },
  {
    of: 'Sequential.predict',
    withOptions: (options) => model.predict(x, options),
    calls: [
      ...notArray('x', (bad) => model.predict(bad)),
      ...wrongShape('x', (bad) => model.predict(bad), [6, 4, 3], [2]),
      ...notInteger('batchSize', (batchSize) => model.predict(x, { batchSize }), 0, -1),
      ...masks((options) => model.predict(x, options), [6, 4]),
      ...outs((options) => model.predict(x, options), x, [6, 2], kernel),
      ...notBoolean('zeroOutputForMask', (zeroOutputForMask) => model.predict(x, { zeroOutputForMask })),
      ...each('state', (bad) => model.predict(x, { state: bad }), [null, 1, 'zeros', [], { gru1: state.lstm1 }]),
      ...each('state.lstm1', (lstm1) => model.predict(x, { state: { lstm1 } }), [undefined, null, 1]),
    ],
  },
  {
    of: 'Sequential.fitStream',
    withOptions: (options) => model.fitStream([], options),
    calls: [
      ['before compile', undefined, () => fresh().fitStream([])],
      ...each('chunks', (chunks) => model.fitStream(chunks), [undefined, null, 1, {}, () => 1]),
      ...each('chunks[0]', (chunk) => model.fitStream([chunk]), [undefined, null, 1, {}, [], [x], [x, y, {}, {}]]),
      ...each('chunks[0][2]', (mask) => model.fitStream([[x, y, mask]]), [null, 1, y, { length: [1] }]),
      ...masks((mask) => model.fitStream([[x, y, mask]]), [6, 4], 'chunks[0][2].'),
      ...pairs((x, y) => model.fitStream([[x, y]]), 'chunks[0][0]', 'chunks[0][1]'),
      ...each('callbacks', (callbacks) => model.fitStream([], { callbacks }), [null, 1, {}, () => 1]),
      ...each('callbacks[0]', (bad) => model.fitStream([], { callbacks: [bad] }), [null, 1, () => 1]),
      ...each('signal', (signal) => model.fitStream([], { signal }), [null, 1, 'abort', {}, new AbortController()]),
      ...metrics((options) => model.fitStream([[x, y]], options)),
      ...weights((given) => model.fitStream([[x, y, given]]), 6, undefined, 'chunks[0][2].'),
      ...each('state', (state) => model.fitStream([[x, y]], { state }), [null, 1, [], { gru1: state.lstm1 }]),
    ],
  },
  {
    of: 'Sequential.fit',
    withOptions: (options) => model.fit(x, y, options),
    calls: [
      [...uncompiled, () => fresh().fit(x, y)],
      ...pairs((x, y) => model.fit(x, y)),
      ...labelled((y) => classifier.fit(x, y)),
      ...notInteger('epochs', (epochs) => model.fit(x, y, { epochs }), 0, -1),
      ...notInteger('initialEpoch', (initialEpoch) => model.fit(x, y, { initialEpoch }), -1, Number.MAX_SAFE_INTEGER),
      [
        'more epochs than can be counted',
        'epochs',
        () => model.fit(x, y, { initialEpoch: 1, epochs: Number.MAX_SAFE_INTEGER }),
      ],
      ...notInteger('batchSize', (batchSize) => model.fit(x, y, { batchSize }), 0, -1),
      ...notBoolean('shuffle', (shuffle) => model.fit(x, y, { shuffle })),
      ...notInteger('seed', (seed) => model.fit(x, y, { seed }), -1),
      ...each('callbacks', (callbacks) => model.fit(x, y, { callbacks }), [null, 1, {}, () => 1]),
      ...each('callbacks[0]', (bad) => model.fit(x, y, { callbacks: [bad] }), [null, 1, () => 1]),
      ...['onBatchend', 'onEpochStart', 'epochEnd', 'print'].map(
        (name) =>
          [`a function ${name}`, 'callbacks[1]', () => model.fit(x, y, { callbacks: [{}, { [name]() {} }] })] as const,
      ),
      ...notFunction('callbacks[0].onBatchBegin', (onBatchBegin) => model.fit(x, y, { callbacks: [{ onBatchBegin }] })),
      ...notFunction('callbacks[0].onBatchEnd', (onBatchEnd) => model.fit(x, y, { callbacks: [{ onBatchEnd }] })),
      ...notFunction('callbacks[0].onEpochEnd', (onEpochEnd) => model.fit(x, y, { callbacks: [{ onEpochEnd }] })),
      ...notFunction('callbacks[0].onTrainEnd', (onTrainEnd) => model.fit(x, y, { callbacks: [{ onTrainEnd }] })),
      ...each('signal', (signal) => model.fit(x, y, { signal }), [null, 1, 'abort', {}, new AbortController()]),
      ...each('validationData', (validationData) => model.fit(x, y, { validationData }), [
        null,
        1,
        {},
        [],
        [x],
        [x, y, {}, {}],
        x,
      ]),
      ...each('validationData[2]', (mask) => model.fit(x, y, { validationData: [x, y, mask] }), [null, 1, y]),
      ...masks((mask) => model.fit(x, y, { validationData: [x, y, mask] }), [6, 4], 'validationData[2].'),
      ...masks((options) => model.fit(x, y, options), [6, 4]),
      ...metrics((options) => model.fit(x, y, options)),
      ...divisions((options) => model.fit(x, y, options)),
      ...weights((options) => model.fit(x, y, options), 6, undefined),
      ...weights((given) => model.fit(x, y, { validationData: [x, y, given] }), 6, undefined, 'validationData[2].'),
      ...rowLists((rows) => model.fit(rows, y), ['x', 'y'], unstack(x)),
      ...each('batches', (batches) => model.fit(batches as never), [() => 1, () => null, [].values()]),
      ...each('batches[0]', (batch) => model.fit([batch].values() as never), [null, 1, x, [], [x]]),
      ...pairs((x, y) => model.fit(twinX, twinY, { validationData: [x, y] }), 'validationData[0]', 'validationData[1]'),
    ],
  },
];

const [twinX, twinY] = [x.copy(), y.copy()];
export const models: Table = {
  subjects: [...construction, ...passes],
  watch: () => [
    ...[model, classifier].flatMap(({ parameters: { arena } }) => [arena.data, arena.pass]),
    ...[optimizer.iterations, optimizer.learningRate, x.data, y.data],
  ],
  afterwards: () => {
    expectBits(model.backward(y).dx, twin.model.backward(y).dx);
    const [step, expected] = [model.trainStep(x, y), twin.model.trainStep(x, y)];
    expectBits(Object.values(step).map(Number), Object.values(expected).map(Number));
    expectBits(model.parameters.arena.data, twin.model.parameters.arena.data);
  },
};
