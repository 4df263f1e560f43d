import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  type Chunk,
  type CompileOptions,
  Dense,
  MeanSquaredError,
  type Reduction,
  randomNormal,
  Sequential,
  SGD,
  tensor,
  zeros,
} from '../../lib/index.ts';

/** One weight of 1, no bias, and a rate of 0: the loss of x is Σx² or its mean, the norm of its gradient twice that. */
function squares(reduction: Reduction, options: Partial<CompileOptions> = {}): Sequential {
  const model = new Sequential([new Dense({ units: 1, useBias: false })], { inputSize: 1 }).build();
  model.parameters.get('dense1.kernel').value.set(0, 0, 1);
  return model.compile({
    optimizer: new SGD({ learningRate: 0 }),
    loss: new MeanSquaredError({ reduction }),
    ...options,
  });
}

const N = 7;
const x = tensor([1, 2, 3, 4, 5, 6, 7].map((v) => [v]));
const y = zeros([N, 1]);
const validationData = [x, y] as const;

/** [1, N, 1] from one step to another. */
function chunk(from: number, to: number): Chunk {
  const steps = x.lo(from, 0).hi(to - from, 1);
  return [tensor([steps.toArray() as number[][]]), zeros([1, to - from, 1])];
}

describe.each([
  ['sum', 140],
  ['mean', 20],
] as const)('a loss with reduction %s', (reduction, expected) => {
  it.each([1, 2, 3, 4, 7, 32])('is one number in batches of %d: of fit, validation, evaluate', async (batchSize) => {
    const model = squares(reduction);
    const { epochs } = await model.fit(x, y, { batchSize, shuffle: false, validationData });
    expect(epochs[0]!.loss).toBe(expected);
    expect(epochs[0]!.validationLoss).toBe(expected);
    expect(model.evaluate(x, y, { batchSize })).toBe(expected);
  });

  it.each([[[7]], [[4, 3]], [[1, 5, 1]], [[1, 1, 1, 1, 1, 1, 1]]])(
    'is that of fitStream in chunks of %j',
    async (lengths) => {
      let from = 0;
      const chunks = lengths.map((length) => {
        from += length;
        return chunk(from - length, from);
      });
      expect((await squares(reduction).fitStream(chunks)).loss).toBe(expected);
    },
  );
});

describe('norms of an epoch', () => {
  it('are means over rows, before and after clipping', async () => {
    const { epochs } = await squares('sum', { clip: { globalNorm: 100 } }).fit(x, y, { batchSize: 4, shuffle: false });
    expect(epochs[0]).toMatchObject({ gradientNorm: (60 * 4 + 220 * 3) / N, clippedNorm: (60 * 4 + 100 * 3) / N });
  });

  it('are means over time steps in a stream', async () => {
    const history = await squares('sum', { clip: { globalNorm: 100 } }).fitStream([chunk(0, 4), chunk(4, 7)]);
    expect(history).toMatchObject({ gradientNorm: (60 * 4 + 220 * 3) / N, clippedNorm: (60 * 4 + 100 * 3) / N });
  });
});

describe('steps that were skipped', () => {
  const bad = x.copy();
  bad.set(5, 0, Number.NaN);

  it('count for nothing but their number', async () => {
    const options = { onNonFinite: 'skip', clip: { globalNorm: 50 } } as const;
    const model = squares('mean', options);
    const { epochs } = await model.fit(bad, y, { batchSize: 2, shuffle: false });
    const loss = (2.5 * 2 + 12.5 * 2 + 49) / 5; // rows 1 and 2, 3 and 4, 7; the batch of 5 and 6 is left out
    const clippedNorm = (5 * 2 + 25 * 2 + 50) / 5;
    expect(epochs[0]).toMatchObject({ loss, gradientNorm: 2 * loss, clippedNorm, skipped: 1 });
    expect(model.skippedSteps).toEqual({ consecutive: 0, total: 1 });
  });

  const cases = fc.record({
    rows: fc.integer({ min: 1, max: 12 }),
    batchSize: fc.integer({ min: 1, max: 13 }),
    holes: fc.array(fc.nat(11), { maxLength: 4 }),
    reduction: fc.constantFrom<Reduction>('mean', 'sum'),
  });

  test.prop([cases])(
    'leave what the other rows alone would have given',
    async ({ rows, batchSize, holes, reduction }) => {
      const options = { onNonFinite: 'skip', clip: { globalNorm: 1 } } as const;
      const data = randomNormal([rows, 1], { seed: rows, dtype: 'float64' });
      for (const row of holes) if (row < rows) data.set(row, 0, Number.NaN);
      const targets = zeros([rows, 1]);
      const { epochs } = await squares(reduction, options).fit(data, targets, { batchSize, shuffle: false });
      const starts = Array.from({ length: Math.ceil(rows / batchSize) }, (_, k) => k * batchSize);
      const pieces = starts.map((start) => [start, Math.min(rows, start + batchSize)] as const);
      const kept = pieces.filter(([from, to]) => !holes.some((row) => row >= from && row < to));
      const n = kept.reduce((sum, [from, to]) => sum + to - from, 0);
      const twin = squares(reduction, options);
      const steps = kept.map(([from, to]) => {
        const result = twin.trainStep(data.lo(from, 0).hi(to - from, 1), targets.hi(to - from, 1));
        return { ...result, share: (to - from) / n };
      });
      expect(epochs[0]!.skipped).toBe(pieces.length - kept.length);
      if (n === 0) return; // NaN, see below
      const mean = (of: 'gradientNorm' | 'clippedNorm' | 'loss'): number =>
        steps.reduce((sum, step) => sum + step[of] * step.share, 0);
      const sum = steps.reduce((sum, step) => sum + step.loss, 0);
      expect(epochs[0]!.loss).toBeCloseTo(reduction === 'mean' ? mean('loss') : sum, 12);
      expect(epochs[0]!.gradientNorm).toBeCloseTo(mean('gradientNorm'), 12);
      expect(epochs[0]!.clippedNorm).toBeCloseTo(mean('clippedNorm'), 12);
    },
  );

  it('count for nothing in a stream either', async () => {
    const hole: Chunk = [tensor([[[4], [Number.NaN]]]), zeros([1, 2, 1])];
    const options = { onNonFinite: 'skip', clip: { globalNorm: 50 } } as const;
    const history = await squares('mean', options).fitStream([chunk(0, 2), hole, chunk(6, 7)]);
    const loss = (2.5 * 2 + 49) / 3;
    const clippedNorm = (5 * 2 + 50) / 3;
    expect(history).toMatchObject({ batches: 3, timeSteps: 5, loss, gradientNorm: 2 * loss, clippedNorm, skipped: 1 });
  });

  it('leave NaN where there are no others, for a sum too', async () => {
    const none = zeros([2, 1]);
    none.data.fill(Number.NaN);
    for (const reduction of ['mean', 'sum'] as const) {
      const { epochs } = await squares(reduction, { onNonFinite: 'skip' }).fit(none, zeros([2, 1]), { batchSize: 1 });
      expect(epochs[0]).toMatchObject({
        loss: Number.NaN,
        gradientNorm: Number.NaN,
        clippedNorm: Number.NaN,
        skipped: 2,
      });
    }
    expect((await squares('sum').fitStream([])).loss).toBeNaN();
  });
});
