import { describe, expect, it, jest } from '@jest/globals';
import { Random, randomNormal, type Sequential, stack } from '../../lib/index.ts';
import { compiled, expectSame, fitted, N, x, y } from './trainable.ts';

const differs = (a: Sequential, b: Sequential): boolean =>
  JSON.stringify(a.parameters.get('dense1.kernel').value.toArray()) !==
  JSON.stringify(b.parameters.get('dense1.kernel').value.toArray());

describe('fit', () => {
  it('is trainStep over the rows of each batch, the last one smaller, bit for bit', async () => {
    const { model, history } = await fitted({ epochs: 2, batchSize: 4, shuffle: false });
    const { model: byHand, optimizer } = compiled();
    for (let epoch = 0; epoch < 2; epoch++) {
      const steps = [0, 4, 8].map((start) => {
        const rows = Math.min(4, N - start);
        const step = byHand.trainStep(x.lo(start, 0, 0).hi(rows, 4, 3), y.lo(start, 0).hi(rows, 2));
        return { ...step, rows };
      });
      const log = history.epochs[epoch]!;
      expect(log.loss).toBeCloseTo(steps.reduce((sum, { loss, rows }) => sum + loss * rows, 0) / N, 12);
      expect(log.gradientNorm).toBeCloseTo(steps.reduce((sum, s) => sum + s.gradientNorm * s.rows, 0) / N, 12);
      expect(log).toMatchObject({ epoch, epochs: 2, validationLoss: undefined, learningRate: 0.01, skipped: 0 });
    }
    expect(optimizer.iterations).toBe(6);
    expectSame(model, byHand);
  });

  it('shuffles each epoch by the seed’s own order', async () => {
    const { model } = await fitted({ epochs: 2, batchSize: 5, seed: 7 });
    const { model: byHand } = compiled();
    for (let epoch = 0; epoch < 2; epoch++) {
      const order = Array.from(new Random(7, epoch).permutation(N));
      for (const rows of [order.slice(0, 5), order.slice(5)]) {
        byHand.trainStep(stack(rows.map((row) => x.pick(row))), stack(rows.map((row) => y.pick(row))));
      }
    }
    expectSame(model, byHand);
  });

  it('gives the same bits for the same seed and others for another', async () => {
    const [first, again, other] = [
      await fitted({ epochs: 3, batchSize: 3, seed: 5 }),
      await fitted({ epochs: 3, batchSize: 3, seed: 5 }),
      await fitted({ epochs: 3, batchSize: 3, seed: 6 }),
    ];
    expectSame(first.model, again.model);
    expect(again.history).toEqual(first.history);
    expect(differs(first.model, other.model)).toBe(true);
    expect(differs(first.model, (await fitted({ epochs: 3, batchSize: 3, shuffle: false })).model)).toBe(true);
  });

  it('has defaults: one epoch, batches of 32, shuffled with seed 0', async () => {
    expectSame((await fitted({})).model, (await fitted({ epochs: 1, batchSize: 32, shuffle: true, seed: 0 })).model);
  });

  it('evaluates validation data after each epoch and never trains on them', async () => {
    const validationData = [randomNormal([7, 4, 3], { seed: 3 }), randomNormal([7, 2], { seed: 4 })] as const;
    const { model } = compiled();
    const seen: number[] = [];
    const onEpochEnd = (): void => void seen.push(model.evaluate(...validationData, { batchSize: 3 }));
    const { epochs } = await model.fit(x, y, { epochs: 3, batchSize: 3, validationData, callbacks: [{ onEpochEnd }] });
    expect(epochs.map(({ validationLoss }) => validationLoss)).toEqual(seen);
    expectSame(model, (await fitted({ epochs: 3, batchSize: 3 })).model);
  });

  it('prints nothing', async () => {
    const printed = jest.fn(() => true);
    const spies = [
      jest.spyOn(process.stdout, 'write').mockImplementation(printed),
      jest.spyOn(process.stderr, 'write').mockImplementation(printed),
      ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
        jest.spyOn(console, method).mockImplementation(printed as () => void),
      ),
    ];
    await fitted({ epochs: 2 });
    for (const spy of spies) spy.mockRestore();
    expect(printed).not.toHaveBeenCalled();
  });
});
