// The queue without workers: the specs write what a worker would.

import { describe, expect, it } from '@jest/globals';
import { type Consumer, consume, Queue } from '../../../lib/kernels/threads/queue.ts';

const ROOM = 1024;
const LINE = 16;
const [WRITTEN, OWNER_SLEEPS, DONE] = [0, 2 * LINE, 3 * LINE];

/** Milliseconds that a queue waits in these specs. */
const LIMIT = 20;

/** A queue, and what its workers say about themselves. */
function queueOf(workers: number, maySleep = true) {
  const queue = new Queue(workers, maySleep);
  const { words } = queue.memory;
  const start = (worker: number): void => void Atomics.store(words, DONE + (worker - 1) * LINE + 1, 1);
  const done = (worker: number, count: number): void => void Atomics.store(words, DONE + (worker - 1) * LINE, count);
  const write = (count: number, parts: number): void => {
    for (let k = 0; k < count; k++) {
      queue.room(LIMIT);
      queue.write(7, 3, 0, parts);
    }
  };
  return { queue, words, start, done, write };
}

describe('Queue', () => {
  it('counts workers that have started, of those without a gap', () => {
    const { queue, start } = queueOf(4);
    expect(queue.started).toBe(0);
    start(2);
    start(3);
    expect(queue.started).toBe(0);
    start(1);
    expect(queue.started).toBe(3);
    start(4);
    expect(queue.started).toBe(4);
  });

  it('counts no worker that was interrupted while it started, until it has caught up', () => {
    const { queue, start, done, write } = queueOf(1);
    write(ROOM + 5, 1);
    done(1, 3); // what it read before the interruption
    start(1);
    expect(queue.started).toBe(0);
    done(1, queue.written);
    expect(queue.started).toBe(1);
  });

  it('writes commands one after the other, and counts them', () => {
    const { queue, words } = queueOf(1);
    const places = [5, 6, 7].map((kernel) => {
      const at = queue.room(LIMIT);
      queue.memory.commands.fill(kernel, at, at + 16);
      queue.write(10 + kernel, kernel, 20 + kernel, 30 + kernel);
      return at;
    });
    expect(places).toEqual([4, 24, 44]);
    for (const [k, kernel] of [5, 6, 7].entries()) {
      const command = queue.memory.commands.subarray(20 * k, 20 * k + 20);
      expect([...command]).toEqual([kernel, 10 + kernel, 20 + kernel, 30 + kernel, ...new Array(16).fill(kernel)]);
    }
    expect([queue.written, Atomics.load(words, WRITTEN)]).toEqual([3, 3]);
  });

  it('joins workers that have a part only', () => {
    const { queue, done, write } = queueOf(3);
    queue.join(LIMIT); // nothing to wait for
    write(2, 2);
    done(1, 2);
    queue.join(LIMIT);
    write(1, 3);
    write(1, 2);
    done(1, 4);
    expect(() => queue.join(LIMIT)).toThrow(`worker 2 did not answer within ${LIMIT} ms`);
    done(2, 3);
    expect(() => queue.join(LIMIT)).toThrow('worker 2 ');
    done(2, 4);
    queue.join(LIMIT); // worker 3 has done nothing
    write(1, 2);
    done(1, 5);
    queue.join(LIMIT); // of the last join's parts, none is left
  });

  it.each([true, false])('waits for the whole limit, whether it may sleep (%s) or not', (maySleep) => {
    const { queue, words, write } = queueOf(1, maySleep);
    write(1, 2);
    const began = performance.now();
    expect(() => queue.join(LIMIT)).toThrow(Error);
    expect(performance.now() - began).toBeGreaterThanOrEqual(LIMIT);
    expect(Atomics.load(words, OWNER_SLEEPS)).toBe(0);
  });

  it('overwrites no command that a worker has not done', () => {
    const { queue, start, done, write } = queueOf(2);
    start(1);
    start(2);
    expect(queue.started).toBe(2);
    write(ROOM, 1);
    expect(() => queue.room(LIMIT)).toThrow('worker 1 did not answer');
    done(1, ROOM / 2);
    expect(() => queue.room(LIMIT)).toThrow('worker 2 did not answer');
    done(2, ROOM / 2 - 1);
    expect(() => queue.room(LIMIT)).toThrow('worker 2 did not answer');
    done(2, ROOM / 2);
    expect(queue.room(LIMIT)).toBe(4); // the first place again
    write(ROOM / 2, 1);
    expect(() => queue.room(LIMIT)).toThrow('worker 1 did not answer');
  });

  it('waits for no worker that has not started', () => {
    const { queue, start, done, write } = queueOf(2);
    write(3 * ROOM, 1);
    start(1);
    done(1, queue.written);
    write(ROOM, 1);
    expect(queue.written).toBe(4 * ROOM);
  });
});

/** What a worker has done, until it throws at the end of the last command. */
async function consumed(queue: Queue, worker: number, last: number, write: () => void) {
  const seen: unknown[] = [];
  const known = new Set<number>();
  const consumer: Consumer = {
    call: (memory, kernel, commands, at, of, part, parts) => {
      seen.push(['call', memory, kernel, commands[at], of, part, parts]);
      if (kernel === last) throw new Error('the last command');
    },
    has: (memory) => known.has(memory),
    attach: async (memory) => {
      seen.push(['attach', memory]);
      known.add(memory);
    },
    detach: (memory) => {
      seen.push(['detach', memory]);
      known.delete(memory);
    },
  };
  const { words } = queue.memory;
  const { load } = Atomics;
  let reads = 0;
  // The owner writes after the worker has started, which is when it reads the count for the second time.
  Atomics.load = ((array: Int32Array, at: number) => {
    if (array === words && at === WRITTEN && ++reads === 2) write();
    return load(array, at);
  }) as typeof Atomics.load;
  try {
    await expect(consume(queue.memory, worker, consumer)).rejects.toThrow('the last command');
  } finally {
    Atomics.load = load;
  }
  return seen;
}

describe('consume', () => {
  const command = (queue: Queue, memory: number, kernel: number, parts: number): void => {
    queue.memory.commands[queue.room(LIMIT)] = 100 * kernel;
    queue.write(memory, kernel, 9, parts);
  };

  it('computes the parts of its worker, and waits for memories', async () => {
    const queue = new Queue(2, true);
    command(queue, 1, 5, 3); // before the worker has started
    const seen = await consumed(queue, 2, 8, () => {
      command(queue, 1, 6, 3);
      command(queue, 1, 7, 2); // not for worker 2
      queue.detach(1, LIMIT);
      command(queue, 1, 7, 16);
      command(queue, 2, 8, 3);
    });
    expect(seen).toEqual([
      ['attach', 1],
      ['call', 1, 6, 600, 9, 2, 3],
      ['detach', 1],
      ['attach', 1],
      ['call', 1, 7, 700, 9, 2, 16],
      ['attach', 2],
      ['call', 2, 8, 800, 9, 2, 3],
    ]);
  });

  it('says that it has started, and which commands it has done', async () => {
    const queue = new Queue(1, true);
    for (let k = 0; k < 5; k++) command(queue, 1, 5, 2);
    await consumed(queue, 1, 8, () => {
      expect(queue.started).toBe(1);
      expect(Atomics.load(queue.memory.words, DONE)).toBe(5);
      command(queue, 1, 8, 2);
    });
    expect(Atomics.load(queue.memory.words, DONE)).toBe(5); // it failed
  });
});
