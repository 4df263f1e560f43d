import type { Cell } from '../cells/cell.ts';
import type { Arena } from '../memory/arena.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Rows } from './stream.ts';
import type { Visit } from './visit.ts';

/** A value on its way through layers: T·B rows of F features, time-major; T is undefined where there is no time axis. */
export interface Signal extends Rows {
  readonly T: number | undefined;
}

/** The states of one recurrent layer on a tape: after t steps they lie at `at` + t · `size`. */
export interface StateTape {
  /** Name of the layer in the stack; undefined for a layer by itself. */
  readonly layer: string | undefined;
  readonly cell: Cell;
  /** One for each state of the cell, [T + 1, B, H]: slot 0 is the initial state. */
  readonly at: readonly number[];
  /** B·H */
  readonly size: number;
  /** [B, H] each: the gradient of the states that the way back stands at. */
  readonly gradients: readonly number[];
}

/** One layer's part of one pass: where its values lie, and how to go forwards and back over them. */
export interface Pass {
  readonly output: Signal;
  /** Gradient of the input, laid out as the input is; written by `backward`. */
  readonly dInput: number;
  /** Of the recurrent layers in it. */
  readonly states: readonly StateTape[];
  /** From now on the pass is over so many steps, at most those that it was laid out for. */
  resize(T: number): void;
  /** Packs the weights as they are now, for the way forward. */
  pack(): void;
  /** Packs their transposes, for the way back. */
  packTransposed(): void;
  /** From the initial states to the final ones; the output is not computed any further than those need. */
  advance(): void;
  /** From the initial states to the final ones, and the output. */
  forward(): void;
  /** Visits what `forward` computed, or what `advance` did. */
  visitForward(visit: Visit, advanced: boolean): void;
  /**
   * Adds to the parameters' gradients, and takes the gradient of the states from after the last step to before the first.
   * `dOutput` is laid out as the output is; undefined when nothing comes back through it. `visit` sees gradients as they
   * come.
   */
  backward(dOutput: number | undefined, visit?: Visit): void;
}

/** A signal as the user holds it: [B, T, F] or [B, F], a view, valid until the arena grows. */
export function batchFirst({ data }: Arena, { at: offset, T, B, F }: Signal): FloatNdArrayLike {
  if (T === undefined) return { data, shape: [B, F], stride: [F, 1], offset };
  return { data, shape: [B, T, F], stride: [F, B * F, 1], offset };
}

/** Elements of a signal. */
export function signalSize({ T = 1, B, F }: Omit<Signal, 'at'>): number {
  return T * B * F;
}

/** Shape of a sequence as the user holds it, without its place. */
export function signalOf({ shape }: NdArrayLike): Omit<Signal, 'at'> {
  return { T: shape.length === 3 ? shape[1]! : undefined, B: shape[0]!, F: shape.at(-1)! };
}

/** Steps [from, to) of an array [B, T, ...], a view. */
export function timeSlice(array: FloatNdArrayLike, from: number, to: number): FloatNdArrayLike;
export function timeSlice(array: NdArrayLike, from: number, to: number): NdArrayLike;
export function timeSlice({ data, shape, stride, offset }: NdArrayLike, from: number, to: number): NdArrayLike {
  return { data, shape: [shape[0]!, to - from, ...shape.slice(2)], stride, offset: offset + from * stride[1]! };
}
