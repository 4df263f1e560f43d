import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ForeignArrays, loadKerasWeights, readKeras } from '../../lib/exchange/keras.ts';
import { Dense, type DType, Embedding, LSTM, randomNormal, Sequential, tensor } from '../../lib/index.ts';

// Weights that Keras wrote: breizhn/DTLN (MIT), dtln_norm_500h.h5 by Keras 2.3.0-tf, and minimaxir/textgenrnn (MIT),
// textgenrnn_weights.hdf5 by Keras 2.1.5, whose layers are CuDNNLSTM. A plain calculation in float64 is the judge.
const FOLDER = new URL('../../../shared/models/', import.meta.url);
const present = existsSync(FOLDER);
const { exp, max, tanh } = Math;
const sigmoid = (a: number): number => 1 / (1 + exp(-a));

type Row = readonly number[];
/** Row of a gate's weights on an input: a_j = Σ over i of weight(j, i) x_i. */
type Weight = (j: number, i: number) => number;

interface Gate {
  readonly input: Weight;
  readonly recurrent: Weight;
  readonly bias: (j: number) => number;
}

/** The outputs of an LSTM for a sequence. Gates i, f, c, o. */
function lstm(H: number, gates: readonly Gate[], xs: readonly Row[]): number[][] {
  let [h, c] = [Array<number>(H).fill(0), Array<number>(H).fill(0)];
  const dot = (weight: Weight, j: number, v: Row): number => v.reduce((sum, value, i) => sum + weight(j, i) * value, 0);
  return xs.map((x) => {
    const [i, f, g, o] = gates.map(({ input, recurrent, bias }) =>
      h.map((_, j) => dot(input, j, x) + dot(recurrent, j, h) + bias(j)),
    ) as unknown as [Row, Row, Row, Row];
    c = c.map((value, j) => sigmoid(f[j]!) * value + sigmoid(i[j]!) * tanh(g[j]!));
    h = c.map((value, j) => sigmoid(o[j]!) * tanh(value));
    return h;
  });
}

const of = (arrays: ForeignArrays, name: string): Float32Array => arrays.get(name)!.data as Float32Array;

/** Gates of a Keras LSTM: columns of [I, 4H] and [H, 4H]. */
function kerasGates(arrays: ForeignArrays, path: string, H: number): Gate[] {
  const [K, R, b] = ['kernel:0', 'recurrent_kernel:0', 'bias:0'].map((name) => of(arrays, `${path}/${name}`)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return [0, 1, 2, 3].map((g) => ({
    input: (j, i) => K[i * 4 * H + g * H + j]!,
    recurrent: (j, i) => R[i * 4 * H + g * H + j]!,
    bias: (j) => b[g * H + j]!,
  }));
}

/** Gates of cuDNN: the block of a gate has the memory of a matrix [H, I], and there are two biases. */
function cudnnGates(arrays: ForeignArrays, path: string, H: number): Gate[] {
  const [K, R, b] = ['kernel:0', 'recurrent_kernel:0', 'bias:0'].map((name) => of(arrays, `${path}/${name}`)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const I = K.length / (4 * H);
  const element = (array: Float32Array, g: number, place: number): number =>
    array[Math.floor(place / H) * 4 * H + g * H + (place % H)]!;
  return [0, 1, 2, 3].map((g) => ({
    input: (j, i) => element(K, g, j * I + i),
    recurrent: (j, i) => element(R, g, j * H + i),
    bias: (j) => b[g * H + j]! + b[(4 + g) * H + j]!,
  }));
}

function worst(expected: readonly Row[], actual: readonly Row[]): number {
  return max(...expected.flatMap((row, t) => row.map((value, j) => Math.abs(value - actual[t]![j]!))));
}

const TOLERANCES: readonly (readonly [DType, number])[] = [
  ['float64', 1e-12],
  ['float32', 5e-6],
];

(present ? describe : describe.skip)(`LSTMs of Keras${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
  it.each(TOLERANCES)('DTLN: two LSTMs and a Dense of its first core: %s', async (dtype, tolerance) => {
    const bytes = new Uint8Array(readFileSync(new URL('dtln_norm_500h.h5', FOLDER)));
    const sequences = { units: 128, returnSequences: true };
    const layers = [
      new LSTM(sequences),
      new LSTM(sequences),
      new Dense({ units: 257, activation: 'sigmoid' }),
    ] as const;
    const model = new Sequential(layers, { inputSize: 257, dtype }).build();
    const { layers: found, arrays } = await readKeras(bytes);
    const used = { lstm: 'lstm1', lstm_1: 'lstm2', dense: 'dense1' };
    const rest = found.filter(({ name }) => !(name in used)).map(({ name }) => [name, null]);
    await loadKerasWeights(model, bytes, { names: { ...Object.fromEntries(rest), ...used } });
    const x = randomNormal([1, 12, 257], { seed: 4, dtype: 'float64' });
    const first = lstm(128, kerasGates(arrays, 'lstm/lstm/lstm_cell', 128), (x.toArray() as number[][][])[0]!);
    const second = lstm(128, kerasGates(arrays, 'lstm_1/lstm_1/lstm_cell_1', 128), first);
    const [W, b] = [of(arrays, 'dense/dense/kernel:0'), of(arrays, 'dense/dense/bias:0')];
    const mask = second.map((h) =>
      [...b].map((bias, j) => sigmoid(h.reduce((sum, v, i) => sum + v * W[i * 257 + j]!, bias))),
    );
    expect(worst(mask, (model.predict(x).toArray() as number[][][])[0]!)).toBeLessThan(tolerance);
  });

  it.each(TOLERANCES)('textgenrnn: an embedding and two layers of cuDNN: %s', async (dtype, tolerance) => {
    const bytes = new Uint8Array(readFileSync(new URL('textgenrnn_weights.hdf5', FOLDER)));
    const sequences = { units: 128, returnSequences: true };
    const layers = [
      new Embedding({ inputDim: 465, outputDim: 100 }),
      new LSTM(sequences),
      new LSTM(sequences),
    ] as const;
    const model = new Sequential(layers, { dtype }).build();
    const names = { embedding: 'embedding1', rnn_1: 'lstm1', rnn_2: 'lstm2', attention: null, output: null };
    await loadKerasWeights(model, bytes, { names });
    const { arrays } = await readKeras(bytes);
    const ids = [3, 41, 0, 464, 17, 99, 200, 5];
    const table = of(arrays, 'embedding/embedding/embeddings:0');
    const first = lstm(
      128,
      cudnnGates(arrays, 'rnn_1/rnn_1', 128),
      ids.map((id) => [...table.subarray(100 * id, 100 * id + 100)]),
    );
    const second = lstm(128, cudnnGates(arrays, 'rnn_2/rnn_2', 128), first);
    expect(worst(second, (model.predict(tensor([ids])).toArray() as number[][][])[0]!)).toBeLessThan(tolerance);
  });
});
