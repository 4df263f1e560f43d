// Checks whether elements of views share memory, because arrays to be written need separate elements.

import { ArgumentError } from '../errors.ts';
import { type Layout, lowestElement, reachOf, sizeOf } from './layout.ts';
import { forEachRow } from './rows.ts';
import type { FloatArray } from './storage.ts';

const { abs, ceil, max, min } = Math;

/** A view of floats inside its data. */
interface FloatView extends Layout {
  readonly data: FloatArray;
}

/** Bytes of a memory location, the size of the smallest element. */
const PLACE = 4;

/**
 * Whether different indices of a checked view always have different memory locations. The result is exact. For layouts
 * that result from views of arrays, the strides suffice. Other layouts take time and memory at most proportional to
 * their data.
 */
export function hasOwnElements(view: FloatView): boolean {
  const { shape, stride } = view;
  if (isNested(view) || shape.includes(0)) return true;
  if (stride.some((step, axis) => step === 0 && shape[axis]! > 1)) return false;
  return sizeOf(shape) <= reachOf(view) + 1 && areDistinct([view]);
}

/** Whether each stride is longer than the span of all smaller strides. */
function isNested({ shape, stride }: Layout): boolean {
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const step = abs(stride[axis]!);
    let reach = 0;
    for (let other = 0; other < shape.length; other++) {
      const smaller = abs(stride[other]!);
      if (other !== axis && smaller <= step) reach += (shape[other]! - 1) * smaller;
    }
    if (step <= reach) return false;
  }
  return true;
}

/** Whether two checked views, each with separate elements, share no element. The result is exact. */
export function areApart(a: FloatView, b: FloatView): boolean {
  if (a.data.buffer !== b.data.buffer) return true; // the usual case, at each step of a stream
  if (a.shape.includes(0) || b.shape.includes(0)) return true;
  return areSeparate(a, b) || areColumns(a, b) || areDistinct([a, b]);
}

/** Whether no two of many such views share an element. Compares only views whose memory spans overlap. */
export function areAllApart(views: readonly FloatView[]): boolean {
  const byBuffer = new Map<ArrayBufferLike, FloatView[]>();
  for (const view of views) {
    const { buffer } = view.data;
    const known = byBuffer.get(buffer);
    if (known === undefined) byBuffer.set(buffer, [view]);
    else known.push(view);
  }
  return [...byBuffer.values()].every((group) => {
    const sorted = group.sort((a, b) => firstByte(a) - firstByte(b));
    return sorted.every((view, i) => {
      const end = endByte(view);
      for (let k = i + 1; k < sorted.length && firstByte(sorted[k]!) < end; k++) {
        if (!areApart(view, sorted[k]!)) return false;
      }
      return true;
    });
  });
}

/** Whether one of two views lies before the other in memory, or in another buffer. False if they interleave. */
export function areSeparate(a: FloatView, b: FloatView): boolean {
  if (a.data.buffer !== b.data.buffer) return true;
  return firstByte(a) >= endByte(b) || firstByte(b) >= endByte(a);
}

/** Whether two views with equal row strides are different columns of one matrix. */
function areColumns(a: FloatView, b: FloatView): boolean {
  const bytes = a.data.BYTES_PER_ELEMENT;
  if (a.shape.length !== 2 || b.shape.length !== 2 || bytes !== b.data.BYTES_PER_ELEMENT) return false;
  const row = a.stride[0]! * bytes;
  if (a.stride[0] !== b.stride[0] || row <= 0) return false;
  const column = (((firstByte(b) - firstByte(a)) % row) + row) % row;
  return column >= rowBytes(a) && row - column >= rowBytes(b);
}

/** Bytes from the start of the first to the end of the last element of a row. */
function rowBytes({ data, shape, stride }: FloatView): number {
  return ((shape[1]! - 1) * abs(stride[1]!) + 1) * data.BYTES_PER_ELEMENT;
}

function firstByte(view: FloatView): number {
  return view.data.byteOffset + lowestElement(view) * view.data.BYTES_PER_ELEMENT;
}

function endByte(view: FloatView): number {
  return firstByte(view) + (reachOf(view) + 1) * view.data.BYTES_PER_ELEMENT;
}

/** Whether all elements of views over one buffer have different memory locations, by marking each location. */
function areDistinct(views: readonly FloatView[]): boolean {
  const first = views.reduce((least, view) => min(least, firstByte(view)), Infinity);
  const end = views.reduce((most, view) => max(most, endByte(view)), 0);
  const marks = new Uint8Array(ceil((end - first) / PLACE / 8));
  let distinct = true;
  const mark = (place: number): void => {
    const bit = 1 << (place & 7);
    if ((marks[place >>> 3]! & bit) !== 0) distinct = false;
    marks[place >>> 3]! |= bit;
  };
  for (const view of views) {
    const { byteOffset, BYTES_PER_ELEMENT: bytes } = view.data;
    forEachRow(view, (start, step, length) => {
      for (let i = 0; i < length && distinct; i++) {
        const byte = byteOffset + (start + i * step) * bytes - first;
        for (let k = 0; k < bytes; k += PLACE) mark((byte + k) / PLACE);
      }
    });
  }
  return distinct;
}

/** Throws the error for an array that cannot be written in place. */
export function refuseShared(where: string, argument: string, remedy = 'copy() it first'): never {
  throw new ArgumentError({
    where,
    argument,
    expected: 'have a separate memory location for each element, because it is written in place',
    received: 'elements that share memory',
    remedy,
  });
}
