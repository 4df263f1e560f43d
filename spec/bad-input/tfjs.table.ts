import { fromTfjs, loadBasicLSTMCell, readTfjs, toTfjs } from '../../lib/exchange/tfjs.ts';
import {
  Activation,
  Bidirectional,
  Conv1D,
  Dense,
  GRU,
  type Layer,
  LayerNormLSTM,
  LSTM,
  LSTMCell,
  Masking,
  MGU,
  nonNegative,
  Residual,
  RNN,
  Sequential,
  SimpleRNN,
  TimeDistributed,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { l2 } from '../../lib/regularization/l2.ts';
import { type BadCall, each, notBoolean, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import { LeakyCell } from '../support/leaky-cell.ts';
import type { Table } from '../support/refusals.ts';

const model = new Sequential([new LSTM({ units: 2, returnSequences: true }), new Dense({ units: 1 })], {
  inputSize: 3,
}).build();
const { modelJson, weights, path } = toTfjs(model);

const lstm = new LSTM({ units: 2, inputSize: 3 }).build();
const lstmArrays = { kernel: zeros([5, 8]), bias: zeros([8]) };

const noJson = [undefined, null, 1, true, new ArrayBuffer(3), new Float32Array(3), () => '{}'];
const noModels = [undefined, null, 1, 'model', {}, [], new GRU({ units: 1 }), Sequential];
const noWeights = [undefined, null, 1, 'bytes', {}, [1], [null], new ArrayBuffer(552), new Float32Array(138)];

/** Writes a model of some layers. */
const written = (layers: readonly Layer[], options = {}) =>
  toTfjs(new Sequential([...layers] as [Layer]).build(3), options);

function spoiled(value: number): Sequential {
  const copy = Sequential.fromBytes(model.toBytes());
  copy.parameters.get('lstm1.bias').value.set(7, value);
  return copy as unknown as Sequential;
}

const sequences = { units: 2, returnSequences: true };

function withState(): Sequential {
  const trained = new Sequential([new GRU({ ...sequences, trainInitialState: true })], { inputSize: 3 }).build();
  trained.parameters.get('gru1.initialH').value.set(1, 1);
  return trained as unknown as Sequential;
}

/** Layers that TensorFlow.js cannot express. */
const refused: BadCall[] = (
  [
    ['model.mgu1', () => [new MGU(sequences)]],
    ['model.rnn1', () => [new RNN({ cell: new LeakyCell({ units: 1 }) })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, projectionSize: 1 })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, coupledGate: 'input' })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, peepholes: true })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, clip: 1 })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, outputActivation: 'linear' })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, zoneout: 0.1 })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, zoneout: { c: 0.1 } })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, dropout: 0.1, dropoutPer: 'step' })]],
    ['model.lstm1', () => [new LSTM({ ...sequences, recurrentActivation: 'hardSigmoidSixth' })]],
    ['model.gru1', () => [new GRU({ ...sequences, recurrentActivation: 'tanh' })]],
    ['model.gru1', () => [new GRU({ ...sequences, resetAfter: true })]],
    ['model.gru1', () => [new GRU({ ...sequences, kernelConstraint: nonNegative() })]],
    ['model.simpleRNN1', () => [new SimpleRNN({ ...sequences, clip: 1 })]],
    ['model.masking1', () => [new Masking({ maskValue: Number.NaN }), new GRU(sequences)]],
    ['model.conv1D1', () => [new Conv1D({ filters: 1, kernelSize: 2, padding: 'causal' })]],
    ['model.conv1D1', () => [new Conv1D({ filters: 1, kernelSize: 2, strides: 2, dilationRate: 2 })]],
    ['model.layerNormLSTM1', () => [new LayerNormLSTM(sequences)]],
    ['model.residual1', () => [new Residual({ layers: [new Dense({ units: 3 })] })]],
    [
      'model.timeDistributed1',
      () => [new TimeDistributed({ layers: [new Residual({ layers: [new Dense({ units: 3 })] })] })],
    ],
    [
      'model.bidirectional1.backward',
      () => [new Bidirectional({ layers: [new GRU(sequences), new Conv1D({ filters: 2, kernelSize: 1 })] })],
    ],
    ['model.bidirectional1.forward', () => [new Bidirectional({ layers: [new MGU(sequences), new GRU(sequences)] })]],
    ['model.bidirectional1', () => [new Bidirectional({ layers: [new GRU(sequences), new LSTM(sequences)] })]],
    ['model.activation1', () => [new Activation({ activation: 'hardSigmoidSixth' })]],
    ['model.gru1', () => [new Masking(), new GRU({ ...sequences, goBackwards: true })]],
    ['model.conv1D1', () => [new Masking(), new Conv1D({ filters: 1, kernelSize: 2, padding: 'same' })]],
    ['batchSize', () => [new GRU({ ...sequences, stateful: true })]],
  ] as const
).map(([argument, layers], k) => [`${k}: ${argument}`, argument, () => written(layers())]);

export const tfjs: Table = {
  subjects: [
    {
      of: 'fromTfjs',
      withOptions: (options) => fromTfjs(modelJson, weights, options),
      calls: [
        ...each('modelJson', (bad) => fromTfjs(bad, weights), [...noJson, '', 'x', '[]', {}, new Uint8Array(2)]),
        ...each('weights', (bad) => fromTfjs(modelJson, bad), [...noWeights, weights.subarray(1), []]),
        ...each('weights', (bad) => fromTfjs(modelJson, bad), [
          new Map(),
          new Map([['x', weights]]),
          new Map([
            [path, weights],
            ['x', weights],
          ]),
          new Map([[path, 1]]),
        ]),
        ...notOneOf('dtype', (dtype) => fromTfjs(modelJson, weights, { dtype })),
        ...notBoolean('forTraining', (forTraining) => fromTfjs(modelJson, weights, { forTraining })),
        ...notOneOf('hardSigmoid', (hardSigmoid) => fromTfjs(modelJson, weights, { hardSigmoid })),
      ],
    },
    {
      of: 'readTfjs',
      calls: [
        ...each('modelJson', (bad) => readTfjs(bad, weights), [...noJson, '', 'x', '[1]', {}, new Uint8Array(2)]),
        ...each('weights', (bad) => readTfjs(modelJson, bad), [...noWeights, weights.subarray(1), []]),
      ],
    },
    {
      of: 'loadBasicLSTMCell',
      withOptions: (options) => loadBasicLSTMCell(lstm, lstmArrays, options),
      calls: [
        ...each('target', (bad) => loadBasicLSTMCell(bad, lstmArrays), [
          ...[undefined, null, 1, 'lstm1', {}, model, new GRU({ units: 1 }).build(1)],
          ...[new LSTM({ units: 2 }), new LSTM({ units: 2, useBias: false }).build(3)],
          ...[new LSTM({ units: 2, peepholes: true }).build(3), new LSTMCell({ units: 2, clip: 1 }).build(3)],
          new LSTM({ units: 2, recurrentActivation: 'hardSigmoidFifth' }).build(3),
        ]),
        ...each('arrays', (bad) => loadBasicLSTMCell(lstm, bad), [undefined, null, 1, [], { weights: zeros([5, 8]) }]),
        ...each('arrays.kernel', (kernel) => loadBasicLSTMCell(lstm, { ...lstmArrays, kernel }), [undefined, null, 1]),
        ...each('arrays.bias', (bias) => loadBasicLSTMCell(lstm, { ...lstmArrays, bias }), [undefined, null, 1]),
        ...each('arrays.kernel.shape', (kernel) => loadBasicLSTMCell(lstm, { ...lstmArrays, kernel }), [[[1]], {}]),
        ...each('kernel', (kernel) => loadBasicLSTMCell(lstm, { ...lstmArrays, kernel }), [
          zeros([8, 5]),
          tensor(Array.from({ length: 5 }, () => Array(8).fill(Number.NaN))),
        ]),
        ...each('bias', (bias) => loadBasicLSTMCell(lstm, { ...lstmArrays, bias }), [
          zeros([2]),
          tensor(Array(8).fill(Number.POSITIVE_INFINITY)),
        ]),
        ...notNumber('forgetBias', (forgetBias) => loadBasicLSTMCell(lstm, lstmArrays, { forgetBias })),
      ],
    },
    {
      of: 'toTfjs',
      withOptions: (options) => toTfjs(model, options),
      calls: [
        ...each('model', (bad) => toTfjs(bad), noModels),
        ['before any input', undefined, () => toTfjs(new Sequential([new LSTM({ units: 1 })]))],
        ['of float64', 'model', () => toTfjs(model.astype('float64'))],
        ...[Number.NaN, -Infinity].map((bad) => [`${bad}`, 'lstm1/bias', () => toTfjs(spoiled(bad))] as const),
        ...notInteger('batchSize', (batchSize) => toTfjs(model, { batchSize })),
        ['a trained state', 'model.gru1', () => toTfjs(withState())],
        [
          'rules of two biases',
          'model.gru1',
          () => written([new GRU({ ...sequences, resetAfter: true, biasRegularizer: l2(0.1) })]),
        ],
        ...refused,
      ],
    },
  ],
  watch: () => [model, lstm].map(({ parameters: { arena } }) => arena.data.slice(0, arena.kept)),
};
