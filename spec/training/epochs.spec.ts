import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { type BatchLog, type EpochLog, type FitOptions, progressBar, Random, Sequential } from '../../lib/index.ts';
import { compiled, expectSame, N, x, y } from './trainable.ts';

/** What a log says apart from how many epochs and steps its call is for. */
function alone({ epochs: _, ...log }: EpochLog): Omit<EpochLog, 'epochs'> {
  return log;
}

describe('epochs', () => {
  const calls = fc.record({
    epochs: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
    batchSize: fc.integer({ min: 1, max: N + 1 }),
    seed: fc.nat(1000),
    shuffle: fc.boolean(),
    initialEpoch: fc.nat(5),
  });

  test.prop([calls])(
    'in several calls are those of one call, bit for bit',
    async ({ epochs, initialEpoch, ...options }) => {
      const [{ model: one }, { model: several }] = [compiled(), compiled()];
      const total = epochs.reduce((a, b) => a + b);
      const whole = await one.fit(x, y, { ...options, epochs: total, initialEpoch });
      const parts: EpochLog[] = [];
      let next: number | undefined = initialEpoch;
      for (const count of epochs) {
        const history = await several.fit(x, y, {
          ...options,
          epochs: count,
          ...(next !== undefined && { initialEpoch: next }),
        });
        expect(history.nextEpoch).toBe(several.nextEpoch);
        expect(history.epochs.every((log) => log.epochs === history.nextEpoch)).toBe(true);
        parts.push(...history.epochs);
        next = undefined; // the model's own count from now on
      }
      expectSame(several, one);
      expect(parts.map(alone)).toEqual(whole.epochs.map(alone));
      expect(several.nextEpoch).toBe(initialEpoch + total);
    },
  );

  it('decide the order of the rows with the seed, as initialEpoch says', async () => {
    const { model } = compiled();
    const orders: number[][] = [];
    const onBatchBegin = ({ x: taken }: { x: { toArray(): unknown } }): void => {
      const rows = (x.toArray() as unknown[]).map((row) => JSON.stringify(row));
      orders.push((taken.toArray() as unknown[]).map((row) => rows.indexOf(JSON.stringify(row))));
    };
    const train = (options: FitOptions) => model.fit(x, y, { seed: 7, callbacks: [{ onBatchBegin }], ...options });
    await train({ epochs: 2 });
    await train({});
    await train({ initialEpoch: 9 });
    await train({});
    await train({ initialEpoch: 0 });
    expect(orders).toEqual([0, 1, 2, 9, 10, 0].map((epoch) => Array.from(new Random(7, epoch).permutation(N))));
  });

  it('are counted on in callbacks and logs; steps are those of the call', async () => {
    const { model } = compiled();
    const logs: BatchLog[] = [];
    const lines: string[] = [];
    const bar = progressBar({ interactive: false, write: (line) => void lines.push(line.slice(0, 9)) });
    const seen: number[] = [];
    const onEpochEnd = (): void => void seen.push(model.nextEpoch);
    const callbacks = [bar, { onBatchEnd: (log: BatchLog) => void logs.push(log), onEpochEnd }];
    const { epochs, nextEpoch } = await model.fit(x, y, { epochs: 2, batchSize: 6, initialEpoch: 3, callbacks });
    const place = ({ epoch, epochs, batch, batches, step, steps }: BatchLog) => [
      epoch,
      epochs,
      batch,
      batches,
      step,
      steps,
    ];
    expect(logs.map(place)).toEqual([
      [3, 5, 0, 2, 0, 4],
      [3, 5, 1, 2, 1, 4],
      [4, 5, 0, 2, 2, 4],
      [4, 5, 1, 2, 3, 4],
    ]);
    expect(epochs.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([
      [3, 5],
      [4, 5],
    ]);
    expect(lines).toEqual(['epoch 4/5', 'epoch 5/5']);
    expect(seen).toEqual([4, 5]); // a callback may save it with the model
    expect(nextEpoch).toBe(5);
  });

  it('count once they have ended', async () => {
    const { model } = compiled();
    const failing = (epoch: number, batch: number) => ({
      onBatchEnd: (log: BatchLog) => {
        if (log.epoch === epoch && log.batch === batch) throw new Error('enough');
      },
    });
    await expect(model.fit(x, y, { epochs: 3, batchSize: 4, callbacks: [failing(1, 1)] })).rejects.toThrow('enough');
    expect(model.nextEpoch).toBe(1);
    await expect(model.fit(x, y, { initialEpoch: 6, callbacks: [failing(6, 0)] })).rejects.toThrow('enough');
    expect(model.nextEpoch).toBe(6);
    const ending = { onEpochEnd: () => Promise.reject(new Error('the disk is full')) };
    await expect(model.fit(x, y, { callbacks: [ending] })).rejects.toThrow('the disk is full');
    expect(model.nextEpoch).toBe(7);
  });

  it('are not counted by a call that is refused or aborted at once', async () => {
    const { model } = compiled();
    await model.fit(x, y, { epochs: 2 });
    await expect(model.fit(x, y, { initialEpoch: 5, epochs: 0 })).rejects.toThrow('epochs');
    await expect(model.fit(x, y, { initialEpoch: 5, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(model.nextEpoch).toBe(2);
  });

  it('belong to the model: kept by compile, 0 in a copy or a file', async () => {
    const { model, optimizer } = compiled();
    expect(model.nextEpoch).toBe(0);
    await model.fit(x, y, { epochs: 2 });
    model.trainStep(x, y);
    model.compile({ optimizer, loss: model.trainer.requireCompiled('spec').loss });
    expect(model.nextEpoch).toBe(2);
    expect(model.astype('float64').nextEpoch).toBe(0);
    expect(Sequential.fromBytes(model.toBytes()).nextEpoch).toBe(0);
  });
});
