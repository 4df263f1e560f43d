import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  type BatchLog,
  type Callbacks,
  type Chunk,
  Dense,
  type EpochLog,
  GRU,
  MeanSquaredError,
  randomNormal,
  Sequential,
  type Tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [N, T, I] = [12, 5, 2];
const x = randomNormal([N, T, I], { seed: 1 });
const y = randomNormal([N, T, 1], { seed: 2 });
const chunk = (k: number): Chunk => [randomNormal([2, T, I], { seed: k }), randomNormal([2, T, 1], { seed: k + 50 })];

function compiled(): Sequential {
  const model = new Sequential([new GRU({ units: 3, returnSequences: true }), new Dense({ units: 1 })], { seed: 1 });
  return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
}

const values = (model: Sequential): Tensor[] => [...model.parameters].map(({ value }) => value.copy());

function expectSame(model: Sequential, twin: Sequential): void {
  for (const [k, value] of values(model).entries()) expectBits(value, values(twin)[k]!);
}

describe('a callback that stops fit', () => {
  it('after an epoch resolves it with the history of as many epochs', async () => {
    const [model, twin] = [compiled(), compiled()];
    const stopAfterTwo: Callbacks = { onEpochEnd: ({ epoch }, run) => void (epoch === 1 && run.stop()) };
    const history = await model.fit(x, y, { epochs: 5, batchSize: 4, callbacks: [stopAfterTwo] });
    const { epochs } = await twin.fit(x, y, { epochs: 2, batchSize: 4 });
    expect(history).toMatchObject({ stopped: true, nextEpoch: 2 });
    expect(history.epochs.map(({ loss }) => loss)).toEqual(epochs.map(({ loss }) => loss));
    expectSame(model, twin);
  });

  it('within an epoch keeps the steps that were taken, and leaves that epoch to be the next', async () => {
    const [model, twin] = [compiled(), compiled()];
    const steps: number[] = [];
    const stopAtFour: Callbacks = {
      onBatchEnd({ step }, run) {
        steps.push(step);
        if (step === 4) run.stop();
      },
    };
    const history = await model.fit(x, y, { epochs: 5, batchSize: 4, callbacks: [stopAtFour] });
    expect(steps).toEqual([0, 1, 2, 3, 4]);
    expect(history).toMatchObject({ stopped: true, nextEpoch: 1 });
    expect(history.epochs).toHaveLength(1);
    const batches: (readonly [Tensor, Tensor])[] = [];
    await compiled().fit(x, y, {
      epochs: 2,
      batchSize: 4,
      callbacks: [{ onBatchBegin: (batch) => void batches.push([batch.x, batch.y]) }],
    });
    for (const batch of batches.slice(0, 5)) twin.trainStep(...batch);
    expectSame(model, twin);
  });

  it('before a step still takes that step, and calls the other callbacks', async () => {
    const called: string[] = [];
    const stop: Callbacks = { onBatchBegin: (_, run) => run.stop() };
    const other: Callbacks = {
      onBatchBegin: () => void called.push('begin'),
      onBatchEnd: () => void called.push('end'),
      onEpochEnd: () => void called.push('epoch'),
    };
    const { epochs, stopped } = await compiled().fit(x, y, { batchSize: 4, callbacks: [stop, other] });
    expect({ epochs, stopped, called }).toEqual({ epochs: [], stopped: true, called: ['begin', 'end'] });
  });

  it('does not stop the next fit', async () => {
    const model = compiled();
    await model.fit(x, y, { callbacks: [{ onBatchEnd: (_, run) => run.stop() }] });
    expect(await model.fit(x, y, { epochs: 2 })).toMatchObject({ stopped: false, nextEpoch: 2 });
  });
});

describe('a stream', () => {
  it('ends where a callback stops it: the source is closed, the state is that after the last step', async () => {
    const [model, twin] = [compiled(), compiled()];
    const closed: number[] = [];
    function* source(): Generator<Chunk> {
      try {
        for (let k = 0; k < 9; k++) yield chunk(k);
      } finally {
        closed.push(1);
      }
    }
    const [state, expected] = [model, twin].map((each) => each.build(I).stream({ batchSize: 2 }).zeroState());
    const stop: Callbacks = { onBatchEnd: ({ batch }, run) => void (batch === 2 && run.stop()) };
    const history = await model.fitStream(source(), { state: state!, callbacks: [stop] });
    expect(history).toMatchObject({ batches: 3, timeSteps: 3 * T, stopped: true });
    expect(closed).toEqual([1]);
    for (const k of [0, 1, 2]) twin.trainStep(...chunk(k), { state: expected! });
    expectSame(model, twin);
    expectBits(state!.gru1!.h!, expected!.gru1!.h!);
  });

  it('has the callbacks of fit: before and after each chunk, and one epoch at its end', async () => {
    const [begun, logs, ended]: [number[][], BatchLog[], EpochLog[]] = [[], [], []];
    const states: Tensor[] = [];
    const callbacks: Callbacks = {
      onBatchBegin(batch) {
        begun.push([batch.step, ...batch.x.shape, ...batch.y.shape]);
        states.push(batch.state!.gru1!.h!);
      },
      onBatchEnd: (log) => void logs.push(log),
      onEpochEnd: (log) => void ended.push(log),
    };
    const [model, twin] = [compiled(), compiled()];
    const history = await model.fitStream([chunk(0), chunk(1)], { callbacks: [callbacks] });
    expect(begun).toEqual([0, 1].map((step) => [step, 2, T, I, 2, T, 1]));
    expect(logs.map(({ batches, steps, rows, timeSteps }) => [batches, steps, rows, timeSteps])).toEqual([
      [undefined, undefined, 2, T],
      [undefined, undefined, 2, T],
    ]);
    const { loss, gradientNorm } = history;
    expect(ended).toMatchObject([{ epoch: 0, epochs: 1, loss, gradientNorm, validationLoss: undefined }]);
    const state = twin.build(I).stream({ batchSize: 2 }).zeroState();
    expectBits(states[0]!, state.gru1!.h!);
    twin.trainStep(...chunk(0), { state });
    expectBits(states[1]!, state.gru1!.h!);
  });

  it('trains on what a callback writes to the chunk, and leaves the array of the source as it was', async () => {
    const [model, twin] = [compiled(), compiled()];
    const [cx, cy] = chunk(3);
    const before = randomNormal([2, T, I], { seed: 3 });
    await model.fitStream([[cx, cy]], { callbacks: [{ onBatchBegin: (batch) => void batch.x.set(0, 0, 0, 7) }] });
    expectBits(cx, before);
    before.set(0, 0, 0, 7);
    twin.trainStep(before, cy);
    expectSame(model, twin);
  });
});
