import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { type Callbacks, type Chunk, randomNormal, StateError } from '../../lib/index.ts';
import { compiled, expectSame, x, y } from './trainable.ts';

/** Callbacks that record each event. */
function recorder(events: string[], name = ''): Callbacks {
  return {
    onTrainBegin: () => void events.push(`${name}train`),
    onEpochBegin: ({ epoch, epochs }) => void events.push(`${name}epoch ${epoch} of ${epochs}`),
    onBatchBegin: ({ step }) => void events.push(`${name}batch ${step}`),
    onBatchEnd: ({ step }) => void events.push(`${name}batch ${step} end`),
    onEpochEnd: ({ epoch }) => void events.push(`${name}epoch ${epoch} end`),
    onTrainEnd: () => void events.push(`${name}train end`),
  };
}

const chunks = (count: number): Chunk[] =>
  Array.from({ length: count }, (_, k) => [
    randomNormal([2, 4, 3], { seed: k }),
    randomNormal([2, 2], { seed: k + 9 }),
  ]);

const EVENTS = ['onTrainBegin', 'onEpochBegin', 'onBatchBegin', 'onBatchEnd', 'onEpochEnd'] as const;

describe('events of a training', () => {
  it('come in order', async () => {
    const events: string[] = [];
    await compiled().model.fit(x, y, { epochs: 2, batchSize: 5, callbacks: [recorder(events)] });
    const batches = (from: number) => [from, from + 1].flatMap((step) => [`batch ${step}`, `batch ${step} end`]);
    const epochs = [0, 1].flatMap((e) => [`epoch ${e} of 2`, ...batches(2 * e), `epoch ${e} end`]);
    expect(events).toEqual(['train', ...epochs, 'train end']);
  });

  it('come in order in a stream, which is one epoch', async () => {
    const events: string[] = [];
    await compiled().model.fitStream(chunks(1), { callbacks: [recorder(events)] });
    expect(events).toEqual(['train', 'epoch 0 of 1', 'batch 0', 'batch 0 end', 'epoch 0 end', 'train end']);
  });

  it('onTrainBegin has the optimizer, and the parameters once they exist', async () => {
    const { model, optimizer } = compiled();
    const seen: unknown[] = [];
    const look: Callbacks = {
      onTrainBegin: (run) => {
        seen.push(run.optimizer);
        seen.push(run.parameters.size);
      },
    };
    await expect(model.fit(x, y, { callbacks: [look] })).rejects.toThrow(StateError);
    await model.build(3).fit(x, y, { callbacks: [look] });
    expect(seen).toHaveLength(3);
    expect(seen[0]).toBe(optimizer);
    expect(seen.slice(1)).toEqual([optimizer, model.parameters.size]);
  });

  it('an error of onTrainBegin ends the training before it begins', async () => {
    const events: string[] = [];
    const { model } = compiled();
    const failing: Callbacks = {
      onTrainBegin: () => {
        throw new Error('enough');
      },
    };
    await expect(model.fit(x, y, { callbacks: [failing, recorder(events)] })).rejects.toThrow('enough');
    expect(events).toEqual(['train end']);
    expect(model.built).toBe(false);
  });
});

describe('false', () => {
  const drawn = fc.record({
    event: fc.constantFrom(...EVENTS),
    at: fc.nat(5),
    later: fc.boolean(),
    stream: fc.boolean(),
  });

  test.prop([drawn])('ends the training as stop does', async ({ event, at, later, stream }) => {
    const train = async (stop: (count: number, run: { stop(): void }) => unknown) => {
      const events: string[] = [];
      const { model } = compiled();
      let count = 0;
      const callback = (...given: readonly unknown[]) => stop(count++, given.at(-1) as { stop(): void });
      const callbacks = [{ [event]: callback } as Callbacks, recorder(events)];
      const history = stream
        ? await model.fitStream(chunks(4), { callbacks })
        : await model.fit(x, y, { epochs: 3, batchSize: 5, callbacks });
      return { model, history, events };
    };
    const byStop = await train((count, run) => void (count === at && run.stop()));
    const byFalse = await train((count) => {
      const result = count !== at && undefined;
      return later ? Promise.resolve(result) : result;
    });
    expect(byFalse.events).toEqual(byStop.events);
    expect(byFalse.history).toEqual(byStop.history);
    expect(byFalse.model.built).toBe(byStop.model.built);
    if (byStop.model.built) expectSame(byFalse.model, byStop.model);
  });

  it.each(['onTrainBegin', 'onEpochBegin'] as const)('of %s ends it before the first step', async (event) => {
    const { model } = compiled();
    const stop = { [event]: () => false } as Callbacks;
    expect(await model.fit(x, y, { callbacks: [stop] })).toMatchObject({ epochs: [], nextEpoch: 0, stopped: true });
    expect(model.built).toBe(false);
    const history = await model.fitStream(chunks(1), { callbacks: [stop] });
    expect(history).toMatchObject({ batches: 0, stopped: true });
    expect(model.built).toBe(false);
  });

  it('alone ends it: other values do not', async () => {
    const odd = [undefined, null, 0, '', true, Number.NaN];
    const callbacks = odd.map((value) => ({ onBatchEnd: () => value }) as unknown as Callbacks);
    expect(await compiled().model.fit(x, y, { callbacks })).toMatchObject({ stopped: false });
  });
});
