import type { Cell, State } from '../cells/cell.ts';
import { refuse, requireOptions } from '../checks.ts';
import { ArgumentError } from '../errors.ts';
import type { Arena } from '../tensor/arena.ts';
import { areApart, hasOwnElements, isFloatMatrix, KeptMatrix } from '../tensor/matrix.ts';
import type { FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import { allocate, isFloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

/** State of a stack: that of each recurrent layer, by the layer's name. */
export type StackState = Readonly<Record<string, State>>;
/** State of what has none. */
export type NoState = Readonly<Record<string, never>>;
/** What a stream steps. */
export type StreamState = State | StackState | NoState;

/** Where the state of one recurrent layer lies before and after a step, or many. */
export interface StatePlace {
  /** Name of the layer in the stack; undefined where the layer is streamed by itself. */
  readonly layer: string | undefined;
  readonly cell: Cell;
  /** [B, H] each, in the order of the cell's states. */
  readonly previous: readonly number[];
  /** [B, H] each, the states after it. */
  readonly next: readonly number[];
}

/** One array of a state. */
export interface StateSlot {
  readonly layer: string | undefined;
  readonly name: string;
  /** `lstm1.h`, or `h` of a layer by itself. */
  readonly path: string;
  readonly H: number;
  readonly previous: KeptMatrix;
  readonly next: KeptMatrix;
}

function slotsOf(arena: Arena, { layer, cell, previous, next }: StatePlace, B: number): StateSlot[] {
  const kept = (at: number): KeptMatrix => new KeptMatrix(arena, at, B, cell.units);
  return cell.states.map((name, k) => {
    const path = layer === undefined ? name : `${layer}.${name}`;
    return { layer, name, path, H: cell.units, previous: kept(previous[k]!), next: kept(next[k]!) };
  });
}

type Records = Readonly<Record<string, Readonly<Record<string, FloatNdArrayLike>>>>;

/** Keys of a record, counted without a list of them. */
function countKeys(record: object): number {
  let count = 0;
  for (const _ in record) count++;
  return count;
}

/** Whether a state holds what its cell asks for, and nothing else. */
function holdsState(state: unknown, { states, units }: Cell, B: number): boolean {
  if (typeof state !== 'object' || state === null || countKeys(state) !== states.length) return false;
  for (let k = 0; k < states.length; k++) {
    if (!isFloatMatrix((state as Record<string, unknown>)[states[k]!], B, units)) return false;
  }
  return true;
}

function refuseShared(where: string, argument: string): never {
  throw new ArgumentError({
    where,
    argument,
    expected: 'have elements of its own',
    received: 'elements that stand for several',
    remedy: 'Make a state by zeroState or copyState',
  });
}

/** The states that a stream steps: checked, copied in and out without allocating; made, copied and put together. */
export class StreamStates<S extends StreamState> {
  /** Every array, in order. */
  readonly slots: readonly StateSlot[];
  /** Rows of each. */
  readonly B: number;
  readonly #arena: Arena;
  readonly #places: readonly StatePlace[];
  /** Whether a state is that of one layer, and no record of such by the layers' names. */
  readonly #alone: boolean;

  constructor(arena: Arena, places: readonly StatePlace[], B: number) {
    this.#arena = arena;
    this.#places = places;
    this.#alone = places.length === 1 && places[0]!.layer === undefined;
    this.slots = places.flatMap((place) => slotsOf(arena, place, B));
    this.B = B;
  }

  /** Refuses anything but a state of this stream whose arrays can be written to. */
  require(where: string, state: S): void {
    const places = this.#places;
    if (this.#alone) {
      if (!holdsState(state, places[0]!.cell, this.B)) this.#look(where, 'state', state, places[0]!.cell);
    } else {
      const isRecord = typeof state === 'object' && state !== null;
      if (!isRecord || countKeys(state) !== places.length) this.#lookAtNames(where, state);
      for (let k = 0; k < places.length; k++) {
        const { layer, cell } = places[k]!;
        const own = (state as StackState)[layer!];
        if (holdsState(own, cell, this.B)) continue;
        this.#lookAtNames(where, state);
        this.#look(where, `state.${layer}`, own, cell);
      }
    }
    this.#requireApart(where, state);
  }

  /** What did not pass at first sight: refused here, unless it is merely unusual. */
  #look(where: string, argument: string, state: unknown, cell: Cell): void {
    const checked = cell.requireState(where, argument, state as State, this.B);
    for (const name of cell.states) {
      const { data } = checked[name]!;
      const expected = 'hold a Float32Array or Float64Array, to be updated in place';
      if (!isFloatArray(data)) refuse(where, `${argument}.${name}`, expected, data);
    }
  }

  #lookAtNames(where: string, state: S): void {
    const layers = this.#places.map(({ layer }) => layer!);
    if (layers.length === 0) refuse(where, 'state', 'be {}, as no layer is recurrent', state);
    requireOptions(where, state, layers, 'state');
  }

  /** Refuses an element that stands for several: a step would write all of them to it. */
  #requireApart(where: string, state: S): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const one = this.array(state, slots[i]!);
      let apart = hasOwnElements(one);
      for (let k = 0; k < i && apart; k++) apart = areApart(this.array(state, slots[k]!), one);
      if (!apart) refuseShared(where, `state.${slots[i]!.path}`);
    }
  }

  /** The array of a slot in a checked state. */
  array(state: S, { layer, name }: StateSlot): FloatNdArrayLike {
    return layer === undefined
      ? (state as unknown as Records[string])[name]!
      : (state as unknown as Records)[layer]![name]!;
  }

  /** Copies a checked state into the places before the step. */
  load(state: S): void {
    const { slots } = this;
    for (let k = 0; k < slots.length; k++) slots[k]!.previous.copyFrom(this.array(state, slots[k]!));
  }

  /** Copies the places after the step into a checked state. */
  store(state: S): void {
    const { slots } = this;
    for (let k = 0; k < slots.length; k++) slots[k]!.next.copyTo(this.array(state, slots[k]!));
  }

  /** A state of new arrays, filled by `fill`. */
  make(fill: (array: Tensor, slot: StateSlot) => void = () => {}): S {
    const made: Record<string, Tensor> = {};
    const byLayer: Record<string, Record<string, Tensor>> = {};
    for (const slot of this.slots) {
      const { B } = this;
      const data = allocate(this.#arena.dtype, B * slot.H);
      const array = new Tensor({ data }, [B, slot.H]);
      fill(array, slot);
      if (slot.layer === undefined) made[slot.name] = array;
      else byLayer[slot.layer] = { ...byLayer[slot.layer], [slot.name]: array };
    }
    return (this.#alone ? made : byLayer) as S;
  }
}
