import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { timeSlice } from '../../lib/engine/signal.ts';
import {
  Adam,
  type BatchLog,
  type Chunk,
  type CompileOptions,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  NonFiniteError,
  randomNormal,
  Sequential,
  SGD,
  ShapeError,
  type Tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { expectSame } from './trainable.ts';

const [B, I, O] = [2, 3, 2];

function compiled(options: Partial<CompileOptions> = {}, returnSequences = true): Sequential {
  const layers = [new LSTM({ units: 4, returnSequences: true }), new GRU({ units: 3, returnSequences })];
  const model = new Sequential([...layers, new Dense({ units: O })], { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError(), ...options });
}

const still = { optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError({ reduction: 'sum' }) };
const frozen = (options: object = {}) => ({ ...still, optimizer: new SGD({ learningRate: 0 }), ...options });

/** A long sequence in pieces of so many steps. */
function* pieces(x: Tensor, y: Tensor, lengths: readonly number[]): Generator<Chunk> {
  let from = 0;
  for (const length of lengths) {
    yield [timeSlice(x, from, from + length), timeSlice(y, from, from + length)];
    from += length;
  }
}

const data = (T: number): [Tensor, Tensor] => [
  randomNormal([B, T, I], { seed: 1 }),
  randomNormal([B, T, O], { seed: 2 }),
];
const zero = (model: Sequential) => model.stream({ batchSize: B }).zeroState();
const gradients = (model: Sequential) => [...model.parameters].map(({ gradient }) => gradient.copy());

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

describe('fitStream', () => {
  test.prop([lengths])('carries states over chunks of any length: the bits of one long sequence', async (lengths) => {
    const T = lengths.reduce((a, b) => a + b);
    const [x, y] = data(T);
    const [whole, parts] = [compiled(frozen()), compiled(frozen())];
    const [one, two] = [zero(whole), zero(parts)];
    const { loss } = whole.trainStep(x, y, { state: one });
    const history = await parts.fitStream(pieces(x, y, lengths), { state: two });
    expect(history).toMatchObject({ batches: lengths.length, timeSteps: T, skipped: 0, stopped: false });
    expect(await parts.evaluate(x, y)).toBeCloseTo(loss, 10);
    for (const name of ['h', 'c']) expectBits(two.lstm1![name]!, one.lstm1![name]!);
    expectBits(two.gru1!.h!, one.gru1!.h!);
  });

  const overlapping = fc.record({
    every: fc.integer({ min: 1, max: 6 }),
    more: fc.nat(12),
    chunks: fc.integer({ min: 1, max: 6 }),
  });

  test.prop([overlapping])(
    'sends losses back into the chunks before: the windows of one long sequence',
    async (drawn) => {
      const { every, more, chunks } = drawn;
      const truncate = { every, back: every + more };
      const [x, y] = data(every * chunks);
      const parts = compiled(frozen({ truncate }));
      const each: Tensor[][] = [];
      await parts.fitStream(pieces(x, y, new Array(chunks).fill(every)), {
        callbacks: [{ onBatchEnd: () => void each.push(gradients(parts)) }],
      });
      for (let k = 0; k < chunks; k++) {
        const [from, to] = [Math.max(0, (k + 1) * every - truncate.back), (k + 1) * every];
        const expected = windowByHand(x, y, from, k * every, to);
        for (const [p, gradient] of expected.entries()) expectBits(each[k]![p]!, gradient, `chunk ${k}: `);
      }
    },
  );

  it('updates once a chunk, with the weights of now in all of the window', async () => {
    const [x, y] = data(12);
    const truncate = { every: 4, back: 8 };
    const [model, twin] = [compiled({ truncate }), compiled()];
    const state = zero(model);
    const logs: BatchLog[] = [];
    const history = await model.fitStream(pieces(x, y, [4, 4, 4]), {
      state,
      callbacks: [{ onBatchEnd: (log) => void logs.push(log) }],
    });
    const before = zero(twin);
    twin.trainer.step(
      'spec',
      { source: timeSlice(x, 0, 4), target: timeSlice(y, 0, 4), sparse: false, weights: undefined, mask: undefined },
      { state: before, lossFrom: 0, until: 0 },
    );
    twin.trainer.step(
      'spec',
      { source: timeSlice(x, 0, 8), target: timeSlice(y, 4, 8), sparse: false, weights: undefined, mask: undefined },
      { state: before, lossFrom: 4, until: 4 },
    );
    twin.trainer.step(
      'spec',
      { source: timeSlice(x, 4, 12), target: timeSlice(y, 8, 12), sparse: false, weights: undefined, mask: undefined },
      { state: before, lossFrom: 4, until: 4 },
    );
    expectSame(model, twin);
    twin.trainer.states.advance('spec', timeSlice(x, 8, 12), before);
    expectBits(state.gru1!.h!, before.gru1!.h!);
    expect(logs.map(({ batch, step, rows, timeSteps, skipped }) => [batch, step, rows, timeSteps, skipped])).toEqual([
      [0, 0, B, 4, false],
      [1, 1, B, 4, false],
      [2, 2, B, 4, false],
    ]);
    expect(history.loss).toBeCloseTo((logs[0]!.loss + logs[1]!.loss + logs[2]!.loss) / 3, 14);
  });

  it('learns to echo what came some steps before, across the borders of chunks', async () => {
    const lag = 3;
    const series = randomNormal([4, 4000 + lag, 1], { seed: 3 });
    const model = new Sequential([new GRU({ units: 16, returnSequences: true }), new Dense({ units: 1 })], { seed: 1 });
    model.compile({
      optimizer: new Adam({ learningRate: 0.01 }),
      loss: new MeanSquaredError(),
      clip: { globalNorm: 1 },
      truncate: { every: 2, back: 8 },
    });
    async function* chunks(): AsyncGenerator<Chunk> {
      for (let t = lag; t < 4000; t += 2) yield [timeSlice(series, t, t + 2), timeSlice(series, t - lag, t - lag + 2)];
    }
    const losses: number[] = [];
    await model.fitStream(chunks(), { callbacks: [{ onBatchEnd: ({ loss }) => void losses.push(loss) }] });
    const last = losses.slice(-200).reduce((a, b) => a + b) / 200;
    expect(last).toBeLessThan(0.25); // chunks of two steps never hold both ends; the variance of the series is 1
  });

  it('takes nets that give the last step alone, and chunks with one target', async () => {
    const model = compiled({ truncate: { every: 5, back: 9 } }, false);
    const chunk = (k: number): Chunk => [randomNormal([B, 5, I], { seed: k }), randomNormal([B, O], { seed: k + 9 })];
    expect((await model.fitStream([chunk(0), chunk(1), chunk(2)])).timeSteps).toBe(15);
  });

  it('skips a chunk that is not finite and goes on from before it', async () => {
    const [x, y] = data(12);
    const [model, twin] = [compiled({ onNonFinite: 'skip' }), compiled()];
    const bad = x.copy();
    bad.set(0, 5, 0, Number.NaN);
    const cut = (array: Tensor, from: number) => timeSlice(array, from, from + 4);
    const history = await model.fitStream([
      [cut(x, 0), cut(y, 0)],
      [cut(bad, 4), cut(y, 4)],
      [cut(x, 8), cut(y, 8)],
    ]);
    expect(history).toMatchObject({ batches: 3, skipped: 1 });
    await twin.fitStream([
      [cut(x, 0), cut(y, 0)],
      [cut(x, 8), cut(y, 8)],
    ]);
    expectSame(model, twin);
  });

  it('stops at an error of the data, of a chunk, or at a signal, and can be called again', async () => {
    const model = compiled();
    const [x, y] = data(8);
    const good: Chunk = [x, y];
    await expect(model.fitStream([good, [randomNormal([B + 1, 8, I], { seed: 1 }), y]])).rejects.toThrow(ShapeError);
    const broken = async function* (): AsyncGenerator<Chunk> {
      yield good;
      throw new Error('the disk is gone');
    };
    await expect(model.fitStream(broken())).rejects.toThrow('the disk is gone');
    x.set(0, 0, 0, Number.NaN);
    await expect(model.fitStream([good])).rejects.toThrow(NonFiniteError);
    await expect(model.fitStream([good], { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    x.set(0, 0, 0, 1);
    const running = model.fitStream([good]);
    await expect(model.fitStream([good])).rejects.toThrow('must wait until the fit ends');
    await running;
  });
});

/** Gradients of the losses of steps [lossFrom, to), sent back to `from` over a copy of the states there. */
function windowByHand(x: Tensor, y: Tensor, from: number, lossFrom: number, to: number): Tensor[] {
  const model = compiled(frozen());
  const state = zero(model);
  if (from > 0) model.trainer.states.advance('spec', timeSlice(x, 0, from), state);
  const span = { state, lossFrom: lossFrom - from, until: to - from };
  const examples = {
    source: timeSlice(x, from, to),
    target: timeSlice(y, lossFrom, to),
    sparse: false,
    weights: undefined,
    mask: undefined,
  };
  model.trainer.step('spec', examples, span);
  return gradients(model);
}
