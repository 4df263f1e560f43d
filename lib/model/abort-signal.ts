import { refuse } from '../checks.ts';

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

/** Refuses what can abort nothing. */
export function requireSignal(where: string, signal: AbortSignalLike | undefined): void {
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    refuse(where, 'signal', 'be an AbortSignal', signal);
  }
}
