import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  type BatchLog,
  type Callbacks,
  type EpochLog,
  Parameters,
  progressBar,
  type TrainingRun,
  tensor,
} from '../../lib/index.ts';
import { compiled, x, y } from './trainable.ts';

/** A run that no callback here stops. */
const RUN: TrainingRun = { optimizer: new Adam(), parameters: Parameters.of({ w: tensor([1]) }), stop() {} };

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
  clippedShare: 0,
  clippedNorm: 2,
  learningRate: 0.01,
  metrics: {},
  validationMetrics: {},
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

  it('writes every epoch over its line', async () => {
    const { bar, written } = shown(true);
    await bar.onEpochEnd!(epochLog, RUN);
    await bar.onEpochEnd!({ ...epochLog, epoch: 3 }, RUN);
    expect(written.map((text) => [text.startsWith('\r'), text.endsWith('\u001b[K')])).toEqual([
      [true, true],
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
    expect(Object.keys(progressBar())).toEqual(['onBatchEnd', 'onEpochEnd', 'onTrainEnd']);
    const { bar, written } = shown(false);
    await bar.onEpochEnd!({ ...epochLog, loss: Number.NaN }, RUN);
    expect(written[0]).toContain('loss NaN');
  });
});

describe('progressBar on a terminal ends its line once', () => {
  const failing = (): never => {
    throw new Error('enough');
  };
  it.each<[string, (controller: AbortController) => Callbacks, string | undefined]>([
    ['the epochs are over', () => ({}), undefined],
    ['a callback stops the run after an epoch', () => ({ onEpochEnd: (_, run) => run.stop() }), undefined],
    ['a callback stops the run within an epoch', () => ({ onBatchEnd: (_, run) => run.stop() }), undefined],
    ['a signal aborts', (controller) => ({ onBatchEnd: () => controller.abort(new Error('gone')) }), 'gone'],
    ['a callback throws', () => ({ onBatchEnd: failing }), 'enough'],
  ])('when %s', async (_, callbacksOf, error) => {
    const { bar, written } = shown(true);
    const { model } = compiled();
    const controller = new AbortController();
    const { signal } = controller;
    const callbacks = [bar, callbacksOf(controller)];
    const running = model.fit(x, y, { epochs: 3, batchSize: 4, callbacks, signal });
    await (error === undefined ? running : expect(running).rejects.toThrow(error));
    expect(written.length).toBeGreaterThan(1);
    expect(written.map((text) => text.endsWith('\n'))).toEqual(written.map((_, k) => k === written.length - 1));
  });

  it('in every run that uses it', async () => {
    const { bar, written } = shown(true);
    const { model } = compiled();
    for (let run = 0; run < 2; run++) await model.fit(x, y, { callbacks: [bar] });
    expect(written.filter((text) => text === '\n')).toHaveLength(2);
  });

  it('but none that it did not write', async () => {
    const { bar, written } = shown(true);
    await expect(compiled().model.fit(x, y, { callbacks: [{ onBatchBegin: failing }, bar] })).rejects.toThrow('enough');
    expect(written).toEqual([]);
  });
});
