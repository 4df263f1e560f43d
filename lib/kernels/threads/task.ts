// Work that other work of a page waits for.

let tasks = 0;

/** Whether `inTask` runs now. */
export function isInTask(): boolean {
  return tasks > 0;
}

/**
 * Runs a part of an asynchronous function. The main thread of a browser uses other threads only here: it cannot sleep while
 * it waits for them, and they start only between its tasks.
 */
export function inTask<R>(run: () => R): R {
  tasks++;
  try {
    return run();
  } finally {
    tasks--;
  }
}
