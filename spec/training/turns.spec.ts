import { fc, test } from '@fast-check/jest';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { randomNormal } from '../../lib/index.ts';
import { turnTaker } from '../../lib/training/turns.ts';
import { compiled } from './trainable.ts';

// A clock that only the work under test moves, and a queue that records when others had a turn.
function clock() {
  let now = 1e6;
  const turns: number[] = [];
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(globalThis, 'setImmediate').mockImplementation(((task: () => void) => {
    turns.push(now);
    queueMicrotask(task);
  }) as never);
  return {
    turns,
    work: (milliseconds: number) => {
      now += milliseconds;
    },
    /** The longest time without a turn. */
    longest: () => [...turns, now].reduce((most, at, k) => Math.max(most, at - (turns[k - 1] ?? 1e6)), 0),
  };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('turns', () => {
  test.prop([fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 60 })])(
    'come within 30 ms of work, or after one longer part',
    async (part, count) => {
      const { work, longest, turns } = clock();
      const turn = turnTaker();
      for (let k = 0; k < count; k++) {
        work(part);
        await turn();
      }
      expect(longest()).toBeLessThanOrEqual(Math.max(30, part));
      expect(turns.length).toBeLessThanOrEqual(Math.floor((count * part) / Math.max(part, 15)));
    },
  );

  const { setImmediate: immediate, MessageChannel: Channel, setTimeout: timeout } = globalThis;
  const host = globalThis as unknown as Record<string, unknown>;
  /** From the best to the last choice. */
  const queues: Readonly<Record<string, (task: () => void) => unknown>> = {
    setImmediate: immediate,
    MessageChannel: (task) => {
      const { port1, port2 } = new Channel();
      port1.onmessage = () => {
        port1.close();
        task();
      };
      port2.postMessage(null);
    },
    setTimeout: timeout,
  };

  /** Leaves the event loop these queues only. */
  const leave = (...names: readonly string[]): void => {
    for (const name of Object.keys(queues)) if (!names.includes(name)) host[name] = undefined;
  };
  afterEach(() => {
    Object.assign(globalThis, { setImmediate: immediate, MessageChannel: Channel, setTimeout: timeout });
  });

  it.each([
    ['setImmediate', ['setImmediate', 'MessageChannel', 'setTimeout']],
    ['MessageChannel', ['MessageChannel', 'setTimeout']],
    ['setTimeout', ['setTimeout']],
  ])('run tasks that waited before, by %s', async (best, left) => {
    leave(...left);
    const order: string[] = [];
    const turn = turnTaker();
    queues[best]!(() => order.push('another task'));
    await turn(true);
    order.push('the next part');
    expect(order).toEqual(['another task', 'the next part']);
  });

  it('need a queue', () => {
    leave();
    expect(turnTaker()(true)).toBeUndefined();
  });

  it('come during training and validation', async () => {
    const { model } = compiled();
    const [x, y] = [randomNormal([20, 4, 3], { seed: 1 }), randomNormal([20, 2], { seed: 2 })];
    await model.fit(x, y, { batchSize: 1 });
    const time = clock();
    const { trainer } = model;
    const { lossOf, batch } = trainer;
    trainer.batch = function (...given) {
      time.work(7);
      return batch.apply(this, given);
    };
    trainer.lossOf = function (...given) {
      time.work(10);
      return lossOf.apply(this, given);
    };
    await model.fit(x, y, { batchSize: 1, validationData: [x, y], epochs: 2 });
    expect(time.longest()).toBeLessThanOrEqual(30);
  });

  it('let a signal end the validation', async () => {
    const { model } = compiled();
    const [x, y] = [randomNormal([20, 4, 3], { seed: 1 }), randomNormal([20, 2], { seed: 2 })];
    const controller = new AbortController();
    const { trainer } = model;
    const { lossOf } = trainer;
    let batches = 0;
    trainer.lossOf = function (...given) {
      if (++batches === 3) controller.abort(new Error('enough'));
      return lossOf.apply(this, given);
    };
    const fitting = model.fit(x, y, { batchSize: 1, validationData: [x, y], signal: controller.signal });
    await expect(fitting).rejects.toThrow('enough');
    expect(batches).toBe(3);
    expect(model.nextEpoch).toBe(0);
  });
});
