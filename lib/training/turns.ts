/** No part of ECMAScript: an AudioWorklet has no timers. */
declare const setTimeout: ((task: () => void) => unknown) | undefined;

/** Milliseconds of training between two pauses. */
const INTERVAL = 30;

/**
 * A function that waits for other tasks of the event loop now and then: a page stays alive, and an abort from outside is
 * seen. Without timers it never waits; there other tasks run while a callback's promise is pending.
 */
export function turnTaker(): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (typeof setTimeout !== 'function' || Math.abs(Date.now() - last) < INTERVAL) return; // clocks are set back, too
    await new Promise<void>((resolve) => setTimeout(resolve));
    last = Date.now();
  };
}
