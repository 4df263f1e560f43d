import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: the package has no types
import { File } from 'jsfive';
import { readKeras } from '../../../lib/exchange/keras.ts';
import { kerasFile } from '../../support/keras-files.ts';

/** Names of layers with the shapes of their arrays. */
async function listed(bytes: Uint8Array) {
  const { layers, arrays } = await readKeras(bytes);
  return Object.fromEntries(layers.map(({ name, arrays: own }) => [name, own.map((each) => arrays.get(each)!.shape)]));
}

describe('readKeras', () => {
  it('lists a model of Keras 2, in the order of the model', async () => {
    const bytes = kerasFile('sequential2.h5');
    const { format, kerasVersion, config, layers, arrays } = await readKeras(bytes);
    expect([format, kerasVersion]).toEqual(['h5', '2.3.1']);
    expect(config).toMatchObject({ class_name: 'Sequential', config: { name: 'sequential_1' } });
    expect(layers[0]).toEqual({ name: 'embedding_1', arrays: ['embedding_1/embedding_1/embeddings:0'] });
    expect(layers[2]!.arrays[5]).toBe('bidirectional_1/bidirectional_1/backward_gru_3/bias:0');
    expect([...arrays.keys()]).toEqual(layers.flatMap((layer) => layer.arrays)); // nothing of the optimizer
    expect(Object.entries(await listed(bytes))).toEqual([
      ['embedding_1', [[7, 3]]],
      ['lstm_7', [[3, 16], [4, 16], [16]]],
      [
        'bidirectional_1',
        [
          [4, 9],
          [3, 9],
          [2, 9],
          [4, 9],
          [3, 9],
          [2, 9],
        ],
      ],
      ['dense_9', [[6, 2], [2]]],
    ]);
  });

  it('lists weights of Keras 1, which does not say its version', async () => {
    const { format, kerasVersion, config, layers } = await readKeras(kerasFile('weights1.h5'));
    expect([format, kerasVersion, config]).toEqual(['h5', '1', undefined]);
    expect(layers.map(({ arrays }) => arrays.length)).toEqual([12, 9, 2]);
    expect(layers[0]!.arrays[3]).toBe('lstm_1/lstm_1_W_c');
  });

  it('lists an archive of Keras 3, without the states of optimizer and random generators', async () => {
    const bytes = kerasFile('functional3.keras');
    const { format, kerasVersion, config, arrays } = await readKeras(bytes);
    expect([format, kerasVersion]).toEqual(['keras', '3.5.0']);
    expect(config).toMatchObject({ class_name: 'Functional' });
    expect(arrays.get('layers/gru/cell/vars/2')!.shape).toEqual([2, 12]);
    expect(await listed(bytes)).toEqual({
      gru: [
        [3, 12],
        [4, 12],
        [2, 12],
      ],
      gru_1: [
        [3, 6],
        [2, 6],
        [2, 6],
      ],
      layer_normalization: [[4], [4]],
      simple_rnn: [[4, 3], [3, 3], [3]],
      time_distributed: [[2, 2], [2]],
    });
  });

  it('lists weights of Keras 3', async () => {
    const { format, kerasVersion, config } = await readKeras(kerasFile('only3.weights.h5'));
    expect([format, kerasVersion, config]).toEqual(['weights.h5', undefined, undefined]);
  });

  it('reads arrays in chunks, deflated and shuffled, of any numbers, in either order of bytes', async () => {
    const { layers, arrays } = await readKeras(kerasFile('forms.weights.h5'));
    const [a, wide, half, empty, one, ...more] = layers[0]!.arrays.map((name) => arrays.get(name)!);
    const values = Float32Array.from({ length: 60 }, (_, k) => Math.fround(k / 7));
    expect(a).toEqual({ shape: [6, 10], dtype: 'float32', data: values });
    expect(wide).toEqual({ shape: [6, 10], dtype: 'float64', data: Float64Array.from(values) });
    expect(half).toEqual({ shape: [5], dtype: 'float16', data: Float32Array.of(0, 1, 2, 3, 4) });
    expect(empty).toEqual({ shape: [0, 3], dtype: 'float32', data: new Float32Array(0) });
    expect(one).toEqual({ shape: [], dtype: 'int64', data: BigInt64Array.of(-7n) });
    expect(more.map(({ data }) => data[0])).toEqual(Array.from({ length: 35 }, (_, k) => k + 5)); // 10 after 9
  });

  it('reads headers of the new form', async () => {
    expect(await listed(kerasFile('latest.h5'))).toEqual({ dense_1: [[2, 10], [10]] });
  });

  it('reads names in an attribute of several parts', async () => {
    const { layers, arrays } = await readKeras(kerasFile('many2.h5'));
    expect(layers.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, k) => `dense_${k}`));
    expect(layers.map((layer) => arrays.get(layer.arrays[0]!)!.data[0])).toEqual([...Array(20).keys()]);
  });

  it.each([
    ['sequential2.h5', 'model_weights/', 12],
    ['weights1.h5', '', 23],
    ['forms.weights.h5', '', 38],
    ['many2.h5', '', 20],
  ])('reads the numbers that jsfive reads: %s', async (name, group, count) => {
    const bytes = kerasFile(name);
    const file = new File(bytes.slice().buffer) as { get(path: string): { shape: number[]; value: unknown } };
    const { arrays } = await readKeras(bytes);
    let compared = 0;
    for (const [path, { shape, data, dtype }] of arrays) {
      if (data.length === 0 || dtype === 'float16') continue; // jsfive reads neither
      const theirs = file.get(group + path);
      expect([path, theirs.shape, Array.from(data as Float32Array, Number)]).toEqual([
        path,
        shape,
        Array.from([theirs.value].flat() as number[], Number),
      ]);
      compared++;
    }
    expect(compared).toBe(count);
  });

  it('gives copies', async () => {
    const bytes = kerasFile('weights2.h5');
    const name = 'dense_9/dense_9/bias';
    const [first, second] = [await readKeras(bytes), await readKeras(bytes)];
    first.arrays.get(name)!.data.fill(0 as never);
    expect(second.arrays.get(name)!.data[0]).not.toBe(0);
  });
});

const MODELS = new URL('../../../../shared/models/', import.meta.url);
const present = existsSync(MODELS);
(present ? describe : describe.skip)(`files of others${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
  it.each([
    ['dtln_norm_500h.h5', '2.3.0-tf', 10, 22, 'lstm_2/lstm_2/lstm_cell_2/kernel:0'],
    ['textgenrnn_weights.hdf5', '2.1.5', 5, 10, 'rnn_1/rnn_1/bias:0'],
    ['reactionrnn_weights.hdf5', '2.0.6', 3, 6, 'rnn/rnn/recurrent_kernel'],
  ])('%s', async (name, version, layers, arrays, one) => {
    const found = await readKeras(new Uint8Array(readFileSync(new URL(name, MODELS))));
    expect([found.format, found.kerasVersion, found.layers.length, found.arrays.size]).toEqual([
      'h5',
      version,
      layers,
      arrays,
    ]);
    expect(found.arrays.has(one)).toBe(true);
  });
});
