import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { fromKeras, readKeras, toKerasNpz } from '../../../lib/exchange/keras.ts';
import { readNpy, readNpz, toTensor, writeNpy } from '../../../lib/exchange/numpy.ts';
import {
  Activation,
  Bidirectional,
  Dense,
  Dropout,
  Embedding,
  GRU,
  type Layer,
  LayerNormalization,
  LSTM,
  l2,
  Masking,
  maxNorm,
  nonNegative,
  RepeatVector,
  RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  SimpleRNNCell,
  type Tensor,
  TimeDistributed,
  tensor,
} from '../../../lib/index.ts';
import { kerasFile } from '../../support/keras-files.ts';

const sequences = { returnSequences: true } as const;

/** A built model with random biases. */
function built(layers: readonly Layer[], options: object): Sequential {
  const model = new Sequential(layers as [Layer, ...Layer[]], { seed: 3, ...options }).build() as unknown as Sequential;
  for (const parameter of model.parameters) {
    const { name, value } = parameter;
    if (/[bB]ias$|gamma|beta/.test(name)) parameter.assign(randomNormal(value.shape, { seed: 5, dtype: model.dtype }));
  }
  return model;
}

describe('toKerasNpz', () => {
  it('writes the arrays that Keras wrote, to the bit', async () => {
    const bytes = kerasFile('sequential2.h5');
    const { arrays, layers } = await readKeras(bytes);
    const { npz } = toKerasNpz(await fromKeras(bytes), { kerasVersion: '2' });
    const written = [...(await readNpz(npz))];
    const original = layers.flatMap(({ arrays: own }) => own.map((name) => [name, arrays.get(name)!] as const));
    expect(written.map(([, { shape }]) => shape)).toEqual(original.map(([, { shape }]) => shape));
    written.forEach(([name, { data }], k) => {
      const theirs = original[k]![1].data as Float32Array;
      if (!/bidirectional1\/\w+\/bias/.test(name)) expect([name, data]).toEqual([name, theirs]);
      else {
        const sums = (array: Float32Array) =>
          [...array.subarray(0, 6)].map((value, j) => Math.fround(value + array[9 + j]!));
        expect([...sums(data as Float32Array), ...data.subarray(6, 9), ...data.subarray(15)]).toEqual([
          ...sums(theirs),
          ...theirs.subarray(6, 9), // the candidate keeps both
          ...theirs.subarray(15),
        ]);
      }
    });
  });

  it('names arrays, and writes a program', async () => {
    const model = built([new LSTM({ units: 2, ...sequences }), new Dense({ units: 1, activation: 'tanh' })], {
      inputSize: 3,
    });
    const { npz, python } = toKerasNpz(model, { file: 'a "b".npz' });
    expect([...(await readNpz(npz))].map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
      ['lstm1/kernel', [3, 8], 'float32'],
      ['lstm1/recurrent_kernel', [2, 8], 'float32'],
      ['lstm1/bias', [8], 'float32'],
      ['dense1/kernel', [2, 1], 'float32'],
      ['dense1/bias', [1], 'float32'],
    ]);
    expect(python).toBe(`import keras
import numpy as np

model = keras.Sequential([
    keras.layers.LSTM(name="lstm1", units=2, activation="tanh", recurrent_activation="sigmoid", use_bias=True, unit_forget_bias=True, return_sequences=True),
    keras.layers.Dense(name="dense1", units=1, activation="tanh", use_bias=True),
])
model.build((None, None, 3))
weights = np.load("a \\"b\\".npz")
model.layers[0].set_weights([weights["lstm1/kernel"], weights["lstm1/recurrent_kernel"], weights["lstm1/bias"]])
model.layers[1].set_weights([weights["dense1/kernel"], weights["dense1/bias"]])
`);
  });

  it.each([
    [
      'peepholes',
      [new LSTM({ units: 1, peepholes: true })],
      {},
      '"model.lstm1" must compute what Keras\' LSTMCell does: no peepholes; received true',
    ],
    [
      'the hard sigmoid of Keras 2',
      [new LSTM({ units: 1, recurrentActivation: 'hardSigmoidFifth' })],
      {},
      '"model.lstm1" must have hardSigmoidSixth, the hard sigmoid of Keras; received "hardSigmoidFifth"',
    ],
    [
      'that of Keras 3',
      [new LSTM({ units: 1, recurrentActivation: 'hardSigmoidSixth' })],
      { kerasVersion: '2.9' },
      '"model.lstm1" must have hardSigmoidFifth, the hard sigmoid of Keras; received "hardSigmoidSixth"',
    ],
    [
      'states that are carried, without a batch size',
      [new LSTM({ units: 1, stateful: true })],
      {},
      '"batchSize" must be given for a stateful model, as Keras fixes it; received undefined',
    ],
  ] as const)('refuses %s', (_, layers, options, message) => {
    const model = built(layers as unknown as readonly Layer[], { inputSize: 2 });
    expect(() => toKerasNpz(model, options)).toThrow(`toKerasNpz: ${message}`);
  });
});

const PYTHON = '/usr/bin/python3';
const present = spawnSync(PYTHON, ['-c', 'import numpy']).status === 0;
const SCRIPT = fileURLToPath(new URL('../../support/keras_program.py', import.meta.url));

const x = randomNormal([3, 5, 2], { seed: 1, dtype: 'float64' });
const ids = tensor([
  [1, 2, 3, 4],
  [4, 1, 0, 0],
]);
const both = (make: () => Layer, mergeMode: 'concat' | 'sum' | 'mul' | 'average' = 'concat') =>
  new Bidirectional({ layers: [make(), make()] as never, mergeMode }) as unknown as Layer;
const rules = { kernelRegularizer: l2(0.1), recurrentConstraint: maxNorm(2), biasConstraint: nonNegative() };

/** Models, their inputs, and the version of Keras that they are written for. */
const CASES: readonly (readonly [name: string, layers: readonly Layer[], input: Tensor, version: string])[] = [
  ['LSTM, Dense', [new LSTM({ units: 4, ...rules }), new Dense({ units: 2, activation: 'softmax' })], x, '3'],
  [
    'GRU of both forms',
    [new GRU({ units: 3, ...sequences }), new GRU({ units: 4, resetAfter: true, ...sequences })],
    x,
    '3',
  ],
  ['hard sigmoids of Keras 2', [new GRU({ units: 3, recurrentActivation: 'hardSigmoidFifth' })], x, '2'],
  [
    'hard sigmoids of Keras 3',
    [
      new LSTM({ units: 3, recurrentActivation: 'hardSigmoidSixth' }),
      new Activation({ activation: 'hardSigmoidSixth' }),
    ],
    x,
    '3',
  ],
  [
    'without bias',
    [new GRU({ units: 3, useBias: false, resetAfter: true, ...sequences }), new Dense({ units: 1, useBias: false })],
    x,
    '3',
  ],
  [
    'backwards',
    [new SimpleRNN({ units: 3, goBackwards: true, activation: 'relu', ...sequences }), new Dropout({ rate: 0.5 })],
    x,
    '3',
  ],
  [
    'two directions',
    [both(() => new LSTM({ units: 2, ...sequences })), both(() => new GRU({ units: 2, resetAfter: true }), 'sum')],
    x,
    '3',
  ],
  [
    'other merges',
    [both(() => new LSTM({ units: 2, ...sequences }), 'mul'), both(() => new SimpleRNN({ units: 2 }), 'average')],
    x,
    '3',
  ],
  [
    'masks',
    [new Embedding({ inputDim: 5, outputDim: 3, maskZero: true }), both(() => new GRU({ units: 2 }))],
    ids,
    '3',
  ],
  [
    'normalization',
    [
      new Masking({ maskValue: 0 }),
      new LayerNormalization({ epsilon: 0.1 }),
      new RNN({ cell: new SimpleRNNCell({ units: 3 }) }),
    ],
    x,
    '3',
  ],
  [
    'parts of it',
    [new LayerNormalization({ center: false }), new LayerNormalization({ scale: false }), new LSTM({ units: 2 })],
    x,
    '3',
  ],
  [
    'repeated',
    [
      new LSTM({ units: 3 }),
      new RepeatVector({ times: 4 }),
      new TimeDistributed({ layers: [new Dense({ units: 2 })] }) as unknown as Layer,
    ],
    x,
    '3',
  ],
];

(present ? describe : describe.skip)(`the program${present ? '' : ', skipped: NumPy is not installed'}`, () => {
  it.each(CASES)('computes the same: %s', async (_, layers, input, version) => {
    const folder = mkdtempSync(join(tmpdir(), 'keras-'));
    try {
      const model = built(layers, { dtype: 'float64', ...(input === x && { inputSize: 2 }) });
      const { npz, python } = toKerasNpz(model, { kerasVersion: version });
      writeFileSync(join(folder, 'weights.npz'), npz);
      writeFileSync(join(folder, 'program.py'), python);
      writeFileSync(join(folder, 'x.npy'), writeNpy(input));
      execFileSync(PYTHON, ['-B', SCRIPT, folder, version]);
      const y = toTensor(readNpy(new Uint8Array(readFileSync(join(folder, 'y.npy')))), { dtype: 'float64' });
      const own = model.predict(input) as Tensor;
      expect(own.shape).toEqual(y.shape);
      const worst = Math.max(...own.data.map((value, k) => Math.abs(value - y.data[k]!)));
      expect(worst).toBeLessThan(1e-13);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
