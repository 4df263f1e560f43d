// Abort signals: promises and iterations that end when a signal aborts.

import { reading, refuse } from '../checks.ts';

/** The part of `AbortSignal` that training uses. It makes the declarations independent of the types of DOM and Node. */
export interface AbortSignalLike {
  /** Whether the signal has aborted. */
  readonly aborted: boolean;
  /** The error that `fit` rejects with after an abort. */
  readonly reason: unknown;
  /** Throws `reason` once `aborted` is true. */
  throwIfAborted(): void;
  /** Calls `listener` when `aborted` becomes true. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Removes a listener. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Checks that `value` is an AbortSignal. */
export function requireSignal(where: string, argument: string, value: unknown): AbortSignalLike {
  const signal = value as AbortSignalLike;
  for (const method of ['throwIfAborted', 'addEventListener', 'removeEventListener'] as const) {
    const found = reading(where, argument, () => signal?.[method]);
    if (typeof found !== 'function') refuse(where, argument, 'be an AbortSignal', signal);
  }
  return signal;
}

/** Settles like `work`, but rejects with the signal's reason as soon as the signal aborts. */
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

/**
 * Iterates over a source, and throws the signal's reason as soon as the signal aborts, even while an item is pending.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<T, void> {
  const iterator = iteratorOf(source);
  let open = false; // false once the iterator has ended or thrown: then it must not be closed
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
    // Errors of closing are dropped, since the error that ended the iteration is the one to report.
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
