// Values that flow between layers, and the caller's arrays that they come from.

import type { Arena } from '../memory/arena.ts';
import { copyInto, type FloatNdArrayLike, type NdArrayLike } from '../tensor/ndarray-like.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { type Packing, rowsBefore, type StepRange, type StepRows } from './packing.ts';

/** A sequence of T time steps, each with B rows of F features; T is undefined without a time axis. */
export interface SignalShape {
  readonly T: number | undefined;
  readonly B: number;
  readonly F: number;
}

/**
 * A sequence in an arena, time-major: row t·B + b is time step t of batch row b. A packed sequence has fewer rows; see
 * `packing.ts`.
 */
export interface Signal extends SignalShape {
  readonly at: number;
}

/** Time steps of a signal in the arena, and which of the caller's rows they are. */
export interface SignalPart extends Signal {
  /** Number of the first step within the sequence. */
  readonly from: number;
  /** Number of the step after the last. */
  readonly to: number;
  /** Undefined if every row has every step. */
  readonly packing: Packing | undefined;
}

/** Elements of a signal. */
export function signalSize({ T = 1, B, F }: SignalShape): number {
  return T * B * F;
}

/** Rows of the time steps of a run; B for a signal without a time axis. */
export function rowsIn({ T, B }: SignalShape, { rows, steps }: Pick<StepRange, 'rows' | 'steps'>): number {
  return T === undefined ? B : rowsBefore(rows, steps);
}

/** The shape of an array [B, T, F] or [B, F]. */
export function shapeOf({ shape }: NdArrayLike): SignalShape {
  return { T: shape.length === 3 ? shape[1]! : undefined, B: shape[0]!, F: shape.at(-1)! };
}

/** The rows of time steps [from, to) of B sequences. */
export function stepRows(B: number, packing: Packing | undefined, from: number, to: number): StepRows {
  return packing === undefined ? { B, starts: undefined } : packing.steps(from, to);
}

/** Time steps [from, to) of a signal that begins with time step `first`; all of one without a time axis. */
export function partOf(
  signal: Signal,
  packing: Packing | undefined,
  first: number,
  from: number,
  to: number,
): SignalPart {
  const { T, B, F } = signal;
  if (T === undefined) return { at: signal.at, T, B, F, from, to, packing };
  const before = from === first ? 0 : rowsBefore(stepRows(B, packing, first, from), from - first);
  return { at: signal.at + before * F, T: to - from, B, F, from, to, packing };
}

/** The same part of another signal of this shape, whose part begins at `at`. Written out, because a spread is slow. */
export function partAt({ T, B, F, from, to, packing }: SignalPart, at: number): SignalPart {
  return { at, T, B, F, from, to, packing };
}

/** Copies a part from an array of the whole sequence, [B, T, F], or from one [B, F] without a time axis. */
export function copyIn(arena: Arena, part: SignalPart, source: NdArrayLike): void {
  const { T, from, to, packing } = part;
  if (packing === undefined) copyInto(batchFirst(arena, part), T === undefined ? source : timeSlice(source, from, to));
  else eachPackedRow(part, packing, arena.data, source, copyRow);
}

/** Copies a part to such an array, or adds it. Leaves masked time steps as they are. */
export function copyOut(arena: Arena, part: SignalPart, target: FloatNdArrayLike, adds: boolean): void {
  const { T, from, to, packing } = part;
  if (packing !== undefined) {
    eachPackedRow(part, packing, arena.data, target, (data, k, F, into, at, stride) => {
      for (let f = 0; f < F; f++) {
        const to = at + f * stride;
        into[to] = adds ? into[to]! + data[k + f]! : data[k + f]!; // −0 stays −0
      }
    });
    return;
  }
  const whole = T === undefined ? target : timeSlice(target, from, to);
  const own = batchFirst(arena, part);
  if (adds) add(whole, own);
  else if (isTimeMajor(whole))
    whole.data.set(own.data.subarray(own.offset, own.offset + signalSize(part)), whole.offset);
  else copyInto(whole, own);
}

type EachRow<A> = (data: FloatArray, k: number, F: number, array: A, at: number, stride: number) => void;

/** Calls `visit` for each row of a packed part: where it begins in the arena, and where in an array of the caller. */
function eachPackedRow<A>(
  { T, B, F, at, from, to }: Signal & Pick<SignalPart, 'from' | 'to'>,
  packing: Packing,
  data: FloatArray,
  { data: array, stride, offset }: { readonly data: A; readonly stride: readonly number[]; readonly offset: number },
  visit: EachRow<A>,
): void {
  const last = stride.at(-1)!;
  if (T !== undefined) {
    packing.each(from, to, (k, row, time) => {
      visit(data, at + k * F, F, array, offset + row * stride[0]! + time * stride[1]!, last);
    });
    return;
  }
  for (let k = 0; k < B; k++) visit(data, at + k * F, F, array, offset + packing.order[k]! * stride[0]!, last);
}

const copyRow: EachRow<ArrayLike<number>> = (data, k, F, array, at, stride) => {
  for (let f = 0; f < F; f++) data[k + f] = array[at + f * stride]!;
};

function add(to: FloatNdArrayLike, from: FloatNdArrayLike): void {
  const [B, T, F] = to.shape as [number, number, number];
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const i = to.offset + b * to.stride[0]! + t * to.stride[1]!;
      const k = from.offset + b * from.stride[0]! + t * from.stride[1]!;
      for (let f = 0; f < F; f++) to.data[i + f]! += from.data[k + f]!;
    }
  }
}

/** A signal as an array [B, T, F] or [B, F]: a view, valid until the arena grows. */
function batchFirst({ data }: Arena, { at: offset, T, B, F }: Signal): FloatNdArrayLike {
  if (T === undefined) return { data, shape: [B, F], stride: [F, 1], offset };
  return { data, shape: [B, T, F], stride: [F, B * F, 1], offset };
}

/** Whether all elements of an array [B, T, F] or [B, F] lie in the order of a signal. */
function isTimeMajor({ shape, stride }: NdArrayLike): boolean {
  const [B, F] = [shape[0]!, shape.at(-1)!];
  return stride.at(-1) === 1 && stride[0] === F && (shape.length === 2 || stride[1] === B * F);
}

/** An array [..., n] as one with a last axis of one element, [..., n, 1]: a view. */
export function asColumn({ data, shape, stride, offset }: NdArrayLike): NdArrayLike {
  return { data, shape: [...shape, 1], stride: [...stride, 1], offset };
}

/** An array [B, T, ...] from its last time step to its first, a view. */
export function reversedTime({ data, shape, stride, offset }: NdArrayLike): NdArrayLike {
  const reversed = stride.map((step, axis) => (axis === 1 ? -step : step));
  return { data, shape, stride: reversed, offset: offset + (shape[1]! - 1) * stride[1]! };
}

/** Time steps [from, to) of an array [B, T, ...], a view. */
export function timeSlice(array: FloatNdArrayLike, from: number, to: number): FloatNdArrayLike;
export function timeSlice(array: NdArrayLike, from: number, to: number): NdArrayLike;
export function timeSlice({ data, shape, stride, offset }: NdArrayLike, from: number, to: number): NdArrayLike {
  return { data, shape: [shape[0]!, to - from, ...shape.slice(2)], stride, offset: offset + from * stride[1]! };
}
