import { describe, expect, it } from '@jest/globals';
import { type BatchLog, type Callbacks, type EpochLog, StateError } from '../../lib/index.ts';
import { compiled, expectSame, fitted, x, y } from './trainable.ts';

describe('callbacks', () => {
  it('are called in turn, with what happened, and awaited', async () => {
    const events: string[] = [];
    const wait = () => new Promise((resolve) => setTimeout(resolve, 1));
    const slow: Callbacks = {
      async onBatchEnd({ epoch, batch }) {
        await wait();
        events.push(`slow ${epoch}.${batch}`);
      },
      async onEpochEnd({ epoch }) {
        await wait();
        events.push(`slow ${epoch}`);
      },
    };
    const quick: Callbacks = {
      onBatchEnd: ({ epoch, batch }) => void events.push(`quick ${epoch}.${batch}`),
      onEpochEnd: ({ epoch }) => void events.push(`quick ${epoch}`),
    };
    await compiled().model.fit(x, y, { epochs: 2, batchSize: 6, callbacks: [slow, quick, {}] });
    const epoch = (e: number) => [
      `slow ${e}.0`,
      `quick ${e}.0`,
      `slow ${e}.1`,
      `quick ${e}.1`,
      `slow ${e}`,
      `quick ${e}`,
    ];
    expect(events).toEqual([...epoch(0), ...epoch(1)]);
  });

  it('may have records beside them, and methods where they are of a class', async () => {
    class Emitter {
      once(): void {}
    }
    class Log extends Emitter implements Callbacks {
      seen = 0;
      print = (): void => {};
      on(): void {}
      onEpochEnd(): void {
        this.count();
      }
      count(): void {
        this.seen++;
      }
    }
    const log = new Log();
    await compiled().model.fit(x, y, { callbacks: [log, { records: [], name: 'log' } as Callbacks] });
    expect(log.seen).toBe(1);
  });

  it.each<[object, string]>([
    [{ onBatchend() {} }, '"onBatchend". Did you mean onBatchEnd?'],
    [{ onEpochend: undefined }, '"onEpochend". Did you mean onEpochEnd?'],
    [{ onTrainStart() {} }, '"onTrainStart"'],
    [{ batchEnd() {} }, '"batchEnd". Did you mean onBatchEnd?'],
    [{ print() {} }, '"print"'],
    [Object.assign(Object.create(null), { onBatchEnds() {} }), '"onBatchEnds". Did you mean onBatchEnd?'],
    [
      new (class {
        onBatchend() {}
      })(),
      '"onBatchend". Did you mean onBatchEnd?',
    ],
    [
      new (class {
        onbatchbegin = () => {};
      })(),
      '"onbatchbegin". Did you mean onBatchBegin?',
    ],
    [
      new (class extends class {
        onEpochStart() {}
      } {})(),
      '"onEpochStart"',
    ],
  ])('are refused where a name would never be called: %#', async (callbacks, received) => {
    const due =
      'Sequential.fit: "callbacks[1]" must have only onTrainBegin, onEpochBegin, onBatchBegin, onBatchEnd, onEpochEnd, ' +
      'onTrainEnd; received ';
    const { model } = compiled();
    await expect(model.fit(x, y, { callbacks: [{}, callbacks] })).rejects.toThrow(due + received);
  });

  it('see the logs that fit returns, and keep their this', async () => {
    class Log implements Callbacks {
      readonly batches: BatchLog[] = [];
      readonly epochs: EpochLog[] = [];
      onBatchEnd(log: BatchLog): void {
        this.batches.push(log);
      }
      onEpochEnd(log: EpochLog): void {
        this.epochs.push(log);
      }
    }
    const log = new Log();
    const { epochs } = await compiled({ clip: { globalNorm: 0.1 } }).model.fit(x, y, {
      epochs: 2,
      batchSize: 4,
      callbacks: [log],
    });
    expect(log.epochs).toEqual(epochs);
    expect(log.batches).toHaveLength(6);
    expect(log.batches[4]).toMatchObject({
      epoch: 1,
      epochs: 2,
      batch: 1,
      batches: 3,
      learningRate: 0.01,
      skipped: false,
    });
    expect(log.batches.every(({ gradientNorm, clippedNorm }) => clippedNorm < gradientNorm)).toBe(true);
    expect(log.batches.map(({ step, steps }) => [step, steps])).toEqual([0, 1, 2, 3, 4, 5].map((step) => [step, 6]));
  });

  it('may set the learning rate: the next step uses it', async () => {
    const { model, optimizer } = compiled();
    const rates: number[] = [];
    const callbacks: Callbacks[] = [
      { onBatchEnd: (log) => void rates.push(log.learningRate) },
      {
        onEpochEnd: () => {
          optimizer.learningRate /= 2;
        },
      },
    ];
    await model.fit(x, y, { epochs: 3, callbacks });
    expect(rates).toEqual([0.01, 0.005, 0.0025]);
  });

  it('that throw end the training; the model stays usable', async () => {
    const { model } = compiled();
    const failing: Callbacks = {
      onBatchEnd: () => {
        throw new Error('enough');
      },
    };
    await expect(model.fit(x, y, { callbacks: [failing] })).rejects.toThrow('enough');
    await expect(model.fit(x, y)).resolves.toBeDefined();
  });
});

describe('a signal', () => {
  it('aborted before: nothing happens, and its reason comes back', async () => {
    const { model, optimizer } = compiled();
    const reason = new Error('changed my mind');
    await expect(model.fit(x, y, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(optimizer.iterations).toBe(0);
    expect(model.built).toBe(false);
  });

  it('aborted during: the steps that were finished stay', async () => {
    const { model, optimizer } = compiled();
    const controller = new AbortController();
    const onBatchEnd = ({ epoch, batch }: BatchLog): void => {
      if (epoch === 1 && batch === 0) controller.abort();
    };
    const fitting = model.fit(x, y, {
      epochs: 5,
      batchSize: 4,
      callbacks: [{ onBatchEnd }],
      signal: controller.signal,
    });
    await expect(fitting).rejects.toMatchObject({ name: 'AbortError' });
    expect(optimizer.iterations).toBe(4);
    expect((await model.fit(x, y)).epochs).toHaveLength(1);
  });

  it('aborted from outside gets through while a long training runs', async () => {
    const { model } = compiled();
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('from outside')), 20);
    await expect(model.fit(x, y, { epochs: 1e9, signal: controller.signal })).rejects.toThrow('from outside');
  });
});

describe('two fits at once', () => {
  it('the second is refused, the first goes on', async () => {
    const { model } = compiled();
    const first = model.fit(x, y, { epochs: 3 });
    await expect(model.fit(x, y)).rejects.toThrow(StateError);
    await expect(model.fit(x, y)).rejects.toThrow('Sequential.fit: the call must wait until the fit ends');
    expect((await first).epochs).toHaveLength(3);
    expectSame(model, (await fitted({ epochs: 3 })).model);
    await expect(model.fit(x, y)).resolves.toBeDefined();
  });
});
