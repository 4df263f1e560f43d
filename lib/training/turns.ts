// Pauses during training, in which the event loop can run other tasks.

/** `setTimeout` is undefined in an AudioWorklet, for instance. */
declare const setTimeout: ((task: () => void) => unknown) | undefined;

/** Milliseconds of training between two pauses. */
const INTERVAL = 30;

/**
 * Returns a function that, at most every 30 ms, waits until the event loop has run other tasks. So a page stays
 * responsive, and a signal can be aborted from outside. Without timers the function never waits; then other tasks run
 * while a callback's promise is pending.
 */
export function turnTaker(): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (typeof setTimeout !== 'function' || Math.abs(Date.now() - last) < INTERVAL) return; // clocks can be set back
    await new Promise<void>((resolve) => setTimeout(resolve));
    last = Date.now();
  };
}
