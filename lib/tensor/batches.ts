// Iterables of a caller that yield batches.

import { reading, refuse } from '../checks.ts';
import { inTask } from '../kernels/threads/task.ts';

/** An iterable, asynchronous or not. */
export type AnyIterable<B> = Iterable<B> | AsyncIterable<B>;

/** Iterables of batches, or functions that return one. Who iterates more than once calls the function anew. */
export type BatchSource<B> = AnyIterable<B> | (() => AnyIterable<B>);

function isRowData(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && 'shape' in value);
}

/**
 * Whether data are batches, and not rows: anything iterable but an array, a typed array, a tensor or an ndarray. Data that
 * come with targets are rows.
 */
export function isBatches(where: string, argument: string, value: unknown, targets?: unknown): boolean {
  return reading(where, argument, () => {
    if (isRowData(targets)) return false;
    if (typeof value === 'function') return true;
    if (typeof value !== 'object' || value === null || isRowData(value) || ArrayBuffer.isView(value)) return false;
    return Symbol.asyncIterator in value || Symbol.iterator in value;
  });
}

/** Throws if an array comes without targets: it is an array of rows, and not a list of batches. `name`: that of the targets. */
export function requireTargets(where: string, name: string, x: unknown, targets: unknown): void {
  const missing = reading(where, name, () => {
    const isOptions = typeof targets === 'object' && targets !== null && !isRowData(targets);
    return Array.isArray(x) && (targets === undefined || isOptions);
  });
  if (missing)
    refuse(where, name, 'be the targets of an array of rows', targets, 'For a list of batches, pass () => list');
}

/** Throws if iterating gave no batch. */
export function requireSome(where: string, argument: string, count: number, batches: unknown, when = ''): void {
  if (count > 0) return;
  const remedy = 'A generator runs only once: pass a function that returns a new one, () => batches()';
  refuse(where, argument, `yield at least one batch${when}`, batches, remedy);
}

/** The iterable of batches. */
export function iterableOf<B>(where: string, argument: string, batches: BatchSource<B>): AnyIterable<B> {
  const iterable: unknown = typeof batches === 'function' ? reading(where, argument, batches) : batches;
  const iterates = reading(where, argument, () => {
    const either = iterable as Partial<Iterable<B> & AsyncIterable<B>> | null | undefined;
    return typeof (either?.[Symbol.asyncIterator] ?? either?.[Symbol.iterator]) === 'function';
  });
  if (!iterates) refuse(where, argument, 'be, or return, an iterable of batches', iterable);
  return iterable as AnyIterable<B>;
}

/** Whether an iterable is asynchronous. */
export function isAsync<B>(iterable: AnyIterable<B>): iterable is AsyncIterable<B> {
  return Symbol.asyncIterator in iterable;
}

/** Maps data to a result; or batches of data to an iterable, each as it is asked for. */
export function mapData<D, R>(where: string, argument: string, data: D | BatchSource<D>, map: (data: D) => R): unknown {
  if (!isBatches(where, argument, data)) return map(data as D);
  const batches = iterableOf(where, argument, data as BatchSource<D>);
  return isAsync(batches) ? mapEachAsync(batches, map) : mapEach(batches, map);
}

function* mapEach<B, R>(iterable: Iterable<B>, map: (batch: B) => R): Generator<R, void> {
  for (const batch of iterable) yield map(batch);
}

async function* mapEachAsync<B, R>(iterable: AsyncIterable<B>, map: (batch: B) => R): AsyncGenerator<R, void> {
  for await (const batch of iterable) yield inTask(() => map(batch));
}
