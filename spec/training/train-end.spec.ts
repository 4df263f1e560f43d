import { describe, expect, it } from '@jest/globals';
import { type Callbacks, type FitOptions, StateError, tensor } from '../../lib/index.ts';
import { compiled, x, y } from './trainable.ts';

const failing = (message: string) => (): never => {
  throw new Error(message);
};
const aborting = (reason: string): FitOptions => {
  const controller = new AbortController();
  return { callbacks: [{ onBatchEnd: () => controller.abort(new Error(reason)) }], signal: controller.signal };
};

describe('onTrainEnd', () => {
  it.each<[string, () => FitOptions, string | undefined]>([
    ['all epochs', () => ({ epochs: 2 }), undefined],
    ['a stop', () => ({ callbacks: [{ onBatchEnd: (_, run) => run.stop() }] }), undefined],
    ['an abort', () => aborting('aborted'), 'aborted'],
    ['an error of a callback', () => ({ callbacks: [{ onBatchBegin: failing('enough') }] }), 'enough'],
    [
      'an error of the data',
      () => ({ callbacks: [{ onBatchBegin: ({ x }) => void x.set(0, 0, 0, Number.NaN) }] }),
      'NaN',
    ],
  ])('is called once for each callback after %s, and last', async (_, optionsOf, error) => {
    const events: string[] = [];
    const [first, second] = ['first', 'second'].map(
      (name): Callbacks => ({
        onBatchBegin: () => void events.push('batch'),
        onEpochEnd: () => void events.push('epoch'),
        onTrainEnd: () => void events.push(name),
      }),
    );
    const { model } = compiled();
    const { callbacks = [], ...options } = optionsOf();
    const running = model.fit(x, y, { batchSize: 4, ...options, callbacks: [first!, ...callbacks, second!] });
    await (error === undefined ? running : expect(running).rejects.toThrow(error));
    expect(events.slice(-2)).toEqual(['first', 'second']);
    expect(events.filter((event) => event === 'first' || event === 'second')).toHaveLength(2);
    await model.fit(x, y); // unlocked
  });

  it('is called after the source of a stream was closed and its state updated', async () => {
    const { model } = compiled();
    const events: string[] = [];
    const state = model.build(3).stream({ batchSize: 1 }).zeroState();
    function* source() {
      try {
        yield [tensor([[[1, 2, 3]]]), tensor([[0, 0]])] as const;
      } finally {
        events.push('closed');
      }
    }
    const stop: Callbacks = {
      onBatchEnd: (_, run) => run.stop(),
      onEpochEnd: () => void events.push('epoch'),
      onTrainEnd: () => void events.push(`end ${state.gru1!.h!.get(0, 0) !== 0}`),
    };
    await model.fitStream(source(), { state, callbacks: [stop] });
    expect(events).toEqual(['closed', 'epoch', 'end true']);
  });

  it('is awaited, and sees a model that is still being fitted', async () => {
    const { model, optimizer } = compiled();
    const { loss } = model.trainer.requireCompiled('spec');
    const errors: unknown[] = [];
    const slow: Callbacks = {
      async onTrainEnd() {
        await new Promise((resolve) => setTimeout(resolve, 1));
        try {
          model.compile({ optimizer, loss });
        } catch (error) {
          errors.push(error);
        }
      },
    };
    await model.fit(x, y, { callbacks: [slow, { onTrainEnd: () => void errors.push('second') }] });
    expect(errors).toEqual([expect.any(StateError), 'second']);
  });

  it('may fail: the others are called, and the first error is that of fit', async () => {
    const called: number[] = [];
    const rejecting: Callbacks = { onTrainEnd: () => Promise.reject(new Error('the disk is full')) };
    const last: Callbacks = { onTrainEnd: () => void called.push(1) };
    const callbacks = [rejecting, { onTrainEnd: failing('enough') }, last];
    const { model } = compiled();
    await expect(model.fit(x, y, { callbacks })).rejects.toThrow('the disk is full');
    await expect(model.fit(x, y, { callbacks: [{ onBatchEnd: failing('the first') }, ...callbacks] })).rejects.toThrow(
      'the first',
    );
    expect(called).toEqual([1, 1]);
  });

  it('is not awaited after an abort', async () => {
    const { callbacks, ...options } = aborting('aborted');
    const never: Callbacks = { onTrainEnd: () => new Promise(() => {}) };
    await expect(compiled().model.fit(x, y, { ...options, callbacks: [never, ...callbacks!] })).rejects.toThrow(
      'aborted',
    );
  });

  it.each(['fit', 'fitStream'] as const)('is not called if the signal aborted before %s', async (method) => {
    const called: number[] = [];
    const options = { signal: AbortSignal.abort(), callbacks: [{ onTrainEnd: () => void called.push(1) }] };
    const { model } = compiled();
    const running = method === 'fit' ? model.fit(x, y, options) : model.fitStream([[x, y]], options);
    await expect(running).rejects.toThrow('aborted');
    expect(called).toEqual([]);
  });
});
