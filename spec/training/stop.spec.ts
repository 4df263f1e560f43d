import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  type BatchLog,
  type Callbacks,
  type Chunk,
  type CompileOptions,
  Dense,
  type EpochLog,
  GRU,
  MeanSquaredError,
  randomNormal,
  Sequential,
  type Tensor,
  type TrainingRun,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [N, T, I] = [12, 5, 2];
const x = randomNormal([N, T, I], { seed: 1 });
const y = randomNormal([N, T, 1], { seed: 2 });
const chunk = (k: number): readonly [Tensor, Tensor] => [
  randomNormal([2, T, I], { seed: k }),
  randomNormal([2, T, 1], { seed: k + 50 }),
];

function compiled(options: Partial<CompileOptions> = {}): Sequential {
  const model = new Sequential([new GRU({ units: 3, returnSequences: true }), new Dense({ units: 1 })], { seed: 1 });
  return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...options });
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

  const drawn = fc.record({
    batchSize: fc.integer({ min: 1, max: N }),
    at: fc.nat({ max: 3 * N - 1 }),
    event: fc.constantFrom('onBatchBegin' as const, 'onBatchEnd' as const),
    seed: fc.nat(9),
  });

  test.prop([drawn])('at any step keeps it, and completes an epoch of which it is the last', async (drawn) => {
    const { batchSize, event, seed } = drawn;
    const batches = Math.ceil(N / batchSize);
    const at = drawn.at % (3 * batches);
    const [model, plain, twin] = [compiled(), compiled(), compiled()];
    const steps: (readonly [Tensor, Tensor])[] = [];
    const record: Callbacks = { onBatchBegin: (batch) => void steps.push([batch.x, batch.y]) };
    const options = { batchSize, seed, validationData: [x, y] as const };
    const whole = await plain.fit(x, y, { ...options, epochs: 3, callbacks: [record] });
    const ended: EpochLog[] = [];
    const stop: Callbacks = {
      [event]: ({ step }: BatchLog, run: TrainingRun) => void (step === at && run.stop()),
      onEpochEnd: (log) => void ended.push(log),
    };
    const stopped = await model.fit(x, y, { ...options, epochs: 3, callbacks: [stop] });
    const nextEpoch = Math.floor((at + 1) / batches);
    expect(stopped).toMatchObject({ stopped: true, nextEpoch });
    expect(ended).toEqual(stopped.epochs);
    expect(ended).toEqual(whole.epochs.slice(0, nextEpoch));
    for (const step of steps.slice(0, at + 1)) twin.trainStep(...step);
    expectSame(model, twin);
    if (nextEpoch === 3) return;
    await model.fit(x, y, { ...options, epochs: 3 - nextEpoch }); // trains on all of the epoch that was stopped halfway
    for (const step of steps.slice(nextEpoch * batches)) twin.trainStep(...step);
    expectSame(model, twin);
    if ((at + 1) % batches === 0) expectSame(model, plain);
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
    await model.fit(x, y, { batchSize: 4, callbacks: [{ onBatchEnd: (_, run) => run.stop() }] });
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

  const stream = fc.record({ chunks: fc.integer({ min: 1, max: 5 }), at: fc.nat(4), truncated: fc.boolean() });

  test.prop([stream])('that was stopped has the log of its chunks, and continues with the next', async (drawn) => {
    const { chunks: count, truncated } = drawn;
    const at = drawn.at % count;
    const chunks = Array.from({ length: count }, (_, k) => chunk(k));
    const options = truncated ? { truncate: { every: T, back: T } } : {};
    const [model, twin, part] = [compiled(options), compiled(options), compiled(options)];
    const [state, expected] = [model, twin].map((each) => each.build(I).stream({ batchSize: 2 }).zeroState());
    const ended: EpochLog[] = [];
    const look: Callbacks = { onEpochEnd: (log) => void ended.push(log) };
    const stop: Callbacks = { onBatchEnd: ({ batch }, run) => void (batch === at && run.stop()) };
    const stopped = await model.fitStream(chunks, { state: state!, callbacks: [stop, look] });
    const history = await part.fitStream(chunks.slice(0, at + 1), { callbacks: [look] });
    expect(stopped).toEqual({ ...history, stopped: true });
    expect(ended).toHaveLength(2);
    expect(ended[0]).toEqual(ended[1]);
    await model.fitStream(chunks.slice(at + 1), { state: state! });
    await twin.fitStream(chunks, { state: expected! });
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
