import { importChain, importNode, recurrentNodes, toOnnx } from '../../lib/exchange/onnx.ts';
import {
  Activation,
  Bidirectional,
  Conv1D,
  Dense,
  Embedding,
  GRU,
  type Layer,
  LayerNormLSTM,
  LSTM,
  Masking,
  MGU,
  RepeatVector,
  RNN,
  Sequential,
  SimpleRNN,
  zeros,
} from '../../lib/index.ts';
import { type BadCall, each, notBoolean, notOneOf } from '../support/bad-values.ts';
import { LeakyCell } from '../support/leaky-cell.ts';
import type { Table } from '../support/refusals.ts';

const I = 3;
const model = new Sequential([new LSTM({ units: 2, returnSequences: true }), new Dense({ units: 1 })], {
  inputSize: I,
});
model.build();
const bytes = toOnnx(model);

const noBytes = [undefined, null, 1, 'onnx', [1], {}, new Int8Array(3), new ArrayBuffer(3), zeros([3])];
const noModels = [undefined, null, 1, 'model', {}, [], new GRU({ units: 1 }), Sequential];

/** Exports a model of some layers. */
const exported = (layers: readonly Layer[], options = {}, I = 3): Uint8Array =>
  toOnnx(new Sequential([...layers] as [Layer]).build(I), options);

function spoiled(value: number): Sequential {
  const copy = Sequential.fromBytes(model.toBytes());
  copy.parameters.get('lstm1.bias').value.set(7, value);
  return copy;
}

const sequences = { units: 2, returnSequences: true };

/** Layers that ONNX cannot express. */
const refused: BadCall[] = (
  [
    ['model.mgu1', [new MGU(sequences)]],
    ['model.layerNormLSTM1', [new LayerNormLSTM(sequences)]],
    ['model.rnn1', [new RNN({ cell: new LeakyCell({ units: 1 }) })]],
    ['model.lstm1', [new LSTM({ ...sequences, projectionSize: 1 })]],
    ['model.lstm1', [new LSTM({ ...sequences, coupledGate: 'input' })]],
    ['model.lstm1', [new LSTM({ ...sequences, zoneout: 0.1 })]],
    ['model.lstm1', [new LSTM({ ...sequences, zoneout: { c: 0.1 } })]],
    ['model.lstm1', [new LSTM({ ...sequences, stateful: true })]],
    ['model.gru1', [new GRU({ ...sequences, recurrentActivation: 'tanh' })]],
    ['model.masking1', [new Masking(), new GRU(sequences)]],
    ['model.embedding1', [new Embedding({ inputDim: 3, outputDim: 2, maskZero: true }), new GRU(sequences)]],
    ['model.conv1D1', [new GRU({ ...sequences, goBackwards: true }), new Conv1D({ filters: 1, kernelSize: 1 })]],
    [
      'model.conv1D1',
      [new Conv1D({ filters: 1, kernelSize: 2, padding: 'same', strides: 2, dilationRate: 2 }), new GRU(sequences)],
    ],
    [
      'model.bidirectional1.backward',
      [new Bidirectional({ layers: [new GRU(sequences), new Conv1D({ filters: 2, kernelSize: 1 })] })],
    ],
    ['model.bidirectional1.forward', [new Bidirectional({ layers: [new MGU(sequences), new SimpleRNN(sequences)] })]],
  ] as const
).map(([argument, layers]) => {
  const first: Layer = layers[0];
  return [`${argument}: ${first}`, argument, () => exported(layers, {}, first.kind === 'Embedding' ? 1 : I)];
});

export const onnx: Table = {
  subjects: [
    { of: 'recurrentNodes', calls: each('bytes', (bad) => recurrentNodes(bad), noBytes) },
    {
      of: 'importNode',
      withOptions: (options) => importNode(bytes, options),
      calls: [
        ...each('bytes', (bad) => importNode(bad), noBytes),
        ...each('name', (name) => importNode(bytes, { name }), [null, 1, true, {}]),
        ...each('bytes', (name) => importNode(bytes, { name }), ['', 'lstm2']),
        ...notBoolean('returnSequences', (returnSequences) => importNode(bytes, { returnSequences })),
        ...notOneOf('dtype', (dtype) => importNode(bytes, { dtype })),
      ],
    },
    {
      of: 'importChain',
      withOptions: (options) => importChain(bytes, options),
      calls: [
        ...each('bytes', (bad) => importChain(bad), noBytes),
        ...each('output', (output) => importChain(bytes, { output }), [null, 1, true, {}]),
        ...each('bytes', (output) => importChain(bytes, { output }), ['', 'z']),
        ...notOneOf('dtype', (dtype) => importChain(bytes, { dtype })),
      ],
    },
    {
      of: 'toOnnx',
      withOptions: (options) => toOnnx(model, options),
      calls: [
        ...each('model', (bad) => toOnnx(bad), noModels),
        ['before any input', undefined, () => toOnnx(new Sequential([new LSTM({ units: 1 })]))],
        ['of float64', 'model', () => toOnnx(model.astype('float64'))],
        ...[Number.NaN, -Infinity].map((bad) => [`${bad}`, 'lstm1.bias', () => toOnnx(spoiled(bad))] as const),
        ...notBoolean('lengths', (lengths) => toOnnx(model, { lengths })),
        ...notBoolean('states', (states) => toOnnx(model, { states })),
        [
          'lengths without time steps',
          'lengths',
          () => exported([new Activation({ activation: 'tanh' })], { lengths: true }),
        ],
        [
          'lengths of another number of time steps',
          'lengths',
          () => exported([new GRU({ units: 2 }), new RepeatVector({ times: 2 })], { lengths: true }),
        ],
        ...refused,
      ],
    },
  ],
  watch: () => [model.parameters.arena.data.slice(0, model.parameters.arena.kept)],
};
