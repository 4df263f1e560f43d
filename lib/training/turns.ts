// Pauses during training, in which the event loop can run other tasks.

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

/** What an engine may have to queue a task: Node, Deno and Bun have the first, browsers the others, an AudioWorklet none. */
interface Host {
  readonly setImmediate?: (task: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
  readonly setTimeout?: (task: () => void) => unknown;
}

/** Milliseconds of work between two pauses. */
const INTERVAL = 30;

/**
 * Returns a function that queues a task behind those that wait already; undefined if there is none. Timers are the last
 * choice, because they wait for a millisecond, and in browsers for four.
 */
function taskQueue(): ((task: () => void) => unknown) | undefined {
  const { setImmediate, MessageChannel, setTimeout } = globalThis as Host;
  if (typeof setImmediate === 'function') return setImmediate;
  if (typeof MessageChannel !== 'function') return setTimeout;
  return (task) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      task();
    };
    port2.postMessage(null);
  };
}

/**
 * Returns a function to call after each part of some work. It returns a promise that waits until the event loop has run
 * other tasks; or undefined, if the next part, when it takes as long as the last one, still ends within 30 ms of the last
 * pause. With `always` it waits in any case, before parts of another kind. So a page stays responsive, and a signal can be
 * aborted from outside. Without a queue of tasks it never waits; then other tasks run while a callback's promise is
 * pending.
 */
export function turnTaker(): (always?: boolean) => Promise<void> | undefined {
  let paused = Date.now();
  let called = paused;
  return (always = false) => {
    const now = Date.now();
    const soFar = Math.abs(now - paused); // clocks can be set back
    const last = Math.abs(now - called);
    called = now;
    if (!always && soFar + last <= INTERVAL) return undefined;
    const queue = taskQueue();
    return (
      queue &&
      new Promise<void>((resolve) => queue(resolve)).then(() => {
        paused = called = Date.now();
      })
    );
  };
}
