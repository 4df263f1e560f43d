// A signal that ends jobs. An AbortSignal of Node warns once more than ten jobs listen to it.

import type { AbortSignalLike } from '../training/abort-signal.ts';

/** A signal, and what aborts it. */
export class Signal implements AbortSignalLike {
  readonly #listeners = new Set<() => void>();
  #aborted: { readonly reason: unknown } | undefined;

  get aborted(): boolean {
    return this.#aborted !== undefined;
  }

  get reason(): unknown {
    return this.#aborted?.reason;
  }

  throwIfAborted(): void {
    if (this.#aborted !== undefined) throw this.#aborted.reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Aborts, once. */
  abort(reason: unknown): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = { reason };
    for (const listener of [...this.#listeners]) listener();
  }
}
