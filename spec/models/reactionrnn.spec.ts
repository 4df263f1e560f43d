import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ForeignArrays, loadKerasWeights, readKeras } from '../../lib/exchange/keras.ts';
import { Dense, type DType, Embedding, GRU, Sequential, Tensor, tensor } from '../../lib/index.ts';
import { mulberry32 } from '../support/mulberry32.ts';

// minimaxir/reactionrnn (MIT), written by Keras 2.0.6: Embedding [401, 100], GRU(256) with the reset gate before the
// product and hard_sigmoid 0.2a + 0.5 (the file does not say so; it was Keras' default), Dense(5).
const FILE = new URL('../../../shared/models/reactionrnn_weights.hdf5', import.meta.url);
const T = 40;
const { max, min, tanh } = Math;

/** v·M for a row v, from column `from` on. */
function times(v: readonly number[], M: Tensor, from: number, count: number): number[] {
  const width = M.shape[1]!;
  const sums = Array<number>(count).fill(0);
  v.forEach((value, i) => {
    for (let j = 0; j < count; j++) sums[j]! += value * M.data[i * width + from + j]!;
  });
  return sums;
}

/** The net on class numbers as Keras 2 documents it: blocks z, r, h; z keeps the old state. */
function byHand(arrays: ForeignArrays, ids: readonly number[]): number[] {
  const get = (name: string): Tensor => {
    const { data, shape } = arrays.get(name)!;
    return new Tensor({ data: Float64Array.from(data as Float32Array) }, shape);
  };
  const embeddings = get('embedding/embedding/embeddings');
  const [kernel, U, bias] = ['kernel', 'recurrent_kernel', 'bias'].map((name) => get(`rnn/rnn/${name}`)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const H = U.shape[0]!;
  const hardSigmoid = (a: number): number => max(0, min(1, 0.2 * a + 0.5));
  let h = Array<number>(H).fill(0);
  for (const id of ids) {
    const x = embeddings.pick(id).toArray() as number[];
    const gate = (k: number, state: readonly number[]): number[] => {
      const [fromX, fromH] = [times(x, kernel, k * H, H), times(state, U, k * H, H)];
      return fromX.map((a, j) => a + fromH[j]! + bias.get(k * H + j));
    };
    const [z, r] = [gate(0, h).map(hardSigmoid), gate(1, h).map(hardSigmoid)];
    const reset = h.map((value, j) => r[j]! * value);
    const candidate = gate(2, reset).map(tanh);
    h = h.map((value, j) => z[j]! * value + (1 - z[j]!) * candidate[j]!);
  }
  const outputBias = get('output/output/bias');
  return times(h, get('output/output/kernel'), 0, 5).map((a, j) => a + outputBias.get(j));
}

const present = existsSync(FILE);
(present ? describe : describe.skip)(`reactionrnn${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
  it.each([
    ['float64', 1e-12],
    ['float32', 1e-5],
  ] as const)('computes what Keras documents: %s', async (dtype: DType, tolerance) => {
    const bytes = new Uint8Array(readFileSync(FILE));
    const { arrays } = await readKeras(bytes);
    const model = new Sequential(
      [
        new Embedding({ inputDim: 401, outputDim: 100 }),
        new GRU({ units: 256, recurrentActivation: 'hardSigmoidFifth' }),
        new Dense({ units: 5 }),
      ],
      { dtype },
    ).build();
    await loadKerasWeights(model, bytes);
    const sequences = [1, 2, 3].map((seed) => [...mulberry32(seed, 200, [T]).data].map((v) => Math.floor(v + 200.5)));
    const y = model.predict(tensor(sequences));
    sequences.forEach((ids, b) => {
      const expected = byHand(arrays, ids);
      const scale = max(1, ...expected.map(Math.abs));
      const worst = max(...expected.map((value, j) => Math.abs(value - y.get(b, j)) / scale));
      expect(worst).toBeLessThan(tolerance);
      expect(worst).toBeGreaterThan(0);
    });
  });
});
