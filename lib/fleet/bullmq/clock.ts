// Pauses, and a clock that nobody sets.

declare const performance: { now(): number };
declare function setTimeout(task: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function setInterval(task: () => void, milliseconds: number): unknown;
declare function clearInterval(timer: unknown): void;

/** Milliseconds since some moment. */
export const now = (): number => performance.now();

/** Resolves after some milliseconds. */
export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Runs a task again and again until the returned function is called. */
export function every(milliseconds: number, task: () => void): () => void {
  const timer = setInterval(task, milliseconds);
  return () => clearInterval(timer);
}

/** Settles like `work`, or resolves with undefined after some milliseconds. */
export async function within<R>(milliseconds: number, work: Promise<R>): Promise<R | undefined> {
  let timer: unknown;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
