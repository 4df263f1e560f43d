import { describe, expect, it } from '@jest/globals';
import { timeSlice } from '../../lib/engine/signal.ts';
import {
  Adam,
  type Chunk,
  type CompileOptions,
  Dense,
  GRU,
  MeanSquaredError,
  type NdArrayLike,
  randomNormal,
  Sequential,
  SGD,
  ShapeError,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, T, I, O] = [2, 9, 3, 2];
const x = randomNormal([B, T, I], { seed: 1 });
const y = randomNormal([B, T, O], { seed: 2 });

function compiled(options: Partial<CompileOptions> = {}): Sequential {
  const layers = [new GRU({ units: 4, returnSequences: true }), new Dense({ units: O })];
  const model = new Sequential(layers, { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError(), ...options });
}

const piece = (from: number, to: number): readonly [NdArrayLike, NdArrayLike] => [
  timeSlice(x, from, to),
  timeSlice(y, from, to),
];
const stateOf = (model: Sequential, rows = B) => model.stream({ batchSize: rows }).zeroState();

describe('chunks shorter than what gradients go back over', () => {
  it.each([1, 2, 'sqrt' as const])('begin with the state given, in segments of %s too', async (checkpoint) => {
    const losses = async (options: object): Promise<number[]> => {
      const model = compiled({ truncate: { every: 1, back: 10 }, ...options });
      const state = stateOf(model);
      state.gru1!.h!.data.fill(0.5);
      const found: number[] = [];
      await model.fitStream([piece(0, 3), piece(3, T)], {
        state,
        callbacks: [{ onBatchEnd: ({ loss }) => void found.push(loss) }],
      });
      return [...found, ...state.gru1!.h!.data];
    };
    const [plain, divided] = [await losses({}), await losses({ checkpoint })];
    divided.forEach((value, i) => {
      expect(Math.abs(value - plain[i]!)).toBeLessThanOrEqual(1e-14 * Math.abs(plain[i]!)); // losses are summed in parts
    });
  });
});

describe('fitStream refuses', () => {
  it.each([1, 3])('a chunk of %d rows after one of two', async (rows) => {
    const other: Chunk = [randomNormal([rows, T, I], { seed: 1 }), zeros([rows, T, O])];
    await expect(compiled().fitStream([[x, y], other])).rejects.toThrow(
      `Sequential.fitStream: "chunks[1][0]" must have shape [2, T, I]; received [${rows}, 9, 3]`,
    );
  });

  it('rows without time', async () => {
    const model = new Sequential([new Dense({ units: O })]).compile({
      optimizer: new SGD(),
      loss: new MeanSquaredError(),
    });
    await expect(model.fitStream([[zeros([B, I]), zeros([B, O])]])).rejects.toThrow(ShapeError);
  });
});

describe('the end of a stream', () => {
  it('comes with the signal, not with the next chunk', async () => {
    const abort = new AbortController();
    let asked = 0;
    async function* chunks(): AsyncGenerator<Chunk> {
      for (; ; asked++) yield [x, y];
    }
    const callbacks = [{ onBatchEnd: () => abort.abort() }];
    await expect(compiled().fitStream(chunks(), { signal: abort.signal, callbacks })).rejects.toThrow('aborted');
    expect(asked).toBe(0);
    const last = new AbortController();
    await expect(
      compiled().fitStream([[x, y]], { signal: last.signal, callbacks: [{ onBatchEnd: () => last.abort() }] }),
    ).rejects.toThrow('aborted');
  });

  it('leaves the state after the last chunk, however it comes', async () => {
    const truncate = { every: 3, back: 7 };
    const [model, whole] = [compiled({ truncate }), compiled({ optimizer: new SGD({ learningRate: 0 }) })];
    const [state, expected] = [stateOf(model), stateOf(whole)];
    whole.trainStep(...piece(0, 6), { state: expected });
    async function* chunks(): AsyncGenerator<Chunk> {
      yield piece(0, 3);
      yield piece(3, 6);
      throw new Error('the disk is gone');
    }
    await expect(model.fitStream(chunks(), { state })).rejects.toThrow('the disk is gone');
    expectBits(state.gru1!.h!, expected.gru1!.h!);
  });
});

describe('what is refused before there are parameters', () => {
  it.each([
    ['a state', {}, { state: {} }, 'state.gru1'],
    ['a budget', { checkpoint: { memory: 1 } }, {}, 'checkpoint.memory'],
  ])('makes none: %s', (_, options, step, argument) => {
    const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: O })]);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...options });
    expect(() => model.trainStep(zeros([B, T, 7]), zeros([B, O]), step)).toThrow(argument);
    expect(model.built).toBe(false);
    expect(model.inputSize).toBeUndefined();
  });
});
