// Models of TensorFlow.js, as descriptions in JSON: fixed ones with every layer that bptt has too, and random ones.

/**
 * A layer is [name in tf.layers, options]; within options, `layer`, `cell` are described the same way.
 *
 * @typedef {[kind: string, options: object]} Described
 * @typedef {{ name: string, inputShape: (number | null)[], B: number, T: number, layers: Described[], padded?: boolean,
 *   tokens?: number, quantize?: 'uint8' | 'uint16' | 'float16' }} Description
 */

const sequences = { units: 4, returnSequences: true };
const last = { units: 4 };
const GRU = { resetAfter: false };

/** @type {readonly (Partial<Description> & Pick<Description, 'name' | 'layers'>)[]} */
const FIXED = [
  { name: 'LSTM, defaults', layers: [['lstm', last]] },
  {
    name: 'LSTM, sigmoid, no bias',
    layers: [['lstm', { ...sequences, recurrentActivation: 'sigmoid', useBias: false }]],
  },
  {
    name: 'LSTM, softsign, relu',
    layers: [['lstm', { ...sequences, activation: 'softsign', recurrentActivation: 'relu' }]],
  },
  {
    name: 'LSTM, backwards',
    layers: [
      ['lstm', { ...sequences, goBackwards: true }],
      ['dense', { units: 2 }],
    ],
  },
  { name: 'GRU, defaults', layers: [['gru', { ...last, ...GRU }]] },
  { name: 'GRU, sigmoid, sequences', layers: [['gru', { ...sequences, ...GRU, recurrentActivation: 'sigmoid' }]] },
  { name: 'GRU, linear, no bias', layers: [['gru', { ...sequences, ...GRU, activation: 'linear', useBias: false }]] },
  { name: 'SimpleRNN', layers: [['simpleRNN', sequences]] },
  {
    name: 'SimpleRNN, relu, last output backwards',
    layers: [['simpleRNN', { ...last, activation: 'relu', goBackwards: true }]],
  },
  ...['concat', 'sum', 'mul', 'ave'].map((mergeMode) => ({
    name: `Bidirectional, ${mergeMode}`,
    layers: [
      ['bidirectional', { layer: ['lstm', sequences], mergeMode }],
      ['bidirectional', { layer: ['gru', { ...last, ...GRU }], mergeMode }],
    ],
  })),
  {
    name: 'RNN of a cell, and of a stack of cells',
    layers: [
      ['rnn', { cell: ['simpleRNNCell', { units: 3 }], returnSequences: true }],
      [
        'rnn',
        {
          cells: [
            ['lstmCell', { units: 3 }],
            ['gruCell', { units: 4, ...GRU }],
            ['simpleRNNCell', { units: 2 }],
          ],
        },
      ],
    ],
  },
  {
    name: 'a stack of cells, backwards',
    layers: [
      [
        'rnn',
        {
          cells: [
            ['gruCell', { units: 3, ...GRU }],
            ['lstmCell', { units: 2 }],
          ],
          returnSequences: true,
          goBackwards: true,
        },
      ],
    ],
  },
  {
    name: 'language model',
    tokens: 7,
    layers: [
      ['embedding', { inputDim: 7, outputDim: 3 }],
      ['lstm', sequences],
      ['dense', { units: 7, activation: 'softmax' }],
    ],
  },
  {
    name: 'masks of an Embedding',
    tokens: 7,
    padded: true,
    layers: [
      ['embedding', { inputDim: 7, outputDim: 3, maskZero: true }],
      ['gru', { ...sequences, ...GRU }],
      ['lstm', last],
    ],
  },
  {
    name: 'Masking, sequences',
    padded: true,
    layers: [
      ['masking', { maskValue: -1 }],
      ['gru', { ...sequences, ...GRU }],
    ],
  },
  {
    name: 'Masking, several layers',
    padded: true,
    layers: [
      ['masking', {}],
      ['lstm', sequences],
      ['timeDistributed', { layer: ['dense', { units: 3, activation: 'tanh' }] }],
      ['simpleRNN', last],
    ],
  },
  {
    name: 'Masking, Bidirectional',
    padded: true,
    layers: [
      ['masking', {}],
      ['bidirectional', { layer: ['lstm', last], mergeMode: 'concat' }],
    ],
  },
  {
    name: 'layers without a cell',
    layers: [
      ['layerNormalization', {}],
      ['timeDistributed', { layer: ['dense', { units: 5, activation: 'hardSigmoid' }] }],
      ['layerNormalization', { epsilon: 0.1, scale: false }],
      ['activation', { activation: 'softsign' }],
      ['dropout', { rate: 0.3 }],
      ['spatialDropout1d', { rate: 0.2 }],
      ['lstm', { ...last, dropout: 0.1, recurrentDropout: 0.2 }],
      ['repeatVector', { n: 3 }],
      ['gru', { ...sequences, ...GRU }],
      ['dense', { units: 2, activation: 'softmax', useBias: false }],
    ],
  },
  ...['valid', 'same'].map((padding) => ({
    name: `Conv1D, ${padding}`,
    layers: [
      ['conv1d', { filters: 4, kernelSize: 3, padding, dilationRate: padding === 'same' ? 1 : 2, activation: 'relu' }],
      ['conv1d', { filters: 3, kernelSize: 2, padding, strides: 2 }],
      ['gru', { ...last, ...GRU }],
    ],
  })),
  ...['uint8', 'uint16', 'float16'].map((quantize) => ({
    name: `quantized to ${quantize}`,
    quantize,
    layers: [
      ['lstm', sequences],
      ['dense', { units: 2 }],
    ],
  })),
  {
    name: 'no time steps',
    inputShape: [3],
    layers: [
      ['dense', { units: 4, activation: 'relu' }],
      ['reLU', {}],
      ['dense', { units: 2 }],
      ['softmax', {}],
    ],
  },
];

/** @type {readonly Description[]} */
export const descriptions = FIXED.map((each) => ({
  inputShape: each.tokens === undefined ? [null, 3] : [null],
  B: 3,
  T: 7,
  ...each,
}));

/** Numbers from 0 to below 1 (mulberry32). */
export function numbersFrom(seed) {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BOUNDED = ['tanh', 'softsign', 'sigmoid', 'hardSigmoid'];
const SIZES = [1, 2, 3, 5, 8, 9];

/** A random model: cells × directions × depth × activations, with masks or without. @returns {Description} */
export function randomDescription(seed) {
  const next = numbersFrom(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const flip = (share = 0.5) => next() < share;
  const recurrent = (returnSequences) => {
    const kind = pick(['lstm', 'gru', 'simpleRNN']);
    const common = { units: pick(SIZES), returnSequences, useBias: flip(0.8), activation: pick(BOUNDED) };
    if (kind === 'simpleRNN') return [kind, common];
    const gates = { ...common, recurrentActivation: pick(['sigmoid', 'hardSigmoid']) };
    return [kind, kind === 'gru' ? { ...gates, ...GRU } : gates];
  };
  const stack = (returnSequences) => {
    const cells = Array.from({ length: 1 + Math.floor(next() * 3) }, () => {
      const [kind, { returnSequences: _, ...options }] = recurrent(false);
      return [`${kind}Cell`, options];
    });
    return ['rnn', { cells, returnSequences }];
  };
  const between = () =>
    pick([
      ['dense', { units: pick(SIZES), activation: pick(BOUNDED) }],
      ['timeDistributed', { layer: ['dense', { units: pick(SIZES), activation: pick(BOUNDED) }] }],
      ['dropout', { rate: 0.3 }],
    ]);
  const masked = pick(['none', 'none', 'masking', 'embedding']);
  const layers = [];
  if (masked === 'masking') layers.push(['masking', { maskValue: pick([0, -1, 0.5]) }]);
  if (masked === 'embedding') layers.push(['embedding', { inputDim: 9, outputDim: pick(SIZES), maskZero: flip() }]);
  const depth = pick([1, 1, 2, 3]);
  for (let k = 0; k < depth; k++) {
    const more = k < depth - 1 || (masked === 'none' && flip());
    const kind = next();
    if (kind < 0.3)
      layers.push(['bidirectional', { layer: recurrent(more), mergeMode: pick(['concat', 'sum', 'mul', 'ave']) }]);
    else if (kind < 0.5) layers.push(stack(more));
    else layers.push(recurrent(more));
    const [own, options] = layers.at(-1);
    // masks: a sequence that was read backwards, such as that between cells of a stack, would need a reversed one
    const reversible = own !== 'bidirectional' && (masked === 'none' || (!more && own !== 'rnn'));
    if (k === 0 && flip(0.3) && reversible) options.goBackwards = true;
    if (more && flip(0.4)) layers.push(between());
  }
  layers.push(['dense', { units: pick(SIZES), activation: pick(['linear', 'tanh', 'softmax']) }]);
  const tokens = masked === 'embedding' ? { tokens: 9 } : {};
  return {
    ...{ name: `random ${seed}`, inputShape: masked === 'embedding' ? [null] : [null, pick(SIZES)] },
    ...{ B: pick([1, 2, 5]), T: pick([1, 2, 6, 11]), layers, padded: masked !== 'none', ...tokens },
  };
}
