import { fromKeras, loadKerasWeights, readKeras, toKerasNpz } from '../../lib/exchange/keras.ts';
import {
  Dense,
  GRU,
  type Layer,
  LayerNormLSTM,
  LSTM,
  MGU,
  nonNegative,
  Residual,
  Sequential,
} from '../../lib/index.ts';
import { type BadCall, type CallWith, each, notBoolean, notInteger, notOneOf } from '../support/bad-values.ts';
import { kerasFile } from '../support/keras-files.ts';
import type { Table } from '../support/refusals.ts';

const bytes = kerasFile('latest.h5'); // a Dense [2, 10]
const model = new Sequential([new Dense({ units: 10 })], { inputSize: 2 }).build();
const lstm = new LSTM({ units: 2, inputSize: 3 });
const noModels = [undefined, null, 1, 'model', {}, [], new GRU({ units: 1 }), Sequential];

const noBytes = [
  undefined,
  null,
  1,
  'bytes',
  [],
  {},
  new ArrayBuffer(8),
  new Float32Array(4),
  new Uint8Array(0),
  new Uint8Array(99),
];
const notBytes = (call: CallWith): BadCall[] => each('bytes', call, noBytes);
const noVersions = [null, 2, '', '0', '4', '23', 'three', ['2'], {}];

function spoiled(value: number): Sequential {
  const copy = Sequential.fromBytes(model.toBytes());
  copy.parameters.get('dense1.bias').value.set(7, value);
  return copy as unknown as Sequential;
}

/** Layers that Keras cannot express. */
const refused: BadCall[] = (
  [
    ['model.mgu1', new MGU({ units: 1 })],
    ['model.layerNormLSTM1', new LayerNormLSTM({ units: 1 })],
    ['model.residual1', new Residual({ layers: [new Dense({ units: 3 })] })],
    ['model.lstm1', new LSTM({ units: 1, clip: 1 })],
    ['model.gru1', new GRU({ units: 1, recurrentActivation: 'tanh' })],
    ['model.gru1', new GRU({ units: 1, resetAfter: true, biasConstraint: nonNegative() })],
  ] as const
).map(([label, layer]) => [
  layer.kind,
  label,
  () => toKerasNpz(new Sequential([layer as unknown as Layer], { inputSize: 3 }).build()),
]);

/** Functions of bptt/exchange/keras. */
export const keras: Table = {
  subjects: [
    { of: 'readKeras', calls: notBytes((bad) => readKeras(bad)) },
    {
      of: 'fromKeras',
      withOptions: (options) => fromKeras(kerasFile('cudnn2.h5'), options),
      calls: [
        ...notBytes((bad) => fromKeras(bad)),
        ['weights alone', 'bytes', () => fromKeras(bytes)],
        ...notOneOf('dtype', (dtype) => fromKeras(kerasFile('cudnn2.h5'), { dtype })),
        ...notBoolean('forTraining', (forTraining) => fromKeras(kerasFile('cudnn2.h5'), { forTraining })),
      ],
    },
    {
      of: 'loadKerasWeights',
      withOptions: (options) => loadKerasWeights(model, bytes, options),
      calls: [
        ...each('model', (bad) => loadKerasWeights(bad, bytes), [undefined, null, 1, 'dense1', {}]),
        ...each('model', (bad) => loadKerasWeights(bad, bytes), [new Dense({ units: 1 })]),
        ...notBytes((bad) => loadKerasWeights(model, bad)),
        ...each('names', (names) => loadKerasWeights(model, bytes, { names }), [
          null,
          1,
          'dense1',
          [],
          {},
          { dense_1: null },
        ]),
        ...each('names.dense_1', (dense_1) => loadKerasWeights(model, bytes, { names: { dense_1 } }), [
          1,
          [],
          'dense2',
          new Dense({ units: 1 }),
          ['dense1', 'dense1'],
        ]),
        ...each('names.gone', (gone) => loadKerasWeights(model, bytes, { names: { dense_1: 'dense1', gone } }), [null]),
        ...each('kerasVersion', (kerasVersion) => loadKerasWeights(model, bytes, { kerasVersion }), [
          ...noVersions,
          '3',
        ]),
        [
          'a cell',
          'names.lstm_1',
          () => loadKerasWeights(lstm.build(), bytes, { names: { lstm_1: lstm.cell as never } }),
        ],
        ['other layers', 'dense_1', () => loadKerasWeights(lstm.build(), bytes)],
        [
          'other sizes',
          'dense_1/dense_1/kernel:0',
          () => loadKerasWeights(new Dense({ units: 9, inputSize: 2 }).build(), bytes),
        ],
      ],
    },
    {
      of: 'toKerasNpz',
      withOptions: (options) => toKerasNpz(model, options),
      calls: [
        ...each('model', (bad) => toKerasNpz(bad), noModels),
        ['before any input', 'model', () => toKerasNpz(new Sequential([new LSTM({ units: 1 })]))],
        ...[Number.NaN, -Infinity].map((bad) => [`${bad}`, 'model.dense1', () => toKerasNpz(spoiled(bad))] as const),
        ...each('file', (file) => toKerasNpz(model, { file }), [null, 1, '', [], 'a'.repeat(1001)]),
        ...each('kerasVersion', (kerasVersion) => toKerasNpz(model, { kerasVersion }), noVersions),
        ...notInteger('batchSize', (batchSize) => toKerasNpz(model, { batchSize })),
        ...refused,
      ],
    },
  ],
  watch: () => [model.parameters.arena.data.slice(0, model.parameters.arena.kept)],
};
