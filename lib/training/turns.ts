// Pauses during training, in which the event loop can run other tasks.

/** `setTimeout` is undefined in an AudioWorklet, for instance. */
declare const setTimeout: ((task: () => void) => unknown) | undefined;

/** Milliseconds of work between two pauses. */
const INTERVAL = 30;

/**
 * Returns a function to call after each part of some work. It returns a promise that waits until the event loop has run
 * other tasks; or undefined, if the next part, when it takes as long as the last one, still ends within 30 ms of the last
 * pause. With `always` it waits in any case, before parts of another kind. So a page stays responsive, and a signal can be aborted from outside. Without timers it never waits; then other
 * tasks run while a callback's promise is pending.
 */
export function turnTaker(): (always?: boolean) => Promise<void> | undefined {
  let paused = Date.now();
  let called = paused;
  return (always = false) => {
    const now = Date.now();
    const soFar = Math.abs(now - paused); // clocks can be set back
    const last = Math.abs(now - called);
    called = now;
    if (typeof setTimeout !== 'function' || (!always && soFar + last <= INTERVAL)) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve)).then(() => {
      paused = called = Date.now();
    });
  };
}
