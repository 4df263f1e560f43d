// Values that flow between layers, and the caller's arrays that they come from.

import type { Arena } from '../memory/arena.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';

/** A sequence of T time steps, each with B rows of F features; T is undefined without a time axis. */
export interface SignalShape {
  readonly T: number | undefined;
  readonly B: number;
  readonly F: number;
}

/** A sequence in an arena, time-major: row t·B + b is time step t of batch row b. */
export interface Signal extends SignalShape {
  readonly at: number;
}

/** Elements of a signal. */
export function signalSize({ T = 1, B, F }: SignalShape): number {
  return T * B * F;
}

/** Rows of the first `steps` time steps of a signal; B without a time axis. */
export function rowsIn({ T, B }: SignalShape, steps: number): number {
  return T === undefined ? B : steps * B;
}

/** The shape of an array [B, T, F] or [B, F]. */
export function shapeOf({ shape }: NdArrayLike): SignalShape {
  return { T: shape.length === 3 ? shape[1]! : undefined, B: shape[0]!, F: shape.at(-1)! };
}

/** A signal as an array [B, T, F] or [B, F]: a view, valid until the arena grows. */
export function batchFirst({ data }: Arena, { at: offset, T, B, F }: Signal): FloatNdArrayLike {
  if (T === undefined) return { data, shape: [B, F], stride: [F, 1], offset };
  return { data, shape: [B, T, F], stride: [F, B * F, 1], offset };
}

/** Time steps [from, to) of a signal; all of one without a time axis. */
export function stepsOf(signal: Signal, from: number, to: number): Signal {
  const { T, B, F, at } = signal;
  return T === undefined ? signal : { at: at + from * B * F, T: to - from, B, F };
}

/** Time steps [from, to) of an array [B, T, ...], a view. */
export function timeSlice(array: FloatNdArrayLike, from: number, to: number): FloatNdArrayLike;
export function timeSlice(array: NdArrayLike, from: number, to: number): NdArrayLike;
export function timeSlice({ data, shape, stride, offset }: NdArrayLike, from: number, to: number): NdArrayLike {
  return { data, shape: [shape[0]!, to - from, ...shape.slice(2)], stride, offset: offset + from * stride[1]! };
}
