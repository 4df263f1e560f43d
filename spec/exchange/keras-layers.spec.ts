import { describe, expect, it } from '@jest/globals';
import { type Dialect, type Json, LayerConfig } from '../../lib/exchange/keras-layers/config.ts';
import { layersOfConfig } from '../../lib/exchange/keras-layers/layers.ts';
import type { LSTMCell, RNN } from '../../lib/index.ts';
import { FormatError, Sequential } from '../../lib/index.ts';

// Configs as Keras 1, 2 and 3 and TensorFlow.js spell them.

const dialect: Dialect = {
  where: 'read',
  hardSigmoid: 'hardSigmoidSixth',
  recurrentActivation: 'sigmoid',
  resetAfter: true,
  forTraining: true,
};

const layer = (class_name: string, config: object = {}, more: object = {}): object => ({
  class_name,
  config: { name: class_name.toLowerCase(), ...config },
  ...more,
});
const sequential = (...layers: object[]): Json => ({ class_name: 'Sequential', config: { name: 's', layers } }) as Json;
const lstm = (config: object = {}): object =>
  layer('LSTM', { units: 2, batch_input_shape: [null, null, 3], ...config });
const read = (model: Json, options: Partial<Dialect> = {}) => layersOfConfig({ ...dialect, ...options }, model);
const firstOf = (model: Json, options: Partial<Dialect> = {}) => read(model, options).layers[0]!.layers[0]!;
const refusal = (of: () => unknown): string => {
  try {
    of();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  return 'none';
};

describe('the options of a layer', () => {
  it('are those of its config', () => {
    const { cell, returnSequences, goBackwards, dropout, recurrentDropout } = firstOf(
      sequential(
        lstm({
          activation: 'softsign',
          recurrent_activation: 'hard_sigmoid',
          use_bias: false,
          return_sequences: true,
          go_backwards: true,
          dropout: 0.25,
          recurrent_dropout: 0.5,
          implementation: 2,
          unroll: false,
          time_major: false,
          return_state: true,
          kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
        }),
      ),
    ) as unknown as RNN<LSTMCell>;
    const { units, activation, recurrentActivation, outputActivation, useBias } = cell;
    expect([units, activation, recurrentActivation, outputActivation, useBias]).toEqual([
      2,
      'softsign',
      'hardSigmoidSixth',
      'softsign',
      false,
    ]);
    expect([returnSequences, goBackwards, dropout, recurrentDropout]).toEqual([true, true, 0.25, 0.5]);
  });

  it('that are absent mean what the program means that wrote it', () => {
    const gru = sequential(layer('GRU', { units: 2 }));
    const cellOf = (options: Partial<Dialect>) => (firstOf(gru, options) as unknown as { cell: object }).cell;
    expect(cellOf({})).toMatchObject({ resetAfter: true, recurrentActivation: 'sigmoid', activation: 'tanh' });
    expect(
      cellOf({ resetAfter: false, recurrentActivation: 'hard_sigmoid', hardSigmoid: 'hardSigmoidFifth' }),
    ).toMatchObject({ resetAfter: false, recurrentActivation: 'hardSigmoidFifth' });
  });

  it('of other layers have the defaults of Keras', () => {
    expect(firstOf(sequential(layer('LayerNormalization')))).toMatchObject({
      epsilon: 1e-3,
      center: true,
      scale: true,
    });
    expect(
      firstOf(sequential(layer('LayerNormalization', { axis: [2], batch_input_shape: [null, 5, 4] }))),
    ).toMatchObject({
      kind: 'LayerNormalization',
    });
    expect(firstOf(sequential(layer('SpatialDropout1D', { rate: 0.5 })))).toMatchObject({ rate: 0.5, per: 'sequence' });
    expect(firstOf(sequential(layer('Dropout', { rate: 0.5, noise_shape: [null, 1, 3] })))).toMatchObject({
      per: 'sequence',
    });
    expect(firstOf(sequential(layer('Dropout', { rate: 0.5 })))).toMatchObject({ per: 'step' });
    expect(firstOf(sequential(layer('Masking')))).toMatchObject({ maskValue: 0 });
    expect(firstOf(sequential(layer('Conv1D', { filters: 2, kernel_size: 3 })))).toMatchObject({
      kernelSize: 3,
      strides: 1,
      dilationRate: 1,
      padding: 'valid',
      activation: 'linear',
    });
  });

  it('of training are kept, refused, or left out on purpose', () => {
    const l2 = { class_name: 'L2', config: { l2: 0.25 } };
    const max = { class_name: 'MaxNorm', config: { max_value: 3, axis: [0] } };
    const { cell } = firstOf(
      sequential(
        lstm({
          kernel_regularizer: l2,
          recurrent_constraint: max,
          bias_constraint: { class_name: 'NonNeg', config: {} },
        }),
      ),
    ) as unknown as RNN<LSTMCell>;
    expect(cell).toMatchObject({
      kernelRegularizer: { name: 'l2', factor: 0.25 },
      recurrentConstraint: { name: 'minMaxNorm', min: 0, max: 3, rate: 1, axis: 0 },
      biasConstraint: { name: 'nonNegative' },
    });
    const l1 = sequential(lstm({ kernel_regularizer: { class_name: 'L1L2', config: { l1: 0.5, l2: 0 } } }));
    expect(refusal(() => read(l1))).toBe(
      'read: "lstm" must have no kernel_regularizer but L2; received l1 of 0.5, l2 of 0 (LSTM). ' +
        'To use the model without training it, give forTraining: false',
    );
    expect(firstOf(l1, { forTraining: false })).toMatchObject({ kind: 'LSTM' });
  });
});

describe('models', () => {
  const input = layer('InputLayer', { batch_shape: [null, null, 3] });
  const functional = (layers: object[], ends: readonly [object, object]): Json =>
    ({
      class_name: 'Functional',
      config: { layers, input_layers: ends[0], output_layers: ends[1] },
    }) as unknown as Json;
  const tensor3 = (name: string): object => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, null, 3], dtype: 'float32', keras_history: [name, 0, 0] },
  });

  it('of Keras 3 are read in the order of their graph', () => {
    const layers = [
      input,
      layer('Dense', { units: 1 }, { name: 'd', inbound_nodes: [{ args: [tensor3('lstm')], kwargs: {} }] }),
      layer(
        'LSTM',
        { units: 2 },
        { name: 'lstm', inbound_nodes: [{ args: [tensor3('inputlayer')], kwargs: { training: false, mask: null } }] },
      ),
    ];
    const model = read(
      functional(layers, [
        ['inputlayer', 0, 0],
        ['d', 0, 0],
      ]),
    );
    expect(model.layers.map(({ name, className }) => [name, className])).toEqual([
      ['lstm', 'LSTM'],
      ['d', 'Dense'],
    ]);
    expect(model.inputSize).toBe(3);
  });

  it.each([
    ['3', { args: [tensor3('inputlayer')], kwargs: { training: true } }],
    ['2', [['inputlayer', 0, 0, { training: true }]]],
  ])('with dropout that stays active are refused, as Keras %s writes them', (_, call) => {
    const layers = [input, layer('LSTM', { units: 2, dropout: 0.5 }, { name: 'lstm', inbound_nodes: [call] })];
    const model = functional(layers, [
      ['inputlayer', 0, 0],
      ['lstm', 0, 0],
    ]);
    expect(refusal(() => read(model))).toBe(
      'read: "lstm" must not be called with training=True, with which dropout is active in predictions; received training=True. Call the layer without training=True, and predict as usual',
    );
  });

  it('of Keras 1 and 2 as well', () => {
    const layers = [
      layer('InputLayer', { batch_input_shape: [null, 5, 3] }, { name: 'in', inbound_nodes: [] }),
      layer('LSTM', { units: 2 }, { name: 'a', inbound_nodes: [[['in', 0, 0, {}]]] }),
      layer('Dense', { units: 1 }, { name: 'b', inbound_nodes: [[['a', 0, 0, {}]]] }),
    ];
    const model = read(functional(layers, [[['in', 0, 0]], [['b', 0, 0]]]));
    expect(model.layers.map(({ name }) => name)).toEqual(['a', 'b']);
    const list = { class_name: 'Sequential', config: [lstm({ name: 'x' }), layer('Dense', { units: 1 })] } as Json;
    expect(read(list).layers.map(({ name }) => name)).toEqual(['x', 'dense']);
  });

  it('within models give their layers', () => {
    const inner = sequential(layer('LSTM', { units: 2 })) as object;
    const { layers, inputSize } = read(sequential(input, inner, layer('Dense', { units: 1 })));
    expect([layers.map(({ name }) => name), inputSize]).toEqual([['lstm', 'dense'], 3]);
  });

  it('that are no chains are refused by the name of a layer', () => {
    const [a, b] = [
      layer('LSTM', { units: 2 }, { name: 'a', inbound_nodes: [[['in', 0, 0, {}]]] }),
      layer('LSTM', { units: 2 }, { name: 'b', inbound_nodes: [[['in', 0, 0, {}]]] }),
    ];
    const start = layer('InputLayer', { batch_input_shape: [null, 5, 3] }, { name: 'in', inbound_nodes: [] });
    const sum = layer(
      'Add',
      {},
      {
        name: 'sum',
        inbound_nodes: [
          [
            ['a', 0, 0, {}],
            ['b', 0, 0, {}],
          ],
        ],
      },
    );
    const ends = (name: string) => [[['in', 0, 0]], [[name, 0, 0]]] as const;
    expect(refusal(() => read(functional([start, a, b, sum], ends('sum'))))).toMatch(
      'read: "sum" must read one layer; received a, b. bptt imports chains of layers',
    );
    expect(refusal(() => read(functional([start, a, b], ends('a'))))).toMatch(
      'read: "b" must lie on the way from in to a; received a branch',
    );
    const given = layer(
      'LSTM',
      { units: 2 },
      { name: 'c', inbound_nodes: [[['in', 0, 0, { initial_state: ['a', 0, 1] }]]] },
    );
    expect(refusal(() => read(functional([start, given], ends('c'))))).toMatch(
      'read: "c" must be called with one array; received initial_state as well. Give states to calls of the model',
    );
    const state = layer('Dense', { units: 1 }, { name: 'd', inbound_nodes: [[['a', 0, 1, {}]]] });
    expect(refusal(() => read(functional([start, a, state], ends('d'))))).toMatch(
      'read: "d" must read the first output of a layer that is used once; received ["a", 0, 1]',
    );
    const circle = layer('LSTM', { units: 2 }, { name: 'c', inbound_nodes: [[['c', 0, 0, {}]]] });
    expect(refusal(() => read(functional([start, circle], ends('c'))))).toBe(
      'read: "config" must be a chain of its layers; received c',
    );
  });
});

/** One layer, and the error for it after "read: ". */
const REFUSED: readonly (readonly [string, object, string])[] = [
  [
    'an unknown layer',
    layer('BatchNormalization'),
    '"batchnormalization" must be a layer that bptt has; received another class (BatchNormalization). bptt has no such layer. Without it, load the weights into a model of your own',
  ],
  [
    'an unknown option',
    lstm({ peephole: true }),
    '"lstm" must have only options that bptt knows, not peephole; received true (LSTM)',
  ],
  [
    'the time first',
    lstm({ time_major: true }),
    '"lstm" must have only options that bptt knows, not time_major; received true (LSTM)',
  ],
  [
    'an unknown activation',
    lstm({ activation: 'elu' }),
    '"lstm" must have one of linear, sigmoid, tanh, relu, softsign, softmax, hard_sigmoid as its activation; received "elu" (LSTM)',
  ],
  [
    'softmax in a cell',
    lstm({ activation: 'softmax' }),
    '"lstm" must have an elementwise activation; received "softmax" (LSTM)',
  ],
  [
    'an activation of Python',
    lstm({ activation: { class_name: 'function' } }),
    '"lstm" must have one of linear, sigmoid, tanh, relu, softsign, softmax, hard_sigmoid as its activation; received an object (Object) (LSTM)',
  ],
  ['no units', layer('GRU'), '"gru" must have a number for units; received undefined (GRU)'],
  ['units of another kind', lstm({ units: '2' }), '"lstm" must have a number for units; received "2" (LSTM)'],
  ['half a unit', lstm({ units: 2.5 }), '"lstm" must have units that must be an integer of at least 1; received 2.5'],
  [
    'a GRU of another gate',
    layer('GRU', { units: 1, recurrent_activation: 'relu' }),
    '"gru" must have a recurrent_activation with 1 − φ(a) = φ(−a); received "relu" (GRU)',
  ],
  [
    'a GRU of positive weights',
    layer('GRU', { units: 1, kernel_constraint: { class_name: 'NonNeg', config: {} } }),
    '"gru" must have no NonNeg, as its update gate has weights of the other sign here; received NonNeg (GRU). To use the model without training it, give forTraining: false',
  ],
  [
    'rules of two biases',
    layer('GRU', { units: 1, bias_regularizer: { class_name: 'L2', config: { l2: 1 } } }),
    '"gru" must have neither regularizer nor constraint of its two biases; received one of them (GRU). To use the model without training it, give forTraining: false',
  ],
  [
    'a frozen layer',
    lstm({ trainable: false }),
    '"lstm" must be trainable, as all layers of bptt are; received trainable: false (LSTM). To use the model without training it, give forTraining: false',
  ],
  [
    'a penalty on outputs',
    lstm({ activity_regularizer: { class_name: 'L2', config: {} } }),
    '"lstm" must have no activity_regularizer; received an object (Object) (LSTM). To use the model without training it, give forTraining: false',
  ],
  [
    'another constraint',
    lstm({ kernel_constraint: { class_name: 'RadialConstraint', config: {} } }),
    '"lstm" must have no kernel_constraint but MaxNorm, MinMaxNorm, UnitNorm and NonNeg; received an object (Object) (LSTM). To use the model without training it, give forTraining: false',
  ],
  [
    'zeros for masked steps',
    lstm({ zero_output_for_mask: true }),
    '"lstm" must not have zero_output_for_mask, which is an option of calls here; received true (LSTM). The option zeroOutputForMask of predict and forward does the same',
  ],
  [
    'two outputs of directions',
    layer('Bidirectional', { layer: lstm(), merge_mode: null }),
    "\"bidirectional\" must have merge_mode 'concat', 'sum', 'mul' or 'ave'; received undefined (Bidirectional)",
  ],
  [
    'a Bidirectional backwards',
    layer('Bidirectional', { layer: lstm({ go_backwards: true }), merge_mode: 'sum' }),
    '"bidirectional/lstm" must not have go_backwards; received go_backwards: true (LSTM)',
  ],
  [
    'a backward layer forwards',
    layer('Bidirectional', { layer: lstm(), backward_layer: lstm(), merge_mode: 'sum' }),
    '"bidirectional/lstm" must have go_backwards, as the backward layer; received go_backwards: false (LSTM)',
  ],
  [
    'a Bidirectional Dense',
    layer('Bidirectional', { layer: layer('Dense', { units: 1 }), merge_mode: 'sum' }),
    '"bidirectional/dense" must be recurrent, in a Bidirectional; received another layer (Dense)',
  ],
  [
    'an unknown cell',
    layer('RNN', { cell: layer('PeepholeLSTMCell', { units: 1 }) }),
    '"rnn/peepholelstmcell" must have cells LSTMCell, GRUCell or SimpleRNNCell; received PeepholeLSTMCell (PeepholeLSTMCell)',
  ],
  [
    'a stack without cells',
    layer('RNN', { cell: layer('StackedRNNCells', { cells: [] }) }),
    '"rnn/stackedrnncells" must have at least one cell; received none (StackedRNNCells)',
  ],
  [
    'an LSTM for each time step',
    layer('TimeDistributed', { layer: lstm() }),
    '"timedistributed/lstm" must be one of the layers that bptt has, in a TimeDistributed; received LSTM (LSTM)',
  ],
  [
    'another axis',
    layer('LayerNormalization', { axis: 1 }),
    '"layernormalization" must normalize the last axis; received axis 1 (LayerNormalization)',
  ],
  [
    'the norm alone',
    layer('LayerNormalization', { rms_scaling: true }),
    '"layernormalization" must subtract the mean; received rms_scaling: true (LayerNormalization)',
  ],
  [
    'groups',
    layer('Conv1D', { filters: 2, kernel_size: [3], groups: 2 }),
    '"conv1d" must have one group; received groups (Conv1D)',
  ],
  [
    'channels first',
    layer('Conv1D', { filters: 2, kernel_size: [3], data_format: 'channels_first' }),
    '"conv1d" must have data_format \'channels_last\'; received "channels_first" (Conv1D)',
  ],
  [
    'a noise of rows',
    layer('Dropout', { rate: 0.5, noise_shape: [1, null, 3] }),
    '"dropout" must have no noise_shape but [null, 1, features]; received [1, null, 3] (Dropout). To use the model without training it, give forTraining: false',
  ],
  ['a leaky unit', layer('ReLU', { negative_slope: 0.1 }), '"relu" must have negative_slope 0; received 0.1 (ReLU)'],
  [
    'images',
    layer('Dense', { units: 1, batch_input_shape: [null, 2, 3, 4] }),
    '"dense" must take an input of [batch, features] or [batch, time, features]; received [null, 2, 3, 4]',
  ],
];

describe('what bptt does not compute is refused', () => {
  it.each(REFUSED)('%s', (_, given, message) => {
    expect(refusal(() => read(sequential(given)))).toBe(`read: ${message}`);
  });

  it('a hard sigmoid that may mean two things', () => {
    const model = sequential(lstm({ recurrent_activation: 'hard_sigmoid' }));
    expect(refusal(() => read(model, { hardSigmoid: undefined }))).toBe(
      'read: "lstm" must have one meaning of its recurrent_activation; received "hard_sigmoid" (LSTM). ' +
        "Give the option hardSigmoid: 'hardSigmoidFifth' as TensorFlow.js computes, or 'hardSigmoidSixth' as Keras 3",
    );
  });

  it('masks that have another effect', () => {
    const masking = layer('Masking', { batch_input_shape: [null, null, 3] });
    const of = (...layers: object[]) => refusal(() => read(sequential(masking, ...layers)));
    expect(of(lstm({ go_backwards: true, return_sequences: true }))).toBe(
      'read: "lstm" must not read masked sequences backwards and return them; received a mask and a layer that reads backwards',
    );
    const convolution = layer('Conv1D', { filters: 1, kernel_size: 2, padding: 'causal' });
    expect(of(convolution)).toMatch('read: "conv1d" must not get a mask');
    expect(of(lstm(), layer('Dense', { units: 1 }))).toBe('none');
  });

  it('keys of every object', () => {
    const config = new LayerConfig(dialect, 'a', 'A', {});
    expect([config.get('constructor'), config.get('__proto__'), config.get('toString')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('weights', () => {
  it('have the names and shapes of Keras, in its order', () => {
    const both = layer('Bidirectional', {
      layer: layer('GRU', { units: 2, return_sequences: true }),
      merge_mode: 'concat',
    });
    const stack = layer('RNN', {
      cell: layer('StackedRNNCells', {
        cells: [layer('LSTMCell', { units: 2 }), layer('SimpleRNNCell', { units: 1 })],
      }),
      return_sequences: true,
    });
    const norm = layer('LayerNormalization', {});
    const made = read(sequential(both, stack, norm, layer('TimeDistributed', { layer: layer('Dense', { units: 3 }) })));
    new Sequential(made.layers.flatMap(({ layers }) => layers) as never, { inputSize: 3 }).build();
    const listed = made.layers.map((each) =>
      each
        .weights()
        .map(({ part, arrays }) => [part, ...arrays.map(({ name, shape }) => `${name} [${shape.join(', ')}]`)]),
    );
    expect(listed).toEqual([
      [
        ['forward', 'kernel [3, 6]', 'recurrent_kernel [2, 6]', 'bias [2, 6]'],
        ['backward', 'kernel [3, 6]', 'recurrent_kernel [2, 6]', 'bias [2, 6]'],
      ],
      [
        [0, 'kernel [4, 8]', 'recurrent_kernel [2, 8]', 'bias [8]'],
        [1, 'kernel [2, 1]', 'recurrent_kernel [1, 1]', 'bias [1]'],
      ],
      [[undefined, 'gamma [1]', 'beta [1]']],
      [[undefined, 'kernel [1, 3]', 'bias [3]']],
    ]);
  });

  it('are written as they were read', () => {
    const made = read(sequential(layer('GRU', { units: 2 }), layer('Dense', { units: 3 })));
    new Sequential(made.layers.flatMap(({ layers }) => layers) as never, { inputSize: 3 }).build();
    for (const weights of made.layers.flatMap((each) => each.weights())) {
      const values = weights.arrays.map(({ shape }, k) =>
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, j) => k + j / 64),
      );
      const given = values.map((each) => each.slice());
      if (weights.isCell) given[2]!.fill(0, 6, 10); // our sum of two biases, except the candidate's
      const assigned = weights.read(given);
      for (const { parameter, values: own } of assigned)
        for (let k = 0; k < own.length; k++) parameter.value.set(...indexOf(parameter.value.shape, k), own[k]!);
      expect(weights.write()).toEqual(given);
    }
  });
});

/** The index of an element. */
function indexOf(shape: readonly number[], k: number): number[] {
  return shape.length === 1 ? [k] : [Math.floor(k / shape[1]!), k % shape[1]!];
}
