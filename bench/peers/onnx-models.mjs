// Models that are exported to ONNX, as descriptions in JSON: fixed ones with every layer and option, and random ones. The
// specs build the same models, and compare them with what ONNX Runtime computed.

/**
 * A layer is [class, options]; within options, `layers` and `cell` are described the same way. `zeroTail`: indices after a
 * row's length are 0.
 *
 * @typedef {[kind: string, options: object]} Described
 * @typedef {{ name: string, I?: number, B?: number, T?: number, layers: Described[], options?: { lengths?: boolean,
 *   states?: boolean }, lengths?: number[] }} Description
 */

const H = 5;
const sequences = { units: H, returnSequences: true };
const direction = (kind, options) => [kind, { ...sequences, ...options }];
const both = (options, kind = 'LSTM', first = {}, second = {}) => [
  'Bidirectional',
  { layers: [direction(kind, first), direction(kind, second)], ...options },
];
const last = { returnSequences: false };
const lengths = { options: { lengths: true }, lengths: [4, 7, 1] };
const everything = { options: { lengths: true, states: true }, lengths: [4, 7, 1] };
const states = { options: { states: true } };
const head = ['Dense', { units: 3, activation: 'softmax' }];

/** @type {readonly Description[]} */
export const descriptions = [
  { name: 'LSTM', layers: [['LSTM', { units: H }]] },
  { name: 'LSTM, sequences, lengths', layers: [direction('LSTM')], ...lengths },
  { name: 'LSTM, states', layers: [direction('LSTM')], ...states },
  { name: 'LSTM, no bias', layers: [direction('LSTM', { useBias: false })] },
  { name: 'LSTM, peepholes', layers: [direction('LSTM', { peepholes: true })], ...lengths },
  { name: 'LSTM, clip', layers: [direction('LSTM', { clip: 0.5 })] },
  { name: 'LSTM, input_forget', layers: [direction('LSTM', { coupledGate: 'forget', peepholes: true })] },
  {
    name: 'LSTM, activations',
    layers: [
      direction('LSTM', {
        activation: 'softsign',
        recurrentActivation: 'hardSigmoidFifth',
        outputActivation: 'hardSigmoidSixth',
      }),
    ],
  },
  { name: 'LSTM, linear output', layers: [direction('LSTM', { outputActivation: 'linear', activation: 'relu' })] },
  { name: 'LSTM, backwards', layers: [direction('LSTM', { goBackwards: true }), head], ...everything },
  { name: 'LSTM, backwards, last output', layers: [['LSTM', { units: H, goBackwards: true }], head], ...lengths },
  { name: 'LSTM, trained initial state', layers: [direction('LSTM', { trainInitialState: true })] },
  { name: 'LSTM, stateful', layers: [direction('LSTM', { stateful: true })], ...states },
  { name: 'GRU, reset before', layers: [direction('GRU')], ...everything },
  { name: 'GRU, reset after', layers: [direction('GRU', { resetAfter: true })], ...everything },
  { name: 'GRU, reset after, no bias', layers: [direction('GRU', { resetAfter: true, useBias: false })] },
  {
    name: 'GRU, activations',
    layers: [direction('GRU', { activation: 'relu', recurrentActivation: 'hardSigmoidFifth', clip: 2 })],
  },
  { name: 'GRU, linear candidate', layers: [direction('GRU', { activation: 'linear', resetAfter: true })] },
  { name: 'SimpleRNN', layers: [direction('SimpleRNN')], ...everything },
  { name: 'SimpleRNN, relu, clip', layers: [direction('SimpleRNN', { activation: 'relu', clip: 1 })] },
  { name: 'RNN of a cell', layers: [['RNN', { cell: ['GRUCell', { units: 4 }], dropout: 0.5 }]] },
  { name: 'Bidirectional LSTM', layers: [both({}), ['Dropout', { rate: 0.5 }], head], ...everything },
  { name: 'Bidirectional, last outputs', layers: [both({}, 'GRU', last, last)], ...lengths },
  {
    name: 'Bidirectional, other activations each way',
    layers: [both({}, 'LSTM', { recurrentActivation: 'hardSigmoidSixth' }, { useBias: false, activation: 'linear' })],
  },
  { name: 'Bidirectional, other sizes', layers: [both({}, 'GRU', { resetAfter: true }, { units: 3 })], ...states },
  { name: 'Bidirectional, sum', layers: [both({ mergeMode: 'sum' })], ...everything },
  { name: 'Bidirectional, mul, last outputs', layers: [both({ mergeMode: 'mul' }, 'GRU', last, last)] },
  { name: 'Bidirectional, average', layers: [both({ mergeMode: 'average' }, 'SimpleRNN')] },
  { name: 'Bidirectional, one trained state', layers: [both({}, 'LSTM', { trainInitialState: true })] },
  { name: 'Bidirectional after backwards', layers: [direction('GRU', { goBackwards: true }), both({})], ...everything },
  {
    name: 'two layers',
    layers: [direction('GRU', { resetAfter: true }), ['LSTM', { units: 4 }], ['Dense', { units: 2, useBias: false }]],
    ...everything,
  },
  {
    name: 'language model',
    I: 1,
    layers: [['Embedding', { inputDim: 11, outputDim: 4 }], direction('LSTM'), head],
    ...everything,
  },
  {
    name: 'masks of an Embedding as lengths',
    I: 1,
    layers: [['Embedding', { inputDim: 11, outputDim: 4, maskZero: true }], direction('GRU'), head],
    ...lengths,
  },
  {
    name: 'pointwise layers',
    layers: [
      ['LayerNormalization', { epsilon: 0.01 }],
      [
        'TimeDistributed',
        {
          layers: [
            ['Dense', { units: 4, activation: 'relu' }],
            ['LayerNormalization', { scale: false }],
          ],
        },
      ],
      direction('SimpleRNN'),
      ['LayerNormalization', { center: false }],
      ['Activation', { activation: 'softsign' }],
      ['Dense', { units: 3, activation: 'hardSigmoidSixth' }],
    ],
    ...lengths,
  },
  {
    name: 'no time steps',
    layers: [
      ['Dense', { units: 4, activation: 'tanh' }],
      ['Activation', { activation: 'sigmoid' }],
    ],
  },
  {
    name: 'repeated after backwards',
    layers: [['GRU', { units: 4, goBackwards: true }], ['RepeatVector', { times: 3 }], direction('LSTM')],
  },
  {
    name: 'RepeatVector',
    layers: [['GRU', { units: 4 }], ['RepeatVector', { times: 3 }], direction('LSTM')],
    ...states,
  },
  {
    name: 'Residual',
    layers: [
      ['Residual', { layers: [['GRU', { units: 4, returnSequences: true }]] }],
      ['Residual', { layers: [['Dense', { units: 3 }]], merge: 'concat' }],
    ],
    ...everything,
  },
  {
    name: 'Conv1D, valid',
    layers: [
      ['Conv1D', { filters: 3, kernelSize: 3, dilationRate: 2 }],
      ['GRU', { units: 4 }],
    ],
  },
  {
    name: 'Conv1D, same',
    layers: [
      ['Dense', { units: 4 }],
      ['Conv1D', { filters: 3, kernelSize: 4, padding: 'same' }],
    ],
    ...lengths,
  },
  { name: 'Conv1D, same, strides', layers: [['Conv1D', { filters: 3, kernelSize: 4, padding: 'same', strides: 3 }]] },
  {
    name: 'Conv1D, causal',
    layers: [
      ['Conv1D', { filters: 3, kernelSize: 3, padding: 'causal', activation: 'relu' }],
      ['GRU', { units: 4 }],
    ],
    ...everything,
  },
  {
    name: 'Conv1D, causal, states',
    layers: [['Conv1D', { filters: 3, kernelSize: 3, padding: 'causal', dilationRate: 2, useBias: false }]],
    ...states,
  },
  {
    name: 'Conv1D, causal, strides',
    layers: [['Conv1D', { filters: 3, kernelSize: 3, padding: 'causal', strides: 2 }]],
  },
];

/** A layer from its description, of the classes of `bptt`. */
function layerOf(bptt, [kind, options]) {
  const { layers, cell, ...plain } = options;
  return new bptt[kind]({
    ...plain,
    ...(layers !== undefined && { layers: layers.map((layer) => layerOf(bptt, layer)) }),
    ...(cell !== undefined && { cell: layerOf(bptt, cell) }),
  });
}

/**
 * The model of a description, with random parameters.
 *
 * @param {object} bptt - the library
 * @param {Description} description
 */
export function modelOf(bptt, { I = 4, layers }) {
  const indices = layers[0][0] === 'Embedding';
  const sizes = indices ? {} : { inputSize: I };
  const model = new bptt.Sequential(
    layers.map((layer) => layerOf(bptt, layer)),
    sizes,
  ).build(I);
  model.parameters.names.forEach((name, k) => {
    const { value } = model.parameters.get(name);
    model.parameters.get(name).assign(bptt.randomNormal(value.shape, { seed: 100 + k, sd: 0.4 }));
  });
  return model;
}

/**
 * Input of a description, its initial states by name of the graph's input, and the result of the model: `y` and
 * `final.lstm1.h`, …; each a tensor.
 *
 * @param {object} bptt - the library
 * @param {Description} description
 * @param {object} model - of `modelOf`
 */
export function computed(bptt, description, model) {
  const { B = 3, T = 7, I = 4, layers, options = {} } = description;
  const { lengths: counts } = description;
  const x = inputOf(bptt, { B, T, I, counts, table: layers[0], needsTime: model.needsTime });
  const given = model.masks ? {} : { lengths: counts }; // a model that masks by itself takes none
  const masking = counts === undefined ? {} : { ...given, zeroOutputForMask: true };
  if (options.states !== true)
    return { x, initial: {}, outputs: { y: model.forward(x, { ...masking, inference: true }) } };
  const initial = {};
  const initialState = {};
  model.stateSpecs(I).forEach(({ path, width }, k) => {
    const state = bptt.randomNormal([B, width], { seed: 300 + k, sd: 0.5 });
    initial[`initial.${path.join('.')}`] = state;
    path.slice(0, -1).reduce((at, name) => (at[name] ??= {}), initialState)[path.at(-1)] = state;
  });
  const { output, state } = model.forward(x, { ...masking, initialState, returnState: true, inference: true });
  const finals = model
    .stateSpecs(I)
    .map(({ path }) => [`final.${path.join('.')}`, path.reduce((at, name) => at[name], state)]);
  return { x, initial, outputs: { y: output, ...Object.fromEntries(finals) } };
}

function inputOf(bptt, { B, T, I, counts, table: [kind, { inputDim }], needsTime }) {
  if (kind !== 'Embedding') return bptt.randomNormal(needsTime ? [B, T, I] : [B, I], { seed: 7 });
  const rows = Array.from({ length: B }, (_, b) =>
    Array.from({ length: T }, (_, t) => (t >= (counts?.[b] ?? T) ? 0 : 1 + ((b * 5 + t * 3) % (inputDim - 1)))),
  );
  return bptt.tensor(rows);
}
