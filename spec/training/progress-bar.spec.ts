import { describe, expect, it } from '@jest/globals';
import { type BatchLog, type EpochLog, progressBar, type TrainingRun } from '../../lib/index.ts';

/** A run that no callback here stops. */
const RUN: TrainingRun = { stop() {} };

const batchLog: BatchLog = {
  epoch: 1,
  epochs: 4,
  batch: 1,
  batches: 4,
  step: 5,
  steps: 16,
  rows: 8,
  timeSteps: 3,
  loss: 0.123456,
  gradientNorm: 12.3456,
  clippedNorm: 1,
  learningRate: 0.001,
  skipped: false,
};
const epochLog: EpochLog = {
  epoch: 1,
  epochs: 4,
  loss: 0.5,
  validationLoss: 0.25,
  gradientNorm: 2,
  clippedNorm: 2,
  learningRate: 0.01,
  skipped: 3,
};

function shown(interactive: boolean, width?: number) {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  const bar = progressBar({ interactive, write, ...(width === undefined ? {} : { width }) });
  return { bar, written };
}

describe('progressBar where lines cannot be written over', () => {
  it('writes one line an epoch', async () => {
    const { bar, written } = shown(false);
    await bar.onBatchEnd!(batchLog, RUN);
    expect(written).toEqual([]);
    await bar.onEpochEnd!(epochLog, RUN);
    expect(written).toEqual(['epoch 2/4 loss 0.500  gradient 2.00  rate 0.0100  validation 0.250  skipped 3\n']);
  });

  it('leaves out what there is not', async () => {
    const { bar, written } = shown(false);
    await bar.onEpochEnd!({ ...epochLog, validationLoss: undefined, skipped: 0, clippedNorm: 1 }, RUN);
    expect(written).toEqual(['epoch 2/4 loss 0.500  gradient 2.00 -> 1.00  rate 0.0100\n']);
  });
});

describe('progressBar on a terminal', () => {
  it('writes over its line', async () => {
    const { bar, written } = shown(true, 8);
    await bar.onBatchEnd!(batchLog, RUN);
    expect(written).toEqual(['\r[###.....] 2/4 loss 0.123  gradient 12.3 -> 1.00  rate 0.00100\u001b[K']);
  });

  it('counts the chunks of a stream, whose end is not known', async () => {
    const { bar, written } = shown(true, 8);
    await bar.onBatchEnd!({ ...batchLog, batch: 41, batches: undefined, steps: undefined }, RUN);
    expect(written).toEqual(['\rbatch 42 loss 0.123  gradient 12.3 -> 1.00  rate 0.00100\u001b[K']);
  });

  it('does not redraw all the time', async () => {
    const { bar, written } = shown(true);
    for (let batch = 0; batch < 4; batch++) await bar.onBatchEnd!({ ...batchLog, batch }, RUN);
    expect(written).toHaveLength(1);
  });

  it('ends its line with the last epoch only', async () => {
    const { bar, written } = shown(true);
    await bar.onEpochEnd!(epochLog, RUN);
    await bar.onEpochEnd!({ ...epochLog, epoch: 3 }, RUN);
    expect(written.map((text) => [text.startsWith('\r'), text.endsWith('\n')])).toEqual([
      [true, false],
      [true, true],
    ]);
  });

  it.each([
    [0, 0, '[......]'],
    [3, 3, '[######]'],
  ])('epoch %i, batch %i', async (epoch, batch, expected) => {
    const { bar, written } = shown(true, 6);
    await bar.onBatchEnd!({ ...batchLog, epoch, batch }, RUN);
    expect(written[0]).toContain(expected);
  });
});

describe('progressBar by itself', () => {
  it('is quiet until fit calls it, and shows NaN as it is', async () => {
    expect(Object.keys(progressBar())).toEqual(['onBatchEnd', 'onEpochEnd']);
    const { bar, written } = shown(false);
    await bar.onEpochEnd!({ ...epochLog, loss: Number.NaN }, RUN);
    expect(written[0]).toContain('loss NaN');
  });
});
