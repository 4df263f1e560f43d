import { describe, expect, it } from '@jest/globals';
import { type KerasNames, loadKerasWeights } from '../../../lib/exchange/keras.ts';
import {
  Bidirectional,
  Dense,
  Embedding,
  GRU,
  GRUCell,
  type Layer,
  LayerNormalization,
  LSTM,
  LSTMCell,
  RNN,
  Sequential,
  SimpleRNN,
  TimeDistributed,
} from '../../../lib/index.ts';
import { kerasFile } from '../../support/keras-files.ts';
import { differenceFrom } from './difference.ts';

const fifth = { recurrentActivation: 'hardSigmoidFifth' } as const;
const sixth = { recurrentActivation: 'hardSigmoidSixth' } as const;
const sequences = { returnSequences: true } as const;
type Options = { readonly inputSize?: number };

const built = (layers: readonly Layer[], options: Options = {}): Sequential =>
  new Sequential(layers as [Layer, ...Layer[]], { dtype: 'float64', ...options }).build() as unknown as Sequential;

const keras2 = (): Sequential =>
  built([
    new Embedding({ inputDim: 7, outputDim: 3, maskZero: true }),
    new LSTM({ units: 4, ...sequences, ...fifth }),
    new Bidirectional({
      layers: [new GRU({ units: 3, resetAfter: true }), new GRU({ units: 3, resetAfter: true })],
    }),
    new Dense({ units: 2, activation: 'softmax' }),
  ]);
const keras1 = (more: object = {}): Sequential =>
  built(
    [new LSTM({ units: 3, ...sequences, ...fifth }), new GRU({ units: 2, ...fifth, ...more }), new Dense({ units: 1 })],
    { inputSize: 2 },
  );
const cudnn = (lstm: object = {}, gru: object = {}): Sequential =>
  built([new LSTM({ units: 4, ...sequences, ...lstm }), new GRU({ units: 5, resetAfter: true, ...gru })], {
    inputSize: 3,
  });
const keras3 = (more: object = sixth): Sequential =>
  built(
    [
      new GRU({ units: 4, ...sequences, resetAfter: true, ...more }),
      new LayerNormalization({ epsilon: 1e-3 }),
      new SimpleRNN({ units: 3, ...sequences, activation: 'relu' }),
      new GRU({ units: 2, ...sequences, resetAfter: true }),
      new TimeDistributed({ layers: [new Dense({ units: 2, activation: 'tanh' })] }),
    ],
    { inputSize: 3 },
  );

/** The error of loading, and whether the model is as it was. */
async function refused(model: Sequential, bytes: Uint8Array, options: object = {}): Promise<string> {
  const before = model.toBytes();
  const error: unknown = await loadKerasWeights(model, bytes, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(model.toBytes()).toEqual(before);
  return (error as Error | undefined)?.message ?? 'loaded';
}

describe('loadKerasWeights', () => {
  it.each([
    ['weights1.h5', 'arrays of single gates', keras1, {}],
    ['weights2.h5', 'names without :0', keras2, {}],
    ['sequential2.h5', 'a file that has a config too', keras2, {}],
    ['cudnn2.h5', 'layers of cuDNN', cudnn, {}],
    ['only3.weights.h5', 'numbered arrays', keras3, { kerasVersion: '3' }],
    ['functional3.keras', 'an archive', keras3, {}],
  ] as const)('%s: %s', async (file, _, make, options) => {
    const model = make();
    await loadKerasWeights(model, kerasFile(file), options);
    expect(differenceFrom(file, model, 'float64')).toBeLessThan(file === 'cudnn2.h5' ? 2e-7 : 1e-14);
  });

  it('nested3.keras: by name, with a stack of cells and a model within a model', async () => {
    const model = built(
      [
        new RNN({ cell: new LSTMCell({ units: 3 }), ...sequences }),
        new RNN({ cell: new GRUCell({ units: 2, resetAfter: true }), ...sequences }),
        new RNN({ cell: new LSTMCell({ units: 2 }), ...sequences }),
        new Bidirectional({
          layers: [new LSTM({ units: 2, ...sequences }), new LSTM({ units: 2, ...sequences })],
          mergeMode: 'sum',
        }),
        new Dense({ units: 3, activation: 'relu' }),
        new Dense({ units: 1 }),
      ],
      { inputSize: 2 },
    );
    const names: KerasNames = {
      rnn: ['rnn1', 'rnn2', 'rnn3'],
      bidirectional: 'bidirectional1',
      'sequential/layers/dense': 'dense1',
      dense: model.layers[5] as Layer,
    };
    await loadKerasWeights(model, kerasFile('nested3.keras'), { names });
    expect(differenceFrom('nested3.keras', model, 'float64')).toBeLessThan(1e-14);
  });

  it('finds the layers of models within models in order', async () => {
    const inner = new Sequential([new Dense({ units: 3, activation: 'relu' })]);
    const model = built([new LSTM({ units: 2, ...sequences }), inner as unknown as Layer, new Dense({ units: 1 })], {
      inputSize: 2,
    });
    await expect(loadKerasWeights(model, kerasFile('nested3.keras'))).rejects.toThrow(
      'loadKerasWeights: "layers/lstm/cell/vars/0" must contain this array; received none of this name. Similar names in the file: layers/bidirectional/backward_layer/cell/vars/0, layers/bidirectional/forward_layer/cell/vars/0, layers/dense/vars/0, layers/rnn/cell/cells/gru_cell/vars/0, layers/rnn/cell/cells/lstm_cell/vars/0, layers/rnn/cell/cells/lstm_cell_1/vars/0, layers/sequential/layers/dense/vars/0',
    );
  });

  it('loads a part of a file, and leaves out the rest on purpose', async () => {
    const lstm = new LSTM({ units: 4, inputSize: 3, ...fifth }).build();
    const names = {
      lstm_7: lstm,
      embedding_1: null,
      bidirectional_1: null,
      'dense_9/dense_9/kernel': null,
      'dense_9/dense_9/bias': null,
    };
    await loadKerasWeights(lstm, kerasFile('weights2.h5'), { names });
    const model = keras2();
    await loadKerasWeights(model, kerasFile('weights2.h5'));
    const [, theirs] = model.layers as readonly Layer[];
    for (const { name, value } of lstm.parameters)
      expect(value.toArray()).toEqual(theirs!.parameters.get(name).value.toArray());
  });

  it('sets trained initial states to zeros', async () => {
    const layer = new LSTM({ units: 4, inputSize: 3, trainInitialState: true, ...fifth }).build();
    const initial = [...layer.parameters].find(({ name }) => name.startsWith('initial'))!;
    initial.value.data.fill(1);
    const names = { lstm_7: layer, embedding_1: null, bidirectional_1: null, dense_9: null };
    await loadKerasWeights(layer, kerasFile('weights2.h5'), { names });
    expect(initial.value.toArray()).toEqual([0, 0, 0, 0]);
  });

  it('refuses a cell', async () => {
    const model = keras1();
    const { cell } = (model.layers as readonly Layer[] as readonly RNN[])[0]!;
    const names = { lstm_1: cell, gru_1: 'gru1', dense_1: 'dense1' };
    expect(await refused(model, kerasFile('weights1.h5'), { names })).toBe(
      'loadKerasWeights: "names.lstm_1" must be a layer, not a cell; received an object (LSTMCell)',
    );
  });

  it('refuses names that say something else than the order', async () => {
    const bytes = kerasFile('weights2.h5');
    const swapped = bytes.slice(); // the list of weight names: recurrent_kernel before kernel
    const [kernel, recurrent] = ['lstm_7/kernel', 'lstm_7/recurrent_kernel'];
    const at = Buffer.from(bytes).indexOf(kernel);
    const width = recurrent.length;
    swapped.set(Buffer.from(recurrent + kernel), at);
    swapped.fill(0, at + width + kernel.length, at + 2 * width);
    expect(await refused(keras2(), swapped)).toBe(
      'loadKerasWeights: "lstm_7/lstm_7/recurrent_kernel" must be the kernel of lstm1, by its place in the list of weights; received a recurrent_kernel',
    );
  });

  it.each([
    [
      'a hard sigmoid of another version',
      keras1({ recurrentActivation: 'hardSigmoidSixth' }),
      'weights1.h5',
      {},
      'loadKerasWeights: "gru1" must have hardSigmoidFifth, the hard sigmoid of Keras "1"; received "hardSigmoidSixth"',
    ],
    [
      'one beside a gate that has the right one',
      keras1({ activation: 'hardSigmoidSixth' }),
      'weights1.h5',
      {},
      'loadKerasWeights: "gru1" must have hardSigmoidFifth, the hard sigmoid of Keras "1"; received "hardSigmoidSixth"',
    ],
    [
      'zoneout',
      keras1({ zoneout: 0.1 }),
      'weights1.h5',
      {},
      'loadKerasWeights: "gru1" must have no zoneout, which also changes states in predictions; received 0.1',
    ],
    [
      'a hard sigmoid in an unknown version',
      keras3(),
      'only3.weights.h5',
      {},
      "loadKerasWeights: \"kerasVersion\" must be given for gru1 with hardSigmoidSixth, as the file does not say it; received undefined. Give the option kerasVersion: '3', or '2' for a file of Keras 2.12 to 2.15",
    ],
    [
      'a version that the file contradicts',
      keras1(),
      'weights1.h5',
      { kerasVersion: '3' },
      'loadKerasWeights: "kerasVersion" must be that of the file, "1", or be left out; received "3"',
    ],
    [
      'a GRU of the other form',
      keras1({ resetAfter: true }),
      'weights1.h5',
      {},
      'loadKerasWeights: "gru_1/gru_1_b_z" must be the bias of a GRU that resets after the product, as gru1; received [6]. Build gru1 with resetAfter: false',
    ],
    [
      'another form in cuDNN',
      cudnn({}, { resetAfter: false }),
      'cudnn2.h5',
      {},
      'loadKerasWeights: "cu_dnngru_1/cu_dnngru_1/bias:0" must not be the bias of a CuDNNGRU, as gru1 has resetAfter: false; received that of one. Build gru1 with resetAfter: true',
    ],
    [
      'another activation than that of cuDNN',
      cudnn({ activation: 'relu' }),
      'cudnn2.h5',
      {},
      'loadKerasWeights: "cu_dnnlstm_1/cu_dnnlstm_1/bias:0" must not be the bias of a CuDNNLSTM, as lstm1 has relu; received that of one. Build lstm1 with activation: \'tanh\'',
    ],
    [
      'another gate than that of cuDNN',
      cudnn(fifth),
      'cudnn2.h5',
      {},
      'loadKerasWeights: "cu_dnnlstm_1/cu_dnnlstm_1/bias:0" must not be the bias of a CuDNNLSTM, as lstm1 has hardSigmoidFifth; received that of one. Build lstm1 with recurrentActivation: \'sigmoid\'',
    ],
    [
      'another number of units',
      cudnn({ units: 5 }),
      'cudnn2.h5',
      {},
      'loadKerasWeights: "cu_dnnlstm_1/cu_dnnlstm_1/kernel:0" must have shape [3, 20]; received [3, 16] (axis 1: expected 20, got 16)',
    ],
    [
      'no bias',
      cudnn({ useBias: false }),
      'cudnn2.h5',
      {},
      'loadKerasWeights: "cu_dnnlstm_1" must have 2 arrays for lstm1: kernel, recurrent_kernel; received cu_dnnlstm_1/cu_dnnlstm_1/kernel:0, cu_dnnlstm_1/cu_dnnlstm_1/recurrent_kernel:0, cu_dnnlstm_1/cu_dnnlstm_1/bias:0. Build lstm1 with useBias: true',
    ],
    [
      'a reset before the product',
      keras3({ ...sixth, resetAfter: false }),
      'functional3.keras',
      {},
      'loadKerasWeights: "layers/gru/cell/vars/2" must be the bias of a GRU that resets before the product, as gru1; received [2, 12]. Build gru1 with resetAfter: true',
    ],
    [
      'a bias too many',
      keras3({ ...sixth, useBias: false }),
      'functional3.keras',
      {},
      'loadKerasWeights: "arrays" must contain only arrays that the model has a use for; received layers/gru/cell/vars/2. Name their layers in the option names, or leave them out with null: { name: null }',
    ],
    [
      'a layer that is not named',
      keras2(),
      'weights2.h5',
      { names: { dense_9: 'dense1' } },
      'loadKerasWeights: "names" must name a layer of the file for each parameter of the model; received none for embedding1.embeddings, lstm1.recurrentKernel, lstm1.kernel, lstm1.bias, bidirectional1.forward.recurrentKernel, bidirectional1.forward.kernel, bidirectional1.forward.bias, bidirectional1.forward.recurrentBias, bidirectional1.backward.recurrentKernel, bidirectional1.backward.kernel, bidirectional1.backward.bias, bidirectional1.backward.recurrentBias. To take a part of a model only, give that layer instead of the model',
    ],
    [
      'a name that the file lacks',
      keras1(),
      'weights1.h5',
      { names: { a: 'lstm1', gru_1: 'gru1', dense_1: 'dense1' } },
      'loadKerasWeights: "a" must have 3 arrays for lstm1: kernel, recurrent_kernel, bias; received none; the file has lstm_1, gru_1, dense_1',
    ],
    [
      'nothing to leave out',
      keras1(),
      'weights1.h5',
      { names: { a: null } },
      'loadKerasWeights: "names.a" must name something in the file; received null',
    ],
    [
      'layers that are no stack',
      keras1(),
      'weights1.h5',
      { names: { lstm_1: ['lstm1', 'dense1'] } },
      'loadKerasWeights: "names.lstm_1" must list the layers for the cells of a stack; received "dense1"',
    ],
    [
      'another number of layers',
      cudnn(),
      'weights1.h5',
      {},
      'loadKerasWeights: "bytes" must have arrays of 2 layers, for lstm1, gru1; received 3: lstm_1, gru_1, dense_1. Say which layer is which with the option names',
    ],
  ] as const)('refuses %s', async (_, model, file, options, message) => {
    expect(await refused(model, kerasFile(file), options)).toBe(message);
  });
});
