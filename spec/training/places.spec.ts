import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { timeSlice } from '../../lib/engine/signal.ts';
import {
  type Batch,
  type BpttError,
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
  SoftmaxCrossEntropy,
  type Tensor,
  zeros,
} from '../../lib/index.ts';

const [N, T, I, O] = [11, 4, 3, 2];

function compiled(options: Partial<CompileOptions> = {}, returnSequences = true): Sequential {
  const layers = [new LSTM({ units: 4, returnSequences: true }), new GRU({ units: 3, returnSequences })];
  const model = new Sequential([...layers, new Dense({ units: O })], { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...options });
}

async function errorOf(training: Promise<unknown>): Promise<BpttError> {
  return training.then(
    () => {
      throw new Error('nothing was refused');
    },
    (error) => error,
  );
}

const numbers = (rows: number, features: number, seed: number): Tensor => randomNormal([rows, T, features], { seed });

describe('NaN found during fit', () => {
  const cases = fc.record({
    row: fc.nat(N - 1),
    step: fc.nat(T - 1),
    unit: fc.nat(I - 1),
    batchSize: fc.integer({ min: 1, max: N }),
    seed: fc.nat(99),
    shuffle: fc.boolean(),
  });

  test.prop([cases])("is at the row of the caller's x", async ({ row, step, unit, ...options }) => {
    const [x, y] = [numbers(N, I, 1), numbers(N, O, 2)];
    x.set(row, step, unit, Number.NaN);
    const error = await errorOf(compiled().fit(x, y, options));
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(error.where).toBe('Sequential.fit');
    expect((error as NonFiniteError).place).toMatchObject({ tensor: 'x', row, step, unit, chunk: undefined });
    expect(error.message).toContain(`NaN in the forward pass: "x", step ${step}, row ${row}, unit ${unit}`);
  });

  it("or at that row's, where it arises in a layer or on the way back", async () => {
    const [x, y] = [zeros([N, T, I]), zeros([N, T, O])];
    const model = compiled().build();
    const { value } = model.parameters.get('lstm1.kernel');
    for (const [i, huge] of [2 ** 70, -(2 ** 70)].entries()) {
      x.set(6, 2, i, 2 ** 70);
      value.set(i, 5, huge); // unit 1 of the forget gate: ∞ − ∞
    }
    const options = { batchSize: 3, seed: 5 };
    const { place } = (await errorOf(model.fit(x, y, options))) as NonFiniteError;
    expect(place).toMatchObject({ phase: 'forward', layer: 'lstm1', gate: 'forget', step: 2, row: 6, unit: 1 });
    y.set(8, 1, 1, 3e38);
    const summed = compiled({ loss: new MeanSquaredError({ reduction: 'sum' }) });
    const error = await errorOf(summed.fit(zeros([N, T, I]), y, options));
    expect((error as NonFiniteError).place).toMatchObject({ tensor: 'prediction', step: 1, row: 8, unit: 1 });
  });

  it('names trainStep and its own rows where that was called', () => {
    const x = numbers(N, I, 1);
    x.set(7, 2, 1, Number.NaN);
    expect(() => compiled().trainStep(x, numbers(N, O, 2))).toThrow(
      'Sequential.trainStep: the call must compute only finite numbers; received NaN in the forward pass: "x", step 2, row 7, unit 1.',
    );
  });
});

describe('NaN found during fitStream', () => {
  const cases = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
    at: fc.nat(999),
    row: fc.nat(1),
    unit: fc.nat(I - 1),
    back: fc.integer({ min: 1, max: 9 }),
  });

  test.prop([cases])('is at the step of its chunk, whatever comes before', async ({ lengths, at, row, unit, back }) => {
    const total = lengths.reduce((a, b) => a + b);
    const [x, y] = [randomNormal([2, total, I], { seed: 1 }), randomNormal([2, total, O], { seed: 2 })];
    x.set(row, at % total, unit, Number.NaN);
    const starts = lengths.map((_, k) => lengths.slice(0, k).reduce((a, b) => a + b, 0));
    const chunks = lengths.map((length, k): Chunk => {
      return [timeSlice(x, starts[k]!, starts[k]! + length), timeSlice(y, starts[k]!, starts[k]! + length)];
    });
    const chunk = starts.filter((start) => start <= at % total).length - 1;
    const step = (at % total) - starts[chunk]!;
    const error = await errorOf(compiled({ truncate: { every: 1, back } }).fitStream(chunks));
    expect(error.where).toBe('Sequential.fitStream');
    expect((error as NonFiniteError).place).toMatchObject({ tensor: 'x', chunk, row, step, unit });
    expect(error.message).toContain(`"x", chunk ${chunk}, step ${step}, row ${row}, unit ${unit}`);
  });
});

describe('a refused target', () => {
  const bad = (y: Tensor, ...index: number[]): Tensor => {
    y.set(...([...index, Number.NaN] as [number]));
    return y;
  };

  it('is named by row, step and unit, as far as there are such', async () => {
    const [x, last] = [numbers(N, I, 1), compiled({}, false)];
    const refusal = 'must be a finite number; received NaN at';
    expect(() => compiled().trainStep(x, bad(numbers(N, O, 2), 9, 3, 1))).toThrow(
      `Sequential.trainStep: "y" ${refusal} row 9, step 3, unit 1`,
    );
    expect(() => last.evaluate(x, bad(zeros([N, O]), 9, 1))).toThrow(
      `Sequential.evaluate: "y" ${refusal} row 9, unit 1`,
    );
    await expect(last.fit(x, bad(zeros([N, O]), 4, 0), { batchSize: 3 })).rejects.toThrow(
      `Sequential.fit: "y" ${refusal} row 4, unit 0`,
    );
    await expect(last.fit(x, zeros([N, O]), { validationData: [x, bad(zeros([N, O]), 4, 0)] })).rejects.toThrow(
      `Sequential.fit: "validationData[1]" ${refusal} row 4, unit 0`,
    );
    const chunk: Chunk = [x, zeros([N, T, O])];
    await expect(compiled().fitStream([chunk, [x, bad(zeros([N, T, O]), 3, 2, 1)]])).rejects.toThrow(
      `Sequential.fitStream: "chunks[1][1]" ${refusal} row 3, step 2, unit 1`,
    );
  });

  it('is named by row and step where it is a class number', () => {
    const [x, classes] = [numbers(N, I, 1), zeros([N, T])];
    classes.set(8, 2, O);
    const model = compiled({ loss: new SoftmaxCrossEntropy() });
    expect(() => model.trainStep(x, classes)).toThrow(
      'Sequential.trainStep: "y" must contain class numbers from 0 to 1; received 2 at row 8, step 2',
    );
    const last = compiled({ loss: new SoftmaxCrossEntropy() }, false);
    expect(() => last.trainStep(x, classes.pick(null, 2))).toThrow('received 2 at row 8');
  });

  it("that a callback wrote is at the row of the caller's y; the error comes in the name of fit", async () => {
    const [x, y] = [numbers(N, I, 1), numbers(N, O, 2)];
    const model = compiled();
    const written: number[] = [];
    const onBatchBegin = (batch: Batch): void => {
      if (batch.batch !== 1) return;
      batch.y.set(2, 3, 1, Number.NaN);
      written.push((x.toArray() as unknown[]).findIndex((row) => String(row) === String(batch.x.pick(2).toArray())));
    };
    const error = await errorOf(model.fit(x, y, { batchSize: 4, seed: 1, callbacks: [{ onBatchBegin }] }));
    expect(written).toEqual([9]); // not 2, its row in the batch
    expect(error.message).toContain(
      `Sequential.fit: "y" must be a finite number; received NaN at row ${written[0]}, step 3`,
    );
  });
});
