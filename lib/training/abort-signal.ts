// Abort signals: ends waiting for work, and iteration over a source.

import { reading, refuse } from '../checks.ts';

/** The part of an `AbortSignal` in use, so that the types of neither the DOM nor Node are needed. */
export interface AbortSignalLike {
  /** Whether the work is to end. */
  readonly aborted: boolean;
  /** What the work then rejects with. */
  readonly reason: unknown;
  /** Throws `reason` once `aborted` is true. */
  throwIfAborted(): void;
  /** Calls `listener` when `aborted` becomes true. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Calls it no more. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Returns `value` when it is an AbortSignal. */
export function requireSignal(where: string, argument: string, value: unknown): AbortSignalLike {
  const signal = value as AbortSignalLike;
  for (const method of ['throwIfAborted', 'addEventListener', 'removeEventListener'] as const) {
    const found = reading(where, argument, () => signal?.[method]);
    if (typeof found !== 'function') refuse(where, argument, 'be an AbortSignal', signal);
  }
  return signal;
}

/** What `work` gives; rejects with the signal's reason as soon as that aborts, whether or not `work` ever settles. */
export async function orAborted<R>(signal: AbortSignalLike | undefined, work: R | PromiseLike<R>): Promise<R> {
  if (signal === undefined || work === undefined) return work;
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The items of a source until the signal aborts: looked at before, while it waits for an item, and after each. */
export async function* untilAborted<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<T, void> {
  signal?.throwIfAborted();
  const iterator = iteratorOf(source);
  let open = false; // an iterator that has ended or thrown is not closed
  try {
    for (;;) {
      open = false;
      const { done, value } = await orAborted(signal, iterator.next());
      if (done) return;
      open = true;
      signal?.throwIfAborted();
      yield await orAborted(signal, value);
      signal?.throwIfAborted();
    }
  } finally {
    // The error that ended the iteration is the one to report, so errors of closing are dropped.
    if (open || signal?.aborted) await Promise.allSettled([orAborted(signal, close(iterator))]);
  }
}

type AnyIterator<T> = AsyncIterator<T> | Iterator<T | PromiseLike<T>>;

async function close(iterator: AnyIterator<unknown>): Promise<void> {
  await iterator.return?.();
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AnyIterator<T> {
  const either = source as AsyncIterable<T> & Iterable<T>;
  return either[Symbol.asyncIterator]?.() ?? either[Symbol.iterator]();
}
