import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { timeSlice } from '../../lib/engine/signal.ts';
import {
  Adam,
  type BatchLog,
  type Callbacks,
  type Chunk,
  type CompileOptions,
  Dense,
  GRU,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { compiled, expectSame, x, y } from './trainable.ts';

jest.setTimeout(10_000); // a wait that does not end is found soon

const never = new Promise<never>(() => {});
const reason = new Error('changed my mind');

/** An answer that never comes; the signal aborts once somebody waits for it. */
function silence(controller: AbortController): Promise<never> {
  setTimeout(() => controller.abort(reason));
  return never;
}

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** Answers that come when asked for, and are errors; the signal aborts before. */
function failingLater(controller: AbortController) {
  const waiting: ((error: Error) => void)[] = [];
  const answer = () => {
    silence(controller);
    return new Promise<never>((_, reject) => void waiting.push(reject));
  };
  const failAll = (): void => {
    expect(waiting).not.toHaveLength(0);
    for (const fail of waiting) fail(new Error('too late'));
  };
  return { answer, failAll };
}

const [B, I, O] = [2, 3, 2];
const sequence = { x: randomNormal([B, 12, I], { seed: 1 }), y: randomNormal([B, 12, O], { seed: 2 }) };
const piece = (from: number, to: number): Chunk => [timeSlice(sequence.x, from, to), timeSlice(sequence.y, from, to)];

function streaming(options: Partial<CompileOptions> = {}): Sequential {
  const layers = [new GRU({ units: 4, returnSequences: true }), new Dense({ units: O })];
  const model = new Sequential(layers, { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...options });
}

describe('a signal ends a fit', () => {
  it.each(['onBatchBegin', 'onBatchEnd', 'onEpochEnd'] as const)('whose %s never settles', async (name) => {
    const { model, optimizer } = compiled();
    const controller = new AbortController();
    const { signal } = controller;
    const callbacks: Callbacks[] = [{ [name]: () => silence(controller) }];
    await expect(model.fit(x, y, { epochs: 2, batchSize: 4, callbacks, signal })).rejects.toBe(reason);
    expect(optimizer.iterations).toBe({ onBatchBegin: 0, onBatchEnd: 1, onEpochEnd: 3 }[name]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect((await model.fit(x, y)).epochs).toHaveLength(1); // unlocked
  });

  it('whose callback aborts, and never settles', async () => {
    const { model } = compiled();
    const controller = new AbortController();
    const onBatchEnd = (): Promise<void> => {
      controller.abort(reason);
      return never;
    };
    await expect(model.fit(x, y, { callbacks: [{ onBatchEnd }], signal: controller.signal })).rejects.toBe(reason);
  });

  it.each([
    ['onBatchBegin', 0, 0],
    ['onBatchEnd', 2, 0], // in the last batch: the epoch has not ended
    ['onEpochEnd', 0, 1],
  ] as const)('from within %s, asynchronous or not, before any other callback', async (name, at, counted) => {
    for (const give of [() => undefined, () => Promise.resolve()]) {
      const { model, optimizer } = compiled();
      const controller = new AbortController();
      const calls: string[] = [];
      const abort = (log: Partial<BatchLog>): void | Promise<void> => {
        if (log.batch !== undefined && log.batch !== at) return;
        controller.abort(reason);
        return give();
      };
      const rest: Callbacks = {
        onBatchEnd: ({ batch }) => void (batch === at && calls.push('onBatchEnd')),
        onEpochEnd: () => void calls.push('onEpochEnd'),
      };
      const options = { batchSize: 4, callbacks: [{ [name]: abort }, rest], signal: controller.signal };
      await expect(model.fit(x, y, options)).rejects.toBe(reason);
      expect(calls).toEqual(name === 'onEpochEnd' ? ['onBatchEnd'] : []);
      expect([optimizer.iterations, model.nextEpoch]).toEqual([name === 'onBatchBegin' ? 0 : 3, counted]);
    }
  });

  it('whose callback fails after that: nobody hears of it', async () => {
    const { model } = compiled();
    const controller = new AbortController();
    const { answer: onBatchEnd, failAll } = failingLater(controller);
    await expect(model.fit(x, y, { callbacks: [{ onBatchEnd }], signal: controller.signal })).rejects.toBe(reason);
    failAll();
  });

  it('and not one that it does not abort: callbacks are awaited, errors come through, no listener is left', async () => {
    const { signal } = new AbortController();
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const order: number[] = [];
    const onBatchEnd = async ({ batch }: BatchLog): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(batch);
    };
    await model.fit(x, y, { batchSize: 4, callbacks: [{ onBatchEnd }], signal });
    await twin.fit(x, y, { batchSize: 4 });
    expect(order).toEqual([0, 1, 2]);
    expectSame(model, twin);
    const failing = { onEpochEnd: () => Promise.reject(new Error('enough')) };
    await expect(model.fit(x, y, { callbacks: [failing], signal })).rejects.toThrow('enough');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('a signal ends a fitStream', () => {
  /** Two chunks, then no answer. */
  function silent(closed: string[], answer: () => Promise<IteratorResult<Chunk>>) {
    const given = [piece(0, 3), piece(3, 6)];
    const iterator = {
      next: () => (given.length > 0 ? Promise.resolve({ done: false as const, value: given.shift()! }) : answer()),
      return: () => {
        closed.push('closed');
        return answer();
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  it('whose source never answers: it is closed, the state is that after the last chunk, the model unlocks', async () => {
    const [model, whole] = [
      streaming({ truncate: { every: 3, back: 7 }, optimizer: new SGD({ learningRate: 0 }) }),
      streaming(),
    ];
    const [state, expected] = [model, whole].map((each) => each.stream({ batchSize: B }).zeroState());
    whole.trainer.states.advance('spec', piece(0, 6)[0] as Tensor, expected!);
    const controller = new AbortController();
    const { signal } = controller;
    const closed: string[] = [];
    await expect(
      model.fitStream(
        silent(closed, () => silence(controller)),
        { state: state!, signal },
      ),
    ).rejects.toBe(reason);
    expect(closed).toEqual(['closed']);
    expectBits(state!.gru1!.h!, expected!.gru1!.h!);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect((await model.fitStream([piece(6, 9)])).batches).toBe(1);
  });

  it('whose source fails after that, or when it is closed: nobody hears of it', async () => {
    const controller = new AbortController();
    const { answer, failAll } = failingLater(controller);
    await expect(streaming().fitStream(silent([], answer), { signal: controller.signal })).rejects.toBe(reason);
    failAll();
  });

  it('that waits within an asynchronous generator', async () => {
    const controller = new AbortController();
    async function* source(): AsyncGenerator<Chunk> {
      yield piece(0, 3);
      await silence(controller);
    }
    await expect(streaming().fitStream(source(), { signal: controller.signal })).rejects.toBe(reason);
  });

  it('that waits for one of several promises', async () => {
    const controller = new AbortController();
    function* promises() {
      yield Promise.resolve(piece(0, 3));
      yield silence(controller);
    }
    const source = promises() as unknown as Iterable<Chunk>;
    await expect(streaming().fitStream(source, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('whose callback never settles while it streams', async () => {
    const controller = new AbortController();
    const model = streaming();
    const options = { callbacks: [{ onBatchEnd: () => silence(controller) }], signal: controller.signal };
    await expect(model.fitStream([piece(0, 3), piece(3, 6)], options)).rejects.toBe(reason);
    expect((await model.fitStream([piece(0, 3)])).batches).toBe(1);
  });
});

describe('a source', () => {
  /** Chunks, and what was asked of their iterator. */
  function observed(values: readonly unknown[], asked: string[], fails = false): Iterable<Chunk> {
    let k = 0;
    const next = (): IteratorResult<Chunk> => {
      asked.push('next');
      if (k < values.length) return { done: false, value: values[k++] as Chunk };
      if (fails) throw new Error('the disk is gone');
      return { done: true, value: undefined };
    };
    const close = (): IteratorResult<Chunk> => {
      asked.push('return');
      throw new Error('cannot be closed');
    };
    return { [Symbol.iterator]: () => ({ next, return: close }) };
  }

  it('is closed where training ends before it, and that error is the one that comes', async () => {
    const asked: string[] = [];
    const chunks = observed([piece(0, 3), 'no chunk', piece(3, 6)], asked);
    await expect(streaming().fitStream(chunks)).rejects.toThrow(
      '"chunks[1]" must be a pair [x, y], or [x, y, { lengths }]; received "no chunk"',
    );
    expect(asked).toEqual(['next', 'next', 'return']);
  });

  it('is not closed where it ends by itself, or fails', async () => {
    const asked: string[] = [];
    expect((await streaming().fitStream(observed([piece(0, 3)], asked))).batches).toBe(1);
    await expect(streaming().fitStream(observed([piece(0, 3)], asked, true))).rejects.toThrow('the disk is gone');
    expect(asked).toEqual(['next', 'next', 'next', 'next']);
  });

  it('may take its time to close', async () => {
    const events: string[] = [];
    async function* source(): AsyncGenerator<Chunk> {
      try {
        yield piece(0, 3);
        yield [piece(0, 3)[0], piece(0, 2)[1]];
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push('closed');
      }
    }
    await expect(streaming().fitStream(source())).rejects.toThrow('chunks[1][1]');
    expect(events).toEqual(['closed']);
  });
});
