import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { randomNormal, tensor } from '../../lib/index.ts';
import { compiled, expectSame, N, x, y } from './trainable.ts';

const rowsOf = (array: typeof x, rows: readonly number[]) => rows.map((row) => array.lo(row).hi(1).pick(0));

describe('validationSplit', () => {
  it('keeps the last rows for validation', async () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const options = { epochs: 3, batchSize: 3 };
    const history = await model.fit(x, y, { ...options, validationSplit: 0.3 });
    const expected = await twin.fit(x.hi(7), y.hi(7), { ...options, validationData: [x.lo(7), y.lo(7)] });
    expectSame(model, twin);
    expect(history.epochs).toEqual(expected.epochs);
  });

  test.prop([fc.double({ min: 0.06, max: 0.94, noNaN: true }), fc.integer({ min: 0, max: 99 })])(
    'with a seed chooses rows, the same for each epoch',
    async (part, seed) => {
      const numbers = tensor(Array.from({ length: N }, (_, n) => [[n, 0, 0]]));
      const { model } = compiled();
      const seen: number[][] = [];
      await model.fit(numbers, y, {
        ...{ epochs: 2, batchSize: N, validationSplit: { part, seed } },
        callbacks: [
          { onBatchBegin: (batch) => void seen.push((batch.x.pick(null, 0, 0).toArray() as number[]).sort()) },
        ],
      });
      expect(seen[0]).toEqual(seen[1]);
      expect(seen[0]!.length).toBe(N - Math.round(N * part));
      expect(new Set(seen[0]).size).toBe(seen[0]!.length);
      const kept = Array.from({ length: N }, (_, n) => n).filter((n) => !seen[0]!.includes(n));
      const { model: twin } = compiled();
      const train = [...seen[0]!].sort((a, b) => a - b);
      const options = { epochs: 2, batchSize: N };
      const [ours, theirs] = [compiled().model, twin];
      const history = await ours.fit(x, y, { ...options, validationSplit: { part, seed } });
      const expected = await theirs.fit(rowsOf(x, train), rowsOf(y, train), {
        ...options,
        validationData: [rowsOf(x, kept), rowsOf(y, kept)],
      });
      expectSame(ours, theirs);
      expect(history.epochs).toEqual(expected.epochs);
    },
  );

  it('numbers rows in errors as the caller does', async () => {
    const { model } = compiled();
    const bad = x.copy();
    bad.set(6, 1, 1, Number.NaN);
    const fitting = model.fit(bad, y, { validationSplit: 0.2, batchSize: 2 });
    await expect(fitting).rejects.toMatchObject({ place: { tensor: 'x', row: 6 } });
  });

  it('takes sequences of different lengths, and is refused where a part would be empty', async () => {
    const { model } = compiled();
    const sequences = Array.from({ length: N }, (_, n) => randomNormal([1 + (n % 3), 3], { seed: n }));
    const { epochs } = await model.fit(sequences, y, { validationSplit: 0.5 });
    expect(epochs[0]!.validationLoss).toBeGreaterThan(0);
    await expect(model.fit(x, y, { validationSplit: 0.04 })).rejects.toThrow(
      '"validationSplit" must leave at least one',
    );
    await expect(model.fit(x, y, { validationSplit: 0.5, validationData: [x, y] })).rejects.toThrow(
      '"validationSplit" must not be given together with validationData',
    );
  });
});
